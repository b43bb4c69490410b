/** Reads a case of `policy simulate`: one request and the layers of policies that decide it. */
import { flatMap } from "../flat-map.ts";
import type { Call, Layers } from "./evaluate.ts";
import { parsePolicy } from "./parse.ts";
import type { Policy, PolicyKind } from "./policy.ts";
import { readCaller } from "./principal.ts";

export type SimulationCase = { call: Call; layers: Layers };

/** Gives the case, or everything that is wrong with it, each with the path of the value. */
export function readCase(value: unknown): { case: SimulationCase } | { problems: readonly string[] } {
  const reader = new CaseReader();
  const result = reader.read(value);
  return reader.problems.length > 0 ? { problems: reader.problems } : { case: result };
}

const fields = [
  "request",
  "identityPolicies",
  "resourcePolicy",
  "permissionsBoundary",
  "sessionPolicy",
  "serviceControlPolicies",
  "resourceControlPolicies",
];
const requestFields = ["principal", "action", "resource", "resourceAccount", "context"];

class CaseReader {
  readonly problems: string[] = [];

  read(value: unknown): SimulationCase {
    const top = this.object(value, "the case", fields);
    const request = this.object(top.request, "request", requestFields);
    const call = this.call(request);
    // the policy of a role is its trust policy, which names no resource
    const resourceKind = call.action.toLowerCase().startsWith("sts:assumerole") ? "trust" : "resource";
    return {
      call,
      layers: {
        identityPolicies: this.policies(top.identityPolicies, "identityPolicies", "identity"),
        resourcePolicy: this.policy(top.resourcePolicy, "resourcePolicy", resourceKind),
        permissionsBoundary: this.policy(top.permissionsBoundary, "permissionsBoundary", "identity"),
        sessionPolicy: this.policy(top.sessionPolicy, "sessionPolicy", "identity"),
        serviceControlPolicies: this.levels(top.serviceControlPolicies, "serviceControlPolicies", "identity"),
        resourceControlPolicies: this.levels(top.resourceControlPolicies, "resourceControlPolicies", "resource"),
      },
    };
  }

  private call(request: Record<string, unknown>): Call {
    const principal = this.text(request.principal, "request.principal");
    const caller = principal === null ? null : readCaller(principal);
    if (principal !== null && !caller) {
      this.problems.push(
        `request.principal: ${JSON.stringify(principal)} is neither a user, role or session ARN, a service name nor "anonymous"`,
      );
    }
    const action = this.text(request.action, "request.action") ?? "";
    if (action && !/^[\w-]+:\w+$/.test(action)) {
      this.problems.push(`request.action: ${JSON.stringify(action)} is not one action such as s3:GetObject`);
    }
    const resource = request.resource ?? "*";
    const account = request.resourceAccount ?? null;
    return {
      caller: caller ?? { kind: "anonymous", account: null, name: "anonymous" },
      action,
      resource: this.text(resource, "request.resource") ?? "*",
      resourceAccount: account === null ? null : this.text(account, "request.resourceAccount"),
      context: this.context(request.context),
    };
  }

  private context(value: unknown): Map<string, readonly string[]> {
    const context = new Map<string, readonly string[]>();
    if (value === undefined || value === null) return context;
    for (const [key, entry] of Object.entries(this.object(value, "request.context", null))) {
      // null: the key is absent, as in a witness
      if (entry === null) continue;
      const values = (Array.isArray(entry) ? entry : [entry]).map((item) =>
        typeof item === "boolean" || typeof item === "number"
          ? String(item)
          : this.text(item, `request.context["${key}"]`),
      );
      context.set(
        key.toLowerCase(),
        values.filter((item) => item !== null),
      );
    }
    return context;
  }

  private levels(value: unknown, path: string, kind: PolicyKind): Policy[][] {
    return this.list(value, path).map((level, i) => this.policies(level, `${path}[${i}]`, kind));
  }

  private policies(value: unknown, path: string, kind: PolicyKind): Policy[] {
    return flatMap(this.list(value, path), (item, i) => this.policy(item, `${path}[${i}]`, kind) ?? []);
  }

  private policy(value: unknown, path: string, kind: PolicyKind): Policy | null {
    if (value === undefined || value === null) return null;
    const { policy, problems } = parsePolicy(value, kind);
    for (const { message, statement, fatal } of problems) {
      if (!fatal) continue;
      this.problems.push(`${path}${statement === null ? "" : `.Statement[${statement}]`}: ${message}`);
    }
    return policy;
  }

  private list(value: unknown, path: string): readonly unknown[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    this.problems.push(`${path}: expected a list`);
    return [];
  }

  private text(value: unknown, path: string): string | null {
    if (typeof value === "string") return value;
    this.problems.push(`${path}: expected text`);
    return null;
  }

  /** `known: null` allows any key. */
  private object(value: unknown, path: string, known: readonly string[] | null): Record<string, unknown> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.problems.push(`${path}: expected an object`);
      return {};
    }
    for (const key of Object.keys(value)) {
      if (known && !known.includes(key)) this.problems.push(`${path}: unknown key ${JSON.stringify(key)}`);
    }
    return value as Record<string, unknown>;
  }
}
