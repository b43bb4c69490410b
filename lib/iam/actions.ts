/** What an Action element stands for, looked up instead of searched: the cheap question before the engine's. */
import { compile, type Glob, matches } from "./glob.ts";
import { collector, type Policy, type Statement } from "./policy.ts";

const MAX_PATTERNS = 5_000;
const globs = new Map<string, Glob>();

function globOf(pattern: string): Glob {
  let glob = globs.get(pattern);
  if (!glob) {
    if (globs.size >= MAX_PATTERNS) globs.clear();
    glob = compile(pattern, { dialect: "string", fold: true });
    globs.set(pattern, glob);
  }
  return glob;
}

const answers = new Map<string, Map<string, boolean>>();

/** Whether an action pattern, in any letter case, stands for this action. */
export function standsForAction(pattern: string, action: string): boolean {
  let byPattern = answers.get(action);
  if (!byPattern) {
    byPattern = new Map();
    answers.set(action, byPattern);
  }
  let answer = byPattern.get(pattern);
  if (answer === undefined) {
    if (byPattern.size >= MAX_PATTERNS) byPattern.clear();
    answer = matches(globOf(pattern), action);
    byPattern.set(pattern, answer);
  }
  return answer;
}

/** Whether the statement's Action or NotAction element stands for one of these actions. */
export function touches({ actions }: Statement, wanted: readonly string[]): boolean {
  return wanted.some((action) => actions.values.some((pattern) => standsForAction(pattern, action)) !== actions.not);
}

/** Of the actions of a list, those that the Allow statements of policies stand for. */
export type Among = (policies: readonly Policy[]) => ReadonlySet<string>;

/** Gives the question for a list of actions; each pattern and each policy is looked at once. */
export function among(actions: readonly string[]): Among {
  const names = [...new Set(actions)];
  const byPattern = new Map<string, readonly string[]>();
  const matched = (pattern: string): readonly string[] => {
    let found = byPattern.get(pattern);
    if (!found) {
      if (byPattern.size >= MAX_PATTERNS) byPattern.clear();
      const glob = globOf(pattern);
      found = names.filter((name) => matches(glob, name));
      byPattern.set(pattern, found);
    }
    return found;
  };
  const inPolicy = collector(({ statements }) =>
    statements.flatMap(({ effect, actions: { values, not } }) => {
      if (effect === "Deny") return [];
      const found = values.flatMap(matched);
      return not ? names.filter((name) => !found.includes(name)) : found;
    }),
  );
  return (policies) => new Set(inPolicy(policies));
}
