/** What an Action element stands for, looked up instead of searched: the cheap question before the engine's. */
import { matches } from "./glob.ts";
import { oncePerText } from "./memo.ts";
import { collector, type Policy, type Statement } from "./policy.ts";
import { actionGlob } from "./statement.ts";

const patternsOf = oncePerText((action) => oncePerText((pattern) => matches(actionGlob(pattern), action)));

/** Whether an action pattern, in any letter case, stands for this action. */
const standsForAction = (pattern: string, action: string): boolean => patternsOf(action)(pattern);

/** Whether the statement's Action or NotAction element stands for one of these actions. */
export function touches({ actions }: Statement, wanted: readonly string[]): boolean {
  return wanted.some((action) => actions.values.some((pattern) => standsForAction(pattern, action)) !== actions.not);
}

/** Of the actions of a list, those that the Allow statements of policies stand for. */
type Among = (policies: readonly Policy[]) => ReadonlySet<string>;

/** Gives the question for a list of actions; each pattern and each policy is looked at once. */
export function among(actions: readonly string[]): Among {
  const names = [...new Set(actions)];
  const matched = oncePerText((pattern): readonly string[] => {
    const glob = actionGlob(pattern);
    return names.filter((name) => matches(glob, name));
  });
  const inPolicy = collector(({ statements }) =>
    statements.flatMap(({ effect, actions: { values, not } }) => {
      if (effect === "Deny") return [];
      const found = values.flatMap(matched);
      return not ? names.filter((name) => !found.includes(name)) : found;
    }),
  );
  return (policies) => new Set(inPolicy(policies));
}
