/** Suppressions that stand beside what they suppress: `# gatehouse:ignore RULE until DATE: reason`. */

import { isDay } from "../../lib/day.ts";
import type { Problem } from "../../lib/problem.ts";
import { didYouMean } from "../../lib/suggest.ts";
import type { BrokenSuppression, Suppression } from "../suppress.ts";
import type { Block, Comment } from "./block.ts";
import type { Code } from "./code.ts";

export interface Ignores {
  suppressions: readonly Suppression[];
  broken: readonly BrokenSuppression[];
  /** Those that stand beside no resource. */
  problems: readonly Problem[];
}

const marker = /^gatehouse:ignore\b/;
const form = /^gatehouse:ignore\s+(?<rule>[\w-]+)(?:\s+until\s+(?<until>[^\s:]+))?\s*(?::\s*(?<reason>.*))?$/;
const example = "# gatehouse:ignore trust-anyone until 2027-01-31: why it is accepted";

/** Reads the suppressions above and inside the resource blocks of the code. */
export function readIgnores(code: Code, rules: readonly string[]): Ignores {
  const suppressions: Suppression[] = [];
  const broken: BrokenSuppression[] = [];
  const problems: Problem[] = [];
  for (const [block, blocks] of resourcesIn(code)) {
    for (const comment of commentsIn(block).filter(isIgnore)) {
      const { file, line } = comment;
      const location = { file, line };
      const read = readIgnore(comment, rules);
      if ("because" in read) broken.push({ target: { blocks }, location, ...read });
      else suppressions.push({ ...read, target: { blocks }, plan: null, fingerprint: null, owner: null, location });
    }
  }
  for (const { file, line } of straysIn(code)) {
    problems.push({
      code: "suppression-misplaced",
      severity: "warning",
      message: "the suppression stands beside no resource, and applies to nothing",
      place: { file, line, column: 1, length: 1 },
      hint: "write it right above the resource block",
      related: [],
    });
  }
  return { suppressions, broken, problems };
}

const isIgnore = ({ text }: Comment) => marker.test(text);

type Read = Pick<Suppression, "rule" | "until" | "reason"> | Pick<BrokenSuppression, "because">;

function readIgnore({ text }: Comment, rules: readonly string[]): Read {
  const { rule, until = null, reason = "" } = form.exec(text)?.groups ?? {};
  if (rule === undefined) return { because: `it has the form: ${example}` };
  if (!rules.includes(rule)) return { because: `unknown rule "${rule}"${didYouMean(rule, rules)}` };
  if (until !== null && !isDay(until)) return { because: `"${until}" is not a date; write it as in 2027-01-31` };
  if (reason.trim() === "") return { because: `the reason is missing; write it after a colon: ${example}` };
  return { rule, until, reason: reason.trim() };
}

/** The resource blocks, each with its address in every module that has its folder. */
function resourcesIn({ modules }: Code): ReadonlyMap<Block, readonly string[]> {
  const found = new Map<Block, string[]>();
  for (const module of modules) {
    for (const block of module.blocks) {
      const [kind, type, name] = block.head;
      if (kind !== "resource") continue;
      const address = [...module.path.map((step) => `module.${step}`), type, name].join(".");
      found.set(block, [...(found.get(block) ?? []), address]);
    }
  }
  return found;
}

function straysIn({ modules }: Code): readonly Comment[] {
  const bodies = new Set(modules.flatMap((module) => module.bodies));
  return [...bodies].flatMap(({ blocks, comments }) => {
    const others = blocks.filter(({ head }) => head[0] !== "resource");
    return [...others.flatMap(commentsIn), ...comments].filter(isIgnore);
  });
}

const commentsIn = (block: Block): readonly Comment[] => [...block.comments, ...block.blocks.flatMap(commentsIn)];
