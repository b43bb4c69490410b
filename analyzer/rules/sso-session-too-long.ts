import { anything } from "../../lib/iam/administrator.ts";
import { ask } from "../../lib/iam/witness.ts";
import { attributeOf, isAdministrator, type Principal, rule } from "../rule.ts";

/** Hours; AWS gives one when nothing is said. */
const LONG = 4;
const TOO_LONG = 8;

/** Gives the hours of an ISO 8601 duration; `null` when it is none. */
function hoursOf(duration: unknown): number | null {
  const match =
    typeof duration === "string"
      ? /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(duration)
      : null;
  if (!match) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return (days ?? 0) * 24 + (hours ?? 0) + (minutes ?? 0) / 60 + (seconds ?? 0) / 3600;
}

/** Whether what the plan shows of it amounts to an administrator. */
function isPrivileged(principal: Principal | null): boolean {
  const policies = (principal?.policies ?? []).map(({ policy }) => policy);
  return policies.length > 0 && anything((question) => ask({ policies, ...question })).kind !== "none";
}

export default rule({
  id: "sso-session-too-long",
  severity: "medium",
  summary: "Sessions of the permission set last too long",
  why: "Session credentials on a stolen laptop work until they expire, also after the person has left or lost the group. An administrator's are the ones that are looked for.",
  levels:
    "Medium above 8 hours, and above 4 hours where the plan shows that the permission set may do nearly everything; low above 4 hours otherwise.",
  bad: `resource "aws_ssoadmin_permission_set" "admin" {
  name             = "Administrator"
  session_duration = "PT12H"
}`,
  good: `resource "aws_ssoadmin_permission_set" "admin" {
  name             = "Administrator"
  session_duration = "PT1H"
}`,
  fix: "Give administrators an hour or two, and others a working morning: signing in again is one click.",
  references: ["https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html"],
  on: "resource",
  types: ["aws_ssoadmin_permission_set"],
  check(set, world) {
    const hours = hoursOf(attributeOf(set, "session_duration"));
    if (hours === null || hours <= LONG) return [];
    const privileged = isPrivileged(set.principal);
    const severity = privileged || hours > TOO_LONG ? "medium" : "low";
    const isAll = set.principal !== null && isAdministrator(set.principal, world);
    const whose = isAll ? "an administrator's session" : privileged ? "a session with wide permissions" : "a session";
    return [{ statement: null, message: `${whose} lasts ${Number(hours.toFixed(2))} hours`, severity, measure: hours }];
  },
});
