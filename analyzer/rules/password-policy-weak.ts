import { attributeOf, type Resource, rule } from "../rule.ts";

/** What the CIS AWS Foundations Benchmark asks for. */
const LENGTH = 14;
const REMEMBERED = 24;
const characters = [
  ["require_lowercase_characters", "lower-case letters"],
  ["require_uppercase_characters", "upper-case letters"],
  ["require_numbers", "numbers"],
  ["require_symbols", "symbols"],
] as const;

const numberOf = (policy: Resource, key: string) => Number(attributeOf(policy, key) ?? 0);

export default rule({
  id: "password-policy-weak",
  severity: "medium",
  summary: "The account's password policy is weaker than the CIS benchmark",
  why: "Short passwords are guessed, and remembered ones come back. The policy is the only thing that keeps the people who still sign in as IAM users from choosing them.",
  levels:
    "Medium below 14 characters or 24 remembered passwords, or when the policy is deleted; low when only kinds of characters are missing.",
  bad: `resource "aws_iam_account_password_policy" "this" {
  minimum_password_length = 8
}`,
  good: `resource "aws_iam_account_password_policy" "this" {
  minimum_password_length      = 14
  password_reuse_prevention    = 24
  require_lowercase_characters = true
  require_uppercase_characters = true
  require_numbers              = true
  require_symbols              = true
}`,
  fix: "Ask for 14 characters at least, and remember 24 passwords.",
  references: [
    "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html",
  ],
  on: "resource",
  types: ["aws_iam_account_password_policy"],
  check(policy) {
    // what nobody set is what AWS sets: 6 characters, nothing remembered, nothing required
    const length = numberOf(policy, "minimum_password_length") || 6;
    const remembered = numberOf(policy, "password_reuse_prevention");
    const missing = characters.filter(([key]) => attributeOf(policy, key) !== true).map(([, what]) => what);
    const short = [
      ...(length < LENGTH ? [`asks for ${length} characters, not ${LENGTH}`] : []),
      ...(remembered < REMEMBERED ? [`remembers ${remembered} passwords, not ${REMEMBERED}`] : []),
    ];
    const lacks = missing.length > 0 ? [`does not require ${missing.join(", ")}`] : [];
    if (short.length + lacks.length === 0) return [];
    const measure = Math.max(0, LENGTH - length) + Math.max(0, REMEMBERED - remembered) + missing.length;
    const severity = short.length > 0 ? "medium" : "low";
    return [{ statement: null, message: [...short, ...lacks].join("; "), severity, measure }];
  },
  deleted: () => [
    {
      statement: null,
      message: "is deleted: AWS's default asks for 8 characters and remembers none",
      measure: LENGTH + REMEMBERED + characters.length,
    },
  ],
});
