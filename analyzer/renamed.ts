/**
 * Roles, users and groups that the change gives another name. Whatever refers to one by its ARN says the new name after
 * the change and means the same as before.
 */

import { type Statement, withStatements } from "../lib/iam/policy.ts";
import { accountInArn } from "./configuration.ts";
import type { Subject } from "./model.ts";

/** New ARNs by the old ones. */
export type Renamed = ReadonlyMap<string, string>;

/**
 * Gives what stood before with the new names, so that both sides speak of the same objects: where the other side says
 * the new name in the place of the old one, and not beside it.
 */
export function withNewNames(
  before: readonly Subject[],
  after: readonly Subject[],
  renamed: Renamed,
): readonly Subject[] {
  if (renamed.size === 0 || before.length === 0 || after.length === 0) return before;
  const said = namesIn(after);
  const names = new Map([...renamed].filter(([old, now]) => said.has(now) && !said.has(old)));
  if (names.size === 0) return before;
  return before.map((subject) => ({
    ...subject,
    policy: withStatements(
      subject.policy,
      subject.policy.statements.map((statement) => named(statement, names)),
    ),
  }));
}

function namesIn(subjects: readonly Subject[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { principals, resources, conditions } of subjects.flatMap(({ policy }) => policy.statements)) {
    for (const value of principals?.values ?? []) if (value.kind === "arn") names.add(value.arn);
    for (const value of resources?.values ?? []) names.add(value);
    for (const { values } of conditions) for (const value of values) names.add(value);
  }
  return names;
}

function named(statement: Statement, names: Renamed): Statement {
  const { principals, resources, conditions } = statement;
  const now = (arn: string): string => names.get(arn) ?? arn;
  return {
    ...statement,
    principals: principals && {
      ...principals,
      values: principals.values.map((value) => {
        const arn = value.kind === "arn" ? names.get(value.arn) : undefined;
        return arn === undefined ? value : { kind: "arn", arn, account: accountInArn(arn) ?? "" };
      }),
    },
    resources: resources && { ...resources, values: resources.values.map(now) },
    conditions: conditions.map((condition) => ({ ...condition, values: condition.values.map(now) })),
  };
}
