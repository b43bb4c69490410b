import { matches } from "./glob.ts";
import { oncePer } from "./memo.ts";
import type { Patterns, Policy, Statement } from "./policy.ts";
import { actionGlob } from "./statement.ts";

/** Gives the question whether a statement's Action or NotAction element stands for one of these actions. */
export function touching(wanted: readonly string[]): (statement: Pick<Statement, "actions">) => boolean {
  // the same elements stand in many policies
  const stands = oncePer(({ values, not }: Patterns): boolean =>
    wanted.some((action) => values.some((pattern) => matches(actionGlob(pattern), action)) !== not),
  );
  return ({ actions }) => stands(actions);
}

/** Of the actions of a list, those that the Allow statements of policies stand for. */
type Among = (policies: readonly Policy[]) => ReadonlySet<string>;

/** Gives the question for a list of actions; each element is looked at once. */
export function among(actions: readonly string[]): Among {
  const names = [...new Set(actions)];
  const meant = oncePer(({ values, not }: Patterns): readonly string[] => {
    const globs = values.map(actionGlob);
    return names.filter((name) => globs.some((glob) => matches(glob, name)) !== not);
  });
  return (policies) => {
    let found: Set<string> | null = null;
    for (const { statements } of policies) {
      for (const { effect, actions } of statements) {
        if (effect === "Deny") continue;
        for (const name of meant(actions)) {
          found ??= new Set();
          found.add(name);
        }
      }
    }
    return found ?? NO_ACTIONS;
  };
}

const NO_ACTIONS: ReadonlySet<string> = new Set();
