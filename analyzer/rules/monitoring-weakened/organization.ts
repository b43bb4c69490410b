/** Services that see all accounts of an organization because it lets them. */
import type { Row } from "../../rule.ts";
import { fewer, listed } from "./attributes.ts";

/** Those that record, look for what is wrong and tell. */
const watching =
  /^(access-analyzer|auditmanager|cloudtrail|config|config-multiaccountsetup|detective|guardduty|health|inspector2|macie|malware-protection\.guardduty|securityhub|securitylake)\.amazonaws\.com$/;

export const organization: Readonly<Record<string, Row>> = {
  aws_organizations_organization: {
    what: "the organization",
    // a matter of its guardrails
    deleted: null,
    key: [],
    attributes: [
      fewer(["aws_service_access_principals"], (services) => `does not let ${services} see its accounts any more`, {
        of: (services) => listed(services).filter((service) => watching.test(String(service))),
        severity: "medium",
      }),
    ],
  },
};
