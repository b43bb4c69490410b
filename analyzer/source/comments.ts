/** Suppressions that stand beside what they suppress: `# gatehouse:ignore RULE until DATE: reason`. */

import { isDay } from "../../lib/day.ts";
import { flatMap } from "../../lib/flat-map.ts";
import type { Problem } from "../../lib/problem.ts";
import { didYouMean } from "../../lib/suggest.ts";
import type { BrokenSuppression, Suppression, Target } from "../suppress.ts";
import type { Block, Body, Comment } from "./block.ts";
import { type Code, callOfForeign, type Module } from "./code.ts";

export interface Ignores {
  suppressions: readonly Suppression[];
  broken: readonly BrokenSuppression[];
  /** Those that apply to nothing. */
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
  const misplaced = ({ file, line }: Comment, because: string, hint: string): Problem => ({
    code: "suppression-misplaced",
    severity: "warning",
    message: `the suppression stands ${because}, and applies to nothing`,
    place: { file, line, column: 1, length: 1 },
    hint,
    related: [],
  });
  const [own, foreign] = bodiesIn(code);
  for (const comment of flatMap(own, (body) => ignoresOutside(body, mayHold))) {
    problems.push(misplaced(comment, "beside no resource", `write it right above the resource block, or ${byAddress}`));
  }
  for (const comment of flatMap(foreign, (body) => ignoresOutside(body, () => false))) {
    problems.push(misplaced(comment, "in a downloaded module, whose authors do not decide here", byAddress));
  }
  return { suppressions, broken, problems };
}

const byAddress = "name the resource's address in gatehouse.config.yaml";

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
  for (const module of modules.filter((one) => callOfForeign(one) === null)) {
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

/** The files of the code itself, and those of downloaded modules. */
function bodiesIn({ modules }: Code): readonly [own: readonly Body[], foreign: readonly Body[]] {
  const of = (isForeign: boolean) =>
    new Set(flatMap(modules, (module) => ((callOfForeign(module) !== null) === isForeign ? module.bodies : [])));
  return [[...of(false)], [...of(true)]];
}

/** The suppressions of a file outside of what blocks of these kinds hold. */
const ignoresOutside = ({ blocks, comments }: Body, isHolder: (block: Block) => boolean): readonly Comment[] => [
  ...flatMap(
    blocks.filter((block) => !isHolder(block)),
    ignoresIn,
  ),
  ...comments.filter(isIgnore),
];

const ignoresIn = (block: Block) => commentsIn(block).filter(isIgnore);

const commentsIn = (block: Block): readonly Comment[] => [...block.comments, ...block.blocks.flatMap(commentsIn)];
