/** Suppressions that stand beside what they suppress: `# gatehouse:ignore RULE until DATE: reason`. */

import { isDay } from "../../lib/day.ts";
import type { Problem } from "../../lib/problem.ts";
import { didYouMean } from "../../lib/suggest.ts";
import type { BrokenSuppression, Suppression, Target } from "../suppress.ts";
import type { Block, Comment } from "./block.ts";
import type { Code, Module } from "./code.ts";

export interface Ignores {
  suppressions: readonly Suppression[];
  broken: readonly BrokenSuppression[];
  /** Those that stand beside no resource. */
  problems: readonly Problem[];
}

/** What is meant as a suppression, however it is written. */
const marker = /^gatehouse(?:\s*[:_-]\s*(?:ignore|skip|suppress|disable|allow)|\s+ignore)\b/i;
const list = /^gatehouse\s*:\s*ignore\s+[\w-]+\s*,/i;
const form = /^gatehouse\s*:\s*ignore\s+(?<rule>[\w-]+)(?:\s+until\s+(?<until>[^\s:]+))?\s*(?::\s*(?<reason>.*))?$/i;
const example = "# gatehouse:ignore trust-anyone until 2027-01-31: why it is accepted";

/**
 * Reads the suppressions of the code. Above and inside a resource block they are about the resource; at the call of a
 * module, at a policy document and at its statements, about what is written there.
 */
export function readIgnores(code: Code, rules: readonly string[]): Ignores {
  const suppressions: Suppression[] = [];
  const broken: BrokenSuppression[] = [];
  const problems: Problem[] = [];
  const take = (comment: Comment, target: Target) => {
    const { file, line } = comment;
    const location = { file, line };
    const read = readIgnore(comment, rules);
    if ("because" in read) broken.push({ target, location, ...read });
    else suppressions.push({ ...read, target, plan: null, fingerprint: null, owner: null, location });
  };
  for (const [block, uses] of blocksIn(code)) {
    for (const { comment, target } of targetsIn(block, uses)) take(comment, target);
  }
  for (const { file, line } of straysIn(code)) {
    problems.push({
      code: "suppression-misplaced",
      severity: "warning",
      message: "the suppression stands beside no resource, and applies to nothing",
      place: { file, line, column: 1, length: 1 },
      hint: "write it right above the resource block, or name the resource's address in gatehouse.config.yaml",
      related: [],
    });
  }
  return { suppressions, broken, problems };
}

const isIgnore = ({ text }: Comment) => marker.test(text);

type Read = Pick<Suppression, "rule" | "until" | "reason"> | Pick<BrokenSuppression, "because">;

function readIgnore({ text }: Comment, rules: readonly string[]): Read {
  const { rule, until = null, reason = "" } = form.exec(text)?.groups ?? {};
  if (list.test(text)) return { because: `one comment is for one rule; write a line for each: ${example}` };
  if (rule === undefined) return { because: `it has the form: ${example}` };
  if (!rules.includes(rule)) return { because: `unknown rule "${rule}"${didYouMean(rule, rules)}` };
  if (until !== null && !isDay(until)) return { because: `"${until}" is not a date; write it as in 2027-01-31` };
  if (reason.trim() === "") return { because: `the reason is missing; write it after a colon: ${example}` };
  return { rule, until, reason: reason.trim() };
}

/** The blocks at which a suppression may stand, each with the modules that have its folder. */
function blocksIn({ modules }: Code): ReadonlyMap<Block, readonly Module[]> {
  const found = new Map<Block, Module[]>();
  for (const module of modules) {
    for (const block of module.blocks) {
      if (mayHold(block)) found.set(block, [...(found.get(block) ?? []), module]);
    }
  }
  return found;
}

const mayHold = ({ head: [kind, type] }: Block) =>
  kind === "resource" || kind === "module" || (kind === "data" && type === "aws_iam_policy_document");

function targetsIn(block: Block, uses: readonly Module[]): readonly { comment: Comment; target: Target }[] {
  const [kind, type, name] = block.head;
  const paths = uses.map(({ path }) => path.map((step) => `module.${step}`));
  if (kind === "resource") {
    const target = { blocks: paths.map((path) => [...path, type, name].join(".")) };
    return ignoresIn(block).map((comment) => ({ comment, target }));
  }
  if (kind === "module") {
    const modules = paths.map((path) => [...path, `module.${type}`].join("."));
    const target = { lines: linesOf(block), modules, elsewhere };
    return ignoresIn(block).map((comment) => ({ comment, target }));
  }
  const modules = paths.map((path) => path.join("."));
  const at = (block: Block, comments: readonly Comment[]) =>
    comments
      .filter(isIgnore)
      .map((comment) => ({ comment, target: { lines: linesOf(block), modules, elsewhere: null } }));
  return [...at(block, block.comments), ...block.blocks.flatMap((inner) => at(inner, commentsIn(inner)))];
}

/** Why a suppression at the call of a module does not hide what the module does. */
const elsewhere =
  "at the call of a module it is about what is written in the call; write it beside the resource in the module, or " +
  "with the resource's address in gatehouse.config.yaml";

const linesOf = ({ file, line, end }: Block) => ({ file, first: line, last: end });

function straysIn({ modules }: Code): readonly Comment[] {
  const bodies = new Set(modules.flatMap((module) => module.bodies));
  return [...bodies].flatMap(({ blocks, comments }) => {
    const others = blocks.filter((block) => !mayHold(block));
    return [...others.flatMap(ignoresIn), ...comments.filter(isIgnore)];
  });
}

const ignoresIn = (block: Block) => commentsIn(block).filter(isIgnore);

const commentsIn = (block: Block): readonly Comment[] => [...block.comments, ...block.blocks.flatMap(commentsIn)];
