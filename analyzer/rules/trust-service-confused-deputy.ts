import { flatMap } from "../../lib/flat-map.ts";
import type { CallerClass } from "../../lib/iam/caller-class.ts";
import { actsForOthers, onBehalfOfOthers } from "../../lib/iam/deputies.ts";
import { absent, actionGlob, condition, fixedValues, present } from "../../lib/iam/questions.ts";
import { sourceAccounts } from "../../lib/iam/sources.ts";
import { ask, worst } from "../../lib/iam/witness.ts";
import { eachAllow, rule, violationsOf } from "../rule.ts";

const EXTERNAL_ID = "sts:ExternalId";
const assume = [actionGlob("sts:AssumeRole")];

export default rule({
  id: "trust-service-confused-deputy",
  severity: "medium",
  summary: "A service may use the role on behalf of somebody else's account",
  why: "The service acts for every customer of AWS. Whoever learns the role's ARN can enter it in a resource of his own, and the service uses your role for him: the confused deputy. The service says in aws:SourceAccount and aws:SourceArn for whom it acts; the role has to look.",
  levels: "Always medium. Only services whose documentation asks for the condition are reported.",
  bad: `{
  "Effect": "Allow",
  "Principal": { "Service": "scheduler.amazonaws.com" },
  "Action": "sts:AssumeRole"
}`,
  good: `{
  "Effect": "Allow",
  "Principal": { "Service": "scheduler.amazonaws.com" },
  "Action": "sts:AssumeRole",
  "Condition": { "StringEquals": { "aws:SourceAccount": "111122223333" } }
}`,
  fix: "Require aws:SourceAccount with StringEquals, or aws:SourceArn with an ARN that holds the account, or aws:SourceOrgID.",
  references: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention",
  ],
  on: "policy",
  kinds: ["trust"],
  check: eachAllow(({ statement, alone }, { policy, account: own }, { accounts, vendors }) => {
    const { values = [], not = false } = statement.principals ?? {};
    const services = not ? [] : flatMap(values, (value) => (value.kind === "service" ? [value.service] : []));
    const deputies = services.filter(actsForOthers);
    if (deputies.length === 0) return [];
    const isForeign = (id: string) => accounts?.has(id) === false && id !== own && !vendors.has(id);
    const others = onBehalfOfOthers(policy, accounts ?? [], sourceAccounts(policy).filter(isForeign));
    // some services take an external id that the account agreed on with them instead
    const agreed = condition("StringNotEqualsIgnoreCase", EXTERNAL_ID, fixedValues([alone], EXTERNAL_ID));
    const found = flatMap(deputies, (name) => {
      const callers: readonly CallerClass[] = [{ kind: "service", account: null, name }];
      const ways = [[absent(EXTERNAL_ID)], [present(EXTERNAL_ID), agreed]];
      const answer = worst(
        flatMap(ways, (facts) =>
          others.map((where) => ask({ policies: [alone], callers, actions: assume, where: [...where, ...facts] })),
        ),
      );
      return answer.kind === "none" ? [] : [{ name, answer }];
    });
    return violationsOf(
      worst(found.map(({ answer }) => answer)),
      statement,
      alone,
      () => `${found.map(({ name }) => name).join(", ")} can use this role on behalf of another account`,
      ["aws:SourceAccount"],
    );
  }),
});
