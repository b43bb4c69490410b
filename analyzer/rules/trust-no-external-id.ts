import { flatMap } from "../../lib/flat-map.ts";
import { accountsNamed } from "../../lib/iam/callers.ts";
import { isOpenToStrangers, naming } from "../../lib/iam/open.ts";
import type { Condition, Policy } from "../../lib/iam/policy.ts";
import {
  absent,
  actionGlob,
  comparedValues,
  condition,
  fixedValues,
  outsider,
  present,
  withoutMfa,
} from "../../lib/iam/questions.ts";
import { ask } from "../../lib/iam/witness.ts";
import { eachAllow, mayBeForeign, rule, violationsOf } from "../rule.ts";

const KEY = "sts:ExternalId";
const assume = [actionGlob("sts:AssumeRole")];

/** A vendor's machine has no MFA device. */
const machine: readonly Condition[] = withoutMfa()[0] ?? [];

/**
 * Vendors that make up the id themselves, and what it begins with: the customer's name with them fixes the customer.
 *
 * https://docs.spacelift.io/integrations/cloud-providers/aws
 */
const begins: Readonly<Record<string, RegExp>> = { "324880187172": /^[^@*?]+@(?=.*[*?])/ };

/** Ids that the vendor gives to other customers alone. */
const ofOthers = (account: string, policy: Policy): readonly Condition[] => {
  const own = flatMap(comparedValues([policy], KEY), (value) => begins[account]?.exec(value)?.[0] ?? []);
  return own.length > 0
    ? [
        condition(
          "StringNotLike",
          KEY,
          own.map((prefix) => `${prefix}*`),
        ),
      ]
    : [];
};

/** Nobody said which accounts are inside: this one may be a colleague's. */
const unplaced = { severity: "info", confidence: "low" } as const;

export default rule({
  id: "trust-no-external-id",
  severity: "high",
  summary: "An account outside the organization may assume the role without a fixed external id",
  why: "A vendor works for many customers with one identity. Without an external id that the vendor ties to you, another customer can give the vendor your role's ARN and see your data through it: the confused deputy. A pattern such as * and an IfExists operator fix nothing.",
  levels:
    "High; medium where a resource control policy still refuses it; info with low confidence as long as nobody says which accounts are inside, and then only where nobody asks for MFA, which is asked of people. Low confidence when the engine cannot decide.",
  bad: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::999999999999:role/vendor" },
  "Action": "sts:AssumeRole",
  "Condition": { "StringLike": { "sts:ExternalId": "*" } }
}`,
  good: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::999999999999:role/vendor" },
  "Action": "sts:AssumeRole",
  "Condition": { "StringEquals": { "sts:ExternalId": "7f2c1b0e-customer-42" } }
}`,
  fix: "Require sts:ExternalId with StringEquals and the value that the vendor gave you.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"],
  on: "policy",
  kinds: ["trust"],
  check: eachAllow((apart, { policy, account: own }, world) => {
    const { accounts: inside } = world;
    const others = condition("StringNotEqualsIgnoreCase", KEY, fixedValues([policy], KEY));
    const notFixed = [[absent(KEY)], [present(KEY), others]];
    const { statement, alone } = apart;
    const outside = [...accountsNamed([naming(apart)])].filter((account) => mayBeForeign(account, own, world)).sort();
    // open to everyone is trust-anyone's finding
    if (outside.length === 0 || isOpenToStrangers(policy, apart, inside)) return [];
    for (const facts of notFixed) {
      const answers = outside.map((account) => {
        const { callers, where } = outsider(account, [policy]);
        const circumstances = [...where, ...facts, ...ofOthers(account, policy), ...(inside === null ? machine : [])];
        return { account, answer: ask({ policies: [alone], callers, actions: assume, where: circumstances }) };
      });
      const open = answers.filter(({ answer }) => answer.kind !== "none");
      const worst = open.find(({ answer }) => answer.kind === "witness") ?? open[0];
      if (!worst) continue;
      const who = open.map(({ account }) => `account ${account}`).join(" and ");
      const found = violationsOf(
        worst.answer,
        statement,
        alone,
        ({ context }) => {
          const id = context.get(KEY.toLowerCase())?.[0];
          return id === undefined
            ? `${who} can assume this role without an external id`
            : `${who} can assume this role with an external id that nobody fixed, such as "${id}"`;
        },
        [KEY],
      );
      return inside === null ? found.map((violation) => ({ ...violation, ...unplaced })) : found;
    }
    return [];
  }),
});
