/**
 * Standards of Security Hub by the name that manifests give them; what ends the ARN that each has in every Region.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/standards-reference.html
 */
const table = {
  "aws-foundational": "standards/aws-foundational-security-best-practices/v/1.0.0",
  "cis-1.4": "standards/cis-aws-foundations-benchmark/v/1.4.0",
  "cis-3.0": "standards/cis-aws-foundations-benchmark/v/3.0.0",
  "nist-800-53": "standards/nist-800-53/v/5.0.0",
  "pci-dss-3.2": "standards/pci-dss/v/3.2.1",
  "pci-dss-4.0": "standards/pci-dss/v/4.0.1",
} as const;

export type SecurityHubStandard = keyof typeof table;
export const securityHubStandards: Readonly<Record<SecurityHubStandard, string>> = table;
export const securityHubStandardNames = Object.keys(table) as SecurityHubStandard[];
