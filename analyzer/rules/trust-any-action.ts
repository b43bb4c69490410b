import { flatMap } from "../../lib/flat-map.ts";
import { actionGlob, perAllow } from "../../lib/iam/questions.ts";
import { ask } from "../../lib/iam/witness.ts";
import { rule, violationsOf } from "../rule.ts";

/** An action of STS that no policy names: only a wildcard over all of them, or NotAction, reaches it. */
const unnamed = [actionGlob("sts:Q9UnnamedAny")];

export default rule({
  id: "trust-any-action",
  severity: "medium",
  summary: "The trust allows every action of STS",
  why: "Beside assuming the role it lets the caller set session tags and a source identity, on which other policies rely, and whatever STS learns to do next. A trust needs one or two actions.",
  levels: "Always medium.",
  bad: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::111122223333:role/deploy" },
  "Action": "sts:*"
}`,
  good: `{
  "Effect": "Allow",
  "Principal": { "AWS": "arn:aws:iam::111122223333:role/deploy" },
  "Action": "sts:AssumeRole"
}`,
  fix: "Write sts:AssumeRole, sts:AssumeRoleWithWebIdentity or sts:AssumeRoleWithSAML, and sts:TagSession or sts:SetSourceIdentity where they are used.",
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html"],
  on: "policy",
  kinds: ["trust"],
  check({ policy }) {
    return flatMap(perAllow(policy), ({ statement, alone }) => {
      if (!statement.actions.not && !statement.actions.values.some((value) => /[*?]/.test(value))) return [];
      const written = `${statement.actions.not ? "NotAction" : "Action"} ${statement.actions.values.join(", ")}`;
      const answer = ask({ policies: [alone], actions: unnamed });
      // the example is about an action that only a wildcard reaches: it would say nothing to a reader
      return violationsOf(answer, statement, alone, () => `${written} allows every action of STS on this role`).map(
        ({ witness: _, ...violation }) => violation,
      );
    });
  },
});
