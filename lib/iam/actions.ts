import { flatMap } from "../flat-map.ts";
import { matches } from "./glob.ts";
import { oncePer, oncePerText } from "./memo.ts";
import type { Patterns, Policy, Statement } from "./policy.ts";
import { actionGlob } from "./statement.ts";

/** Gives the question whether a statement's Action or NotAction element stands for one of these actions. */
export function touching(wanted: readonly string[]): (statement: Pick<Statement, "actions">) => boolean {
  // the same elements stand in many policies, and the same patterns in many elements
  const amongWanted = oncePerText((pattern): readonly string[] => meant(pattern, wanted));
  const stands = oncePer(({ values, not }: Patterns): boolean =>
    not
      ? wanted.some((action) => !values.some((pattern) => amongWanted(pattern).includes(action)))
      : values.some((pattern) => amongWanted(pattern).length > 0),
  );
  return ({ actions }) => stands(actions);
}

const meant = (pattern: string, actions: readonly string[]): readonly string[] =>
  actions.filter((action) => matches(actionGlob(pattern), action));

/** Of the actions of a list, those that the Allow statements of policies stand for. */
type Among = (policies: readonly Policy[]) => ReadonlySet<string>;

/** Gives the question for a list of actions; each element is looked at once. */
export function among(actions: readonly string[]): Among {
  const names = [...new Set(actions)];
  const amongNames = oncePerText((pattern): readonly string[] => meant(pattern, names));
  const named = oncePer(({ values, not }: Patterns): readonly string[] => {
    const found = flatMap(values, amongNames);
    return not ? names.filter((name) => !found.includes(name)) : found;
  });
  return (policies) => {
    let found: Set<string> | null = null;
    for (const { statements } of policies) {
      for (const { effect, actions } of statements) {
        if (effect === "Deny") continue;
        for (const name of named(actions)) {
          found ??= new Set();
          found.add(name);
        }
      }
    }
    return found ?? NO_ACTIONS;
  };
}

const NO_ACTIONS: ReadonlySet<string> = new Set();
