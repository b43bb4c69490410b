/** What every feature of the manifest becomes in Terraform, found by adding one after the other and looking. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { isObject } from "../analyzer/json.ts";
import type { AccessGraph } from "../lib/access/graph.ts";
import { byCodeUnit } from "../lib/finding.ts";
import { readManifest } from "../lib/manifest/read.ts";
import { type StackInfo, stackList } from "../stacks/plan-order.ts";
import { type SynthesizedStack, synthesize } from "../stacks/synthesize.ts";

const folder = join(import.meta.dirname, "..", "test", "fixtures", "features");
const read = (name: string) => readFileSync(join(folder, name), "utf8");

/** Each a file of features, one YAML document each. */
export const sections = ["organization", "people", "roles", "iam", "monitoring"] as const;
export type Section = (typeof sections)[number];

export interface Feature {
  section: Section;
  /** What the document adds to the manifest. */
  written: unknown;
  /** What cannot be seen in a resource. */
  comment: string;
  /** Where Terraform is new or other than without the feature. */
  becomes: readonly Element[];
}

/** Something at the top of a stack's Terraform: a type of resource (`aws_iam_role`), of data source, or a block. */
export interface Element {
  stack: string;
  type: string;
}

/** Every feature on top of base.yaml and those that stand before it in its section. */
export function readFeatures(): Feature[] {
  return sections.flatMap((section) => {
    let manifest: unknown = parse(read("base.yaml"));
    let before = elementsOf(stacksOf(manifest, section).stacks);
    return documentsOf(section).map((document) => {
      const written: unknown = document.toJS();
      manifest = merge(manifest, written);
      const { graph, stacks } = stacksOf(manifest, `${section}: ${JSON.stringify(written)}`);
      const now = elementsOf(stacks);
      const becomes = changed(before, now, graph);
      before = now;
      return { section, written, comment: document.contents?.commentBefore?.trim() ?? "", becomes };
    });
  });
}

/** What the features write, the base first. */
export function writtenFeatures(): unknown[] {
  const features = sections.flatMap((section) => documentsOf(section).map((document): unknown => document.toJS()));
  return [parse(read("base.yaml")), ...features];
}

/** All features in one manifest. */
export function allFeatures(): AccessGraph {
  return stacksOf(writtenFeatures().reduce(merge), "all features").graph;
}

function documentsOf(section: Section) {
  return parseAllDocuments(read(`${section}.yaml`));
}

const files = new Map(
  readdirSync(folder)
    .filter((name) => !name.endsWith(".yaml"))
    .map((name) => [name, read(name)]),
);

/** @param what the feature, for the message when it is not valid */
function stacksOf(manifest: unknown, what: string): { graph: AccessGraph; stacks: readonly SynthesizedStack[] } {
  const options = { asOf: "2026-01-01", policyFiles: files };
  const { graph, problems } = readManifest([{ name: "access.yaml", text: JSON.stringify(manifest) }], options);
  const { stacks, problems: left } = graph === null ? { stacks: [], problems } : synthesize(graph);
  const wrong = left.filter(({ severity }) => severity === "error");
  if (graph === null || wrong.length > 0) throw new Error(`${what}: ${wrong.map(({ message }) => message).join("; ")}`);
  return { graph, stacks };
}

/** Maps are joined, the list `access` grows, and whatever else is said twice is as it is said last. */
function merge(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other) && one.every(isObject) && other.every(isObject))
    return [...one, ...other];
  if (!isObject(one) || !isObject(other)) return other;
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    keys.map((key) => [key, key in one && key in other ? merge(one[key], other[key]) : (other[key] ?? one[key])]),
  );
}

/** Every element of the stacks by `stack block type name`, as text. */
function elementsOf(stacks: readonly SynthesizedStack[]): Map<string, string> {
  const elements = new Map<string, string>();
  for (const { name: stack, json } of stacks) {
    for (const [block, held] of Object.entries(JSON.parse(json) as Record<string, object>)) {
      const types = block === "resource" || block === "data" ? Object.entries(held) : [["", { "": held }] as const];
      for (const [type, bodies] of types) {
        for (const [name, body] of Object.entries(bodies as object)) {
          elements.set([stack, block, type, name].join(" "), JSON.stringify(body));
        }
      }
    }
  }
  return elements;
}

/** What is new or other; a block that every stack has, such as its provider, only where the stack was there before. */
function changed(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>, graph: AccessGraph): Element[] {
  const known = new Set([...before.keys()].map((key) => key.split(" ", 1)[0]));
  const kinds = new Map(stackList(graph).map((info) => [info.name, shownName(info)]));
  const found = [...now].flatMap(([key, body]) => {
    if (before.get(key) === body) return [];
    const [stack = "", block = "", type = ""] = key.split(" ");
    if (block !== "resource" && block !== "data" && block !== "moved" && block !== "removed" && !known.has(stack))
      return [];
    return [`${kinds.get(stack)} ${block === "resource" ? type : type === "" ? block : `data.${type}`}`];
  });
  return [...new Set(found)].sort(byCodeUnit).map((text) => {
    const [stack = "", type = ""] = text.split(" ");
    return { stack, type };
  });
}

/** The name of a stack with what differs from one organization to the next as a placeholder. */
function shownName({ name, kind, people }: StackInfo): string {
  if (kind === "roles") return "account-<account>";
  if (kind === "monitoring" && name !== "monitoring") return "monitoring-<account>";
  return people?.makesSets === false ? name.replace(/\d+$/, "<n>") : name;
}
