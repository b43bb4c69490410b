/** What many rows ask of an attribute. */
import { type Attribute, lost, ways } from "../../rule.ts";

type Path = Attribute["path"];

interface Parts {
  /** What of the value counts, each as it is named to the reader; default: the members of a list. */
  of?: (value: unknown) => readonly unknown[];
  severity?: Attribute["severity"];
}

/** The members of a list; none of what is no list. */
export const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Something is switched off; not set counts as `unset`. */
export const off = (path: string | Path, says: string, unset = false): Attribute => ({
  path: typeof path === "string" ? [path] : path,
  weaker: ways.off(unset),
  says,
});

/** What was set is not set any more. */
export const gone = (attribute: string, says: string): Attribute => ({ path: [attribute], weaker: ways.gone, says });

/** It goes somewhere else: whoever looks where it went does not find it any more. */
export const moved = (attribute: string): Attribute => ({
  path: [attribute],
  weaker: (was, is) => was !== null && was !== is,
  says: (was, is) => `delivers to ${is} instead of ${was}`,
  severity: "medium",
});

/** Parts are lost; `says` tells of them. */
export const fewer = (path: Path, says: (parts: string) => string, parts: Parts = {}): Attribute =>
  comparing(path, says, parts, (was, is) => lost(was, is));

/** Parts came that were not there, of what is left out. */
export const more = (path: Path, says: (parts: string) => string, parts: Parts = {}): Attribute =>
  comparing(path, says, parts, (was, is) => lost(is, was));

function comparing(
  path: Path,
  says: (parts: string) => string,
  { of = listed, severity }: Parts,
  between: (was: readonly unknown[], is: readonly unknown[]) => readonly unknown[],
): Attribute {
  return {
    path,
    weaker: (was, is) => between(of(was), of(is)).length > 0,
    says: (was, is) => says(between(of(was), of(is)).join(", ")),
    ...(severity && { severity }),
  };
}
