/**
 * Accounts of AWS's own that write logs into customers' buckets, and are named as principals of bucket policies: those
 * of Elastic Load Balancing in regions before 2022, of Redshift audit logs, of CloudTrail before it had a service
 * principal, and of billing reports.
 *
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/enable-access-logs.html and the Terraform data
 * sources aws_elb_service_account, aws_redshift_service_account, aws_cloudtrail_service_account,
 * aws_billing_service_account.
 */
import { flatMap } from "../flat-map.ts";

const loadBalancing = `
  127311923021 033677994240 027434742980 797873946194 098369216593 754344448648 589379963580 718504428378 383597477331
  600734575887 114774131450 783225319266 582318560864 985666609251 054676820928 156460612806 652711504416 635631232127
  009996457667 897822967062 076674570225 507241528517 048591011584 190560391635 638102146993 037604701340`;
const redshift = `
  193672423079 391106570357 262260360010 902366379725 365689465814 313564881002 865932855811 090321488786 760740231472
  361669875840 762762565011 404641285394 907379612154 053454850223 210876761215 307160386991 945612479654 915173422425
  729911121831 013126148197 075028567923 665727464434 111890595117 660998842044`;
const cloudTrail = `
  086441151436 475085895292 388731089494 113285607260 819402241893 035351147821 859597730677 282025262664 262312530599
  829690693026 669305197877 903692715234 284668455005 216624486486 492519147666 765225791966 977081816279 119688915426
  034638983726 814480443879 608710470296 193415116832 681348832753`;
const billing = "386209384616";

/** By account: the service that writes the same logs under a name of its own. */
const writers: ReadonlyMap<string, string> = new Map(
  flatMap(
    [
      [loadBalancing, "logdelivery.elasticloadbalancing.amazonaws.com"],
      [redshift, "redshift.amazonaws.com"],
      [cloudTrail, "cloudtrail.amazonaws.com"],
      [billing, "billingreports.amazonaws.com"],
    ] as const,
    ([list, service]) => (list.match(/\d{12}/g) ?? []).map((account) => [account, service] as const),
  ),
);

/** What delivering a log takes; an account of AWS's that may do more is a mistake or a disguise. */
const delivering: ReadonlySet<string> = new Set([
  "s3:putobject",
  "s3:putobjectacl",
  "s3:getbucketacl",
  "s3:getbucketpolicy",
]);

/** Gives the service that an account of AWS's stands for, where a statement with these actions lets it deliver logs. */
export function deliveredBy(account: string, actions: readonly string[]): string | null {
  const isDelivery = actions.every((action) => delivering.has(action.toLowerCase()));
  return isDelivery ? (writers.get(account) ?? null) : null;
}

/** Whether a statement with these actions lets the account do no more than deliver AWS's logs. */
export function deliversLogs(account: string, actions: readonly string[]): boolean {
  return deliveredBy(account, actions) !== null;
}
