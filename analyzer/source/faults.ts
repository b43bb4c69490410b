/** Files with errors of syntax, of which a part is passed over. */
import type { Problem } from "../../lib/problem.ts";
import type { Doubt } from "./code.ts";

/**
 * Says which files are broken. Of HCL a second parser has to find it as well: it is large and slow, knows less of the
 * newest syntax and names no line, and is asked only where there is doubt.
 */
export async function faultsIn(doubts: readonly Doubt[]): Promise<readonly Problem[]> {
  if (doubts.length === 0) return [];
  const isJson = ({ file }: Doubt) => file.name.endsWith(".json");
  const parser = doubts.every(isJson) ? null : (await import("hcl2-parser")).default;
  const isBroken = (doubt: Doubt) => {
    const [value]: unknown[] = isJson(doubt) ? [null] : (parser?.parseToObject(doubt.file.text) ?? [null]);
    return value === null;
  };
  return doubts.filter(isBroken).map(({ file: { name }, line }) => ({
    code: "source-syntax",
    severity: "warning",
    message: "the code is broken at or near this line; what cannot be read is passed over",
    place: { file: name, line, column: 1, length: 1 },
    hint: "`terraform validate` says what is wrong",
    related: [],
  }));
}
