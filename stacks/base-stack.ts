/** What every stack shares: providers, backend, addresses from manifest keys, output without metadata. */
import {
  DefaultTokenResolver,
  type ITerraformDependable,
  StringConcat,
  TerraformBackend,
  type TerraformElement,
  type TerraformProvider,
  TerraformResource,
  TerraformStack,
  Tokenization,
} from "cdktf";
import type { Construct } from "constructs";
import type { AccessGraph, Account, Backend, Import } from "../lib/access/graph.ts";
import { logicalId } from "./address.ts";
import { arn } from "./arn.ts";
import { AwsProvider } from "./aws.ts";
import type { Addressed, Move } from "./moves.ts";
import type { StackInfo } from "./plan-order.ts";

/** `removed` blocks came with 1.7. */
const terraformVersion = ">= 1.7.0";
/** Ephemeral variables came with 1.10. */
const versionWithEphemeral = ">= 1.10.0";
/** Which role a run assumes. It is in no plan, so that a saved one is applied with another; both runs have to set it. */
const roleVariable = "execution_role";
const provider = { source: "hashicorp/aws", version: ">= 5.100.0, < 7.0.0" };

export type BaseProps = Pick<AccessGraph, "organization" | "accounts" | "terraform">;

/** Two manifest keys that would get the same Terraform address. */
export interface Collision {
  address: string;
  keys: readonly [string, string];
}

/** Resources of one type as Terraform reads them, by name. */
type Bodies = Record<string, unknown>;

interface ResourceClass<C, R> {
  new (scope: Construct, id: string, config: C): R;
  readonly tfResourceType: string;
}

export abstract class BaseStack extends TerraformStack {
  readonly collisions: Collision[] = [];
  /** Managed resources, in the order in which they were added. */
  readonly managed: Addressed[] = [];
  private readonly keys = new Map<string, string>();
  private readonly imported: { to: string; id: string }[] = [];
  /** What has no construct, by block and type. */
  private readonly plain = { resource: new Map<string, Bodies>(), data: new Map<string, Bodies>() };
  private readonly providers = new Map<string, TerraformProvider>();
  private readonly accounts: ReadonlyMap<string, Account>;
  private readonly base: BaseProps;

  constructor(scope: Construct, info: StackInfo, props: BaseProps) {
    super(scope, info.name);
    this.base = props;
    this.accounts = new Map(props.accounts.map((account) => [account.key, account]));
    this.addOverride("terraform.required_version", terraformVersion);
    this.addOverride("terraform.required_providers.aws", provider);
    new StackBackend(this, props.terraform.backend);
    new AwsProvider(this, "aws", this.providerConfig(this.account(info.account)));
  }

  /** Adds a resource or data source under the address that its manifest key makes. */
  add<C, R>(type: ResourceClass<C, R>, key: readonly string[], config: C): R {
    const address = `${type.tfResourceType}.${logicalId(key)}`;
    const added = new type(this, this.claim(address, key) ?? `${address}#${this.collisions.length}`, config);
    if (TerraformResource.isTerraformResource(added)) this.managed.push({ type: type.tfResourceType, key });
    return added;
  }

  /**
   * Adds a resource as Terraform reads it, without a construct: those take half a millisecond each, and there may be tens
   * of thousands. References have to come from `text`.
   */
  protected addPlain({ tfResourceType: type }: { tfResourceType: string }, key: readonly string[], body: object): void {
    if (this.put("resource", type, key, body)) this.managed.push({ type, key });
  }

  /** As `addPlain`, a data source. Gives the text that stands for one of its attributes. */
  protected lookUpPlain(
    { tfResourceType: type }: { tfResourceType: string },
    key: readonly string[],
    body: object,
    attribute: string,
  ): string {
    this.put("data", type, key, body);
    return `\${data.${type}.${logicalId(key)}.${attribute}}`;
  }

  /** Whether the address was free. */
  private put(block: keyof typeof this.plain, type: string, key: readonly string[], body: object): boolean {
    const id = logicalId(key);
    if (this.claim(`${type}.${id}`, key) === null) return false;
    const bodies = this.plain[block].get(type) ?? {};
    bodies[id] = body;
    this.plain[block].set(type, bodies);
    return true;
  }

  /** A reference of CDKTF's as it stands in Terraform's JSON. */
  protected text(reference: string): string {
    return String(Tokenization.resolve(reference, { scope: this, resolver }));
  }

  /** The address of what something depends on. */
  protected addressOf({ fqn }: ITerraformDependable): string {
    return this.text(fqn).replace(/^\$\{(.*)\}$/, "$1");
  }

  /** The address, or `null` when another key has it. */
  private claim(address: string, key: readonly string[]): string | null {
    const readable = key.join("/");
    const taken = this.keys.get(address);
    if (taken === undefined) {
      this.keys.set(address, readable);
      return address;
    }
    // The stack is built to its end all the same, so that every collision is reported at once.
    this.collisions.push({ address, keys: [taken, readable] });
    return null;
  }

  /** The provider that works in another account or Region than the stack's own; one alias for each. */
  protected providerFor(key: string, region = this.base.organization.homeRegion): TerraformProvider {
    const alias = logicalId(region === this.base.organization.homeRegion ? [key] : [key, region]);
    const existing = this.providers.get(alias);
    if (existing !== undefined) return existing;
    const added = new AwsProvider(this, `aws.${alias}`, { ...this.providerConfig(this.account(key)), region, alias });
    this.providers.set(alias, added);
    return added;
  }

