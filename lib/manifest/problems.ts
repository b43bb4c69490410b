/** Making and ordering problems. */
import { byCodeUnit } from "../finding.ts";
import type { Place, Problem } from "../problem.ts";
import { clip } from "../visible.ts";
import type { ErrorCode, WarningCode } from "./codes.ts";

interface Extra {
  hint?: string | null;
  related?: Problem["related"];
}

export function error(code: ErrorCode, place: Place | null, message: string, extra: Extra = {}): Problem {
  return problem("error", code, place, message, extra);
}

export function warning(code: WarningCode, place: Place | null, message: string, extra: Extra = {}): Problem {
  return problem("warning", code, place, message, extra);
}

function problem(
  severity: Problem["severity"],
  code: string,
  place: Place | null,
  message: string,
  { hint = null, related = [] }: Extra,
): Problem {
  return { code, severity, message: clipQuotes(message), place, hint: hint && clipQuotes(hint), related };
}

/** A message quotes what somebody wrote, of whatever length. */
function clipQuotes(message: string): string {
  return message.replace(/"([^"]*)"/g, (_, quoted: string) => `"${clip(quoted)}"`);
}

/** The error for a key that is written twice. */
export function duplicateKey(name: string, second: Place, first: Place): Problem {
  return error("duplicate-key", second, `duplicate key "${name}"; it is already defined at ${where(first, second)}`, {
    related: [{ place: first, message: "first defined here" }],
  });
}

/** How to name `place` in a message that already points at `from`: `line 12`, or `accounts.yaml:12:3` in another file. */
export function where(place: Place, from: Place): string {
  return place.file === from.file ? `line ${place.line}` : `${place.file}:${place.line}:${place.column}`;
}

/** The beginning of a file. */
export function startOf(file: string): Place {
  return { file, line: 1, column: 1, length: 1 };
}

/** By file, line, column, then code and message: total, so that output is deterministic. Exact repetitions go. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const sorted = [...problems].sort(compare);
  return sorted.filter((problem, index) => index === 0 || compare(sorted[index - 1]!, problem) !== 0);
}

function compare(a: Problem, b: Problem): number {
  return (
    byCodeUnit(a.place?.file ?? "", b.place?.file ?? "") ||
    (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
    (a.place?.column ?? 0) - (b.place?.column ?? 0) ||
    byCodeUnit(a.code, b.code) ||
    byCodeUnit(a.message, b.message)
  );
}
