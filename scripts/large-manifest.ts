/**
 * A manifest of the size that Gatehouse is made for: 2,000 accounts, 300 groups, 100 permission sets, and grants that
 * expand to as many assignments as asked for. The same text every time.
 *
 *   npx tsx scripts/large-manifest.ts FOLDER [ASSIGNMENTS]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const accounts = 2000;
const groups = 300;
const permissionSets = 100;
/** Business lines, each with a production and a test unit of 100 accounts. */
const lines = 10;
const accountsPerUnit = accounts / lines / 2;
const stages = ["prod", "test"] as const;

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const digits = (index: number) => `${200_000_000_000 + index}`;

/** The files of the manifest, by name. */
export function largeManifest(assignments: number): ReadonlyMap<string, string> {
  return new Map([
    ["organization.yaml", organization()],
    ["accounts.yaml", `accounts:\n${upTo(accounts).map(account).join("")}`],
    ["identity.yaml", `identity:\n  source: external\n  groups:\n${upTo(groups).map(group).join("")}`],
    ["permission-sets.yaml", `permissionSets:\n${upTo(permissionSets).map(permissionSet).join("")}`],
    ["access.yaml", `access:\n${grants(assignments).join("")}`],
  ]);
}

/** An organization of some hundred accounts with the same roles in each, and one that only it has. */
export function manifestWithRoles(count: number): ReadonlyMap<string, string> {
  return new Map([
    ["organization.yaml", organization()],
    ["accounts.yaml", `accounts:\n${upTo(count).map(account).join("")}`],
    ["roles.yaml", `roles:\n${sharedRoles}${upTo(count).map(ownRole).join("")}`],
  ]);
}

const sharedRoles = `  deploy:
    in: { all: true }
    trust: { account: account-0, role: pipeline }
    allow: [{ actions: ["ecs:UpdateService", "ecs:DescribeServices"], resources: "*" }]
  audit:
    in: { all: true }
    trust: { account: account-0, role: pipeline }
    managedPolicies: SecurityAudit
  web-server:
    in: { all: true }
    trust: { service: ec2.amazonaws.com }
    allow: [{ actions: s3:GetObject, resources: "arn:aws:s3:::large-images/*" }]
  pipeline:
    in: account-0
    trust: { service: codebuild.amazonaws.com }
    allow: [{ actions: sts:AssumeRole, resources: ["arn:aws:iam::*:role/deploy", "arn:aws:iam::*:role/audit"] }]
`;

function ownRole(index: number): string {
  return `  worker-${index}:
    in: account-${index}
    trust: { service: lambda.amazonaws.com }
    allow: [{ actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage"], resources: "arn:aws:sqs:us-east-1:${digits(index)}:work" }]
`;
}

function organization(): string {
  const units = upTo(lines).map(
    (line) => `  line-${line}:\n    units:\n      prod: { policies: no-internet }\n      test: {}\n`,
  );
  return `gatehouse: 1
organization:
  id: o-a1b2c3d4e5
  homeRegion: us-east-1
  managementAccount: management
  policies: [deny-root-user, deny-leave-organization]
limits: { accounts: 5000 }
policies:
  deny-root-user: { type: scp, preset: deny-root-user }
  deny-leave-organization: { type: scp, preset: deny-leave-organization }
  no-internet: { type: scp, deny: { actions: ec2:CreateInternetGateway, resources: "*" } }
accounts:
  management: { email: aws+management@large.example, id: "111111111111" }
units:
${units.join("")}`;
}

function account(index: number): string {
  const line = Math.floor(index / (2 * accountsPerUnit));
  const stage = stages[Math.floor(index / accountsPerUnit) % 2];
  return `  account-${index}:
    name: Account ${index}
    email: aws+${index}@large.example
    id: "${digits(index)}"
    unit: line-${line}/${stage}
    tags: { env: ${stage}, team: team-${index % 50} }
`;
}

function group(index: number): string {
  return `    group-${index}: { name: Large-Group-${index} }\n`;
}

function permissionSet(index: number): string {
  return `  set-${index}:
    description: Permission set ${index}
    session: ${1 + (index % 12)}h
    managedPolicies: [ReadOnlyAccess]
    allow:
      - { actions: ["s3:GetObject", "s3:ListBucket"], resources: ["arn:aws:s3:::bucket-${index}", "arn:aws:s3:::bucket-${index}/*"] }
      - { actions: ["ecs:UpdateService"], resources: "*", conditions: { StringEquals: { aws:ResourceTag/team: team-${index % 50} } } }
`;
}

/** Three kinds of grants in turn: a unit of 100 accounts, a team's 40 by tag, ten accounts by key. */
function grants(assignments: number): string[] {
  const written: string[] = [];
  for (let index = 0, left = assignments; left > 0; index++) {
    const [to, covered] = selection(index, left);
    written.push(grant(index, to));
    left -= covered;
  }
  return written;
}

function selection(index: number, left: number): [to: string, covered: number] {
  if (index % 3 === 0 && left >= accountsPerUnit) {
    return [`{ units: line-${Math.floor(index / 3) % lines}/${stages[index % 2]} }`, accountsPerUnit];
  }
  if (index % 3 === 1 && left >= accounts / 50) return [`{ tags: { team: team-${index % 50} } }`, accounts / 50];
  const named = Math.min(left, 10);
  const keys = upTo(named).map((offset) => `account-${(index * 37 + offset) % accounts}`);
  return [`[${keys.join(", ")}]`, named];
}

/** No two grants give the same set to the same group, so that none covers what another does. */
function grant(index: number, to: string): string {
  return `  - groups: group-${index % groups}
    permissionSets: set-${(index + Math.floor(index / groups)) % permissionSets}
    to: ${to}
    owner: team-${index % 50}@large.example
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = "large", assignments = "50000"] = process.argv.slice(2);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of largeManifest(Number(assignments))) writeFileSync(join(folder, name), text);
}
