/** The page of organization policy presets: each with its policy, as it stands for the example organization. */
import { policyTypes } from "../lib/manifest/policy-types.ts";
import { noOptions, type PresetName, type PresetRequest, presetNames, presets } from "../lib/manifest/presets.ts";

const example: Omit<PresetRequest, "type"> = {
  ...noOptions,
  organizationId: "o-a1b2c3d4e5",
  regions: ["eu-west-1", "us-east-1"],
  executionRole: "OrganizationAccountAccessRole",
  logBuckets: ["securecart-cloudtrail-222222222222"],
  vendors: ["098765432109"],
  networks: { cidrs: ["203.0.113.0/24"], vpcs: { "vpc-0a1b2c3d4e5f60718": "us-east-1" } },
};

const head = `# Presets of organization policies

Generated from lib/manifest/presets. \`{ type: scp, preset: deny-root-user }\` under \`policies\` writes such a policy; what
it says of Regions, roles, buckets and vendors comes from the manifest. Here it is what it would be for an organization
\`o-a1b2c3d4e5\` in two Regions, with one vendor and one network. Each guardrail is tried by the policy engine: what it
guards against is denied, whoever is exempt may do it, and what is harmless stays allowed.

Service control policies bind identities of member accounts, resource control policies their resources. Neither binds the
management account or service-linked roles.
`;

export function presetsPage(): string {
  return [head, ...presetNames.map(section)].join("\n");
}

function section(name: PresetName): string {
  const { types, summary, leavesAlone, takes } = presets[name];
  const facts = [
    `- type: ${types.map((type) => `\`${type}\`, ${policyTypes[type].one}`).join("; or ")}`,
    ...(leavesAlone === "" ? [] : [`- leaves alone: ${leavesAlone}`]),
    ...(takes.length === 0 ? [] : [`- takes: ${takes.map((option) => `\`${option}\``).join(", ")}`]),
  ].join("\n");
  const policies = types.map((type) => {
    const json = JSON.stringify(presets[name].document({ ...example, type }), null, 2);
    return `${types.length > 1 ? `As \`${type}\`:\n\n` : ""}\`\`\`json\n${json}\n\`\`\`\n`;
  });
  return [`## ${name}\n`, `${summary}\n`, `${facts}\n`, ...policies].join("\n");
}