  /** Lets Terraform find resources that had another address. */
  move(moves: readonly Move[]): void {
    if (moves.length > 0) this.addOverride("moved", moves);
  }

  /** Lets Terraform take over what exists already; once that is done the blocks do nothing. */
  import(imports: readonly Pick<Import, "address" | "id">[]): void {
    this.imported.push(...imports.map(({ address, id }) => ({ to: address, id })));
    if (this.imported.length > 0) this.addOverride("import", this.imported);
  }

  /** Lets resources leave the state without being destroyed: another stack has taken them over. */
  forget(addresses: readonly string[]): void {
    const blocks = addresses.map((from) => ({ from, lifecycle: { destroy: false } }));
    if (blocks.length > 0) this.addOverride("removed", blocks);
  }

  /** How many managed resources the stack has. */
  get resources(): number {
    return this.managed.length;
  }

  protected account(key: string): Account {
    return existing(this.accounts, key);
  }

  /** Twelve digits; `readyPart` has left out what would ask for an unknown one. */
  protected accountId(key: string): string {
    const { id } = this.account(key);
    if (id === null) throw new Error(`the id of account ${key} is unknown`);
    return id;
  }

  /** Commands run with credentials of the management account; every other account is entered by its execution role. */
  private providerConfig(account: Account) {
    const { organization, terraform } = this.base;
    const role = account.management ? null : arn.role(this.accountId(account.key), "/", this.assumedRole());
    const tags = given(terraform.defaultTags);
    return {
      region: organization.homeRegion,
      ...(role === null ? {} : { assumeRole: [{ roleArn: role, sessionName: "gatehouse" }] }),
      ...(tags === undefined ? {} : { defaultTags: [{ tags }] }),
    };
  }

  /** A name, or the variable that holds one where plans are made with another role than they are applied with. */
  private assumedRole(): string {
    const { executionRole, planRole } = this.base.terraform;
    if (planRole === null) return executionRole;
    this.addOverride("terraform.required_version", versionWithEphemeral);
    this.addOverride(`variable.${roleVariable}`, {
      type: "string",
      ephemeral: true,
      description: `Role to assume in the account: ${planRole} to plan, ${executionRole} to apply.`,
    });
    return `\${var.${roleVariable}}`;
  }

  /** The address is the construct's id: `add` has made it from the key. */
  protected override allocateLogicalId(element: TerraformElement): string {
    const id = element.node.id;
    return id.slice(id.indexOf(".") + 1);
  }

  /** Without the `//` metadata: it holds versions and construct paths, and would change with the tool. */
  override toTerraform(): Record<string, unknown> {
    const { "//": _, ...document }: Record<string, unknown> = super.toTerraform();
    for (const block of [document.resource, document.data]) {
      for (const type of Object.values(block ?? {})) {
        for (const body of Object.values(type as Record<string, Record<string, unknown>>)) delete body["//"];
      }
    }
    const filled = Object.entries(this.plain).filter(([, types]) => types.size > 0);
    const blocks = filled.map(([block, types]) => [
      block,
      { ...(document[block] as object | undefined), ...Object.fromEntries(types) },
    ]);
    return { ...document, ...Object.fromEntries(blocks) };
  }
}

const resolver = new DefaultTokenResolver(new StringConcat());

/** A backend as data. CDKTF's own would write the absolute path of the machine for `local`. */
class StackBackend extends TerraformBackend {
  private readonly block: Record<string, unknown>;

  constructor(stack: TerraformStack, backend: Backend) {
    super(stack, "backend", backend.kind);
    this.block = backendBlock(backend, stack.node.id);
  }

  override toTerraform(): Record<string, unknown> {
    return { terraform: this.block };
  }

  override getRemoteStateDataSource(): never {
    throw new Error("stacks share literals, never state");
  }
}

/** The state of each stack stands alone: its name is part of the key or the workspace. */
function backendBlock(backend: Backend, stack: string): Record<string, unknown> {
  switch (backend.kind) {
    case "local":
      return { backend: { local: { path: "terraform.tfstate" } } };
    case "s3": {
      const { key = "gatehouse", ...settings } = backend.settings;
      return { backend: { s3: { encrypt: true, use_lockfile: true, ...settings, key: `${key}/${stack}.tfstate` } } };
    }
    case "cloud": {
      const { workspaces, ...settings } = backend.settings;
      const own = typeof workspaces === "object" ? workspaces : {};
      return { cloud: { ...settings, workspaces: { ...own, name: `gatehouse-${stack}` } } };
    }
  }
}

/** The value of a key that the graph promises to hold. */
export function existing<T>(map: ReadonlyMap<string, T>, key: string): T {
  const value = map.get(key);
  if (value === undefined) throw new Error(`the access graph names "${key}" and does not hold it`);
  return value;
}

/** `undefined` for what the manifest left empty, so that nothing is written that was not asked for. */
export function given<T extends string | object>(value: T | null): T | undefined {
  if (value === null || value === "") return undefined;
  return typeof value === "object" && Object.keys(value).length === 0 ? undefined : value;
}
