/** What is found in policies that the plan does not show to be those: it is no more certain than they are. */
import { type Confidence, confidences } from "../lib/finding.ts";
import type { Subject } from "./model.ts";

const isPresumed = ({ presumed }: Subject): boolean => presumed !== undefined;

/** Gives the policies that are certain: the same list where all are. */
export const withoutPresumed = (subjects: readonly Subject[]): readonly Subject[] =>
  subjects.some(isPresumed) ? subjects.filter((subject) => !isPresumed(subject)) : subjects;

/** Gives what was found in policies, with no more confidence than there is in them. */
export function noSurer<V extends { confidence?: Confidence }>(
  violations: readonly V[],
  subjects: readonly Subject[],
): readonly V[] {
  if (violations.length === 0 || !subjects.some(isPresumed)) return violations;
  return violations.map((violation) => {
    const among = [violation.confidence, ...subjects.map(({ presumed }) => presumed)];
    const least = confidences.find((each) => among.includes(each)) ?? "high";
    return { ...violation, confidence: least };
  });
}
