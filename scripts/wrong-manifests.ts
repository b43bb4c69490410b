/**
 * Manifests with one mistake made many times, by kind of mistake: a wrong answer costs as much to find as a right one.
 * The rest of each is a correct manifest of 2,000 accounts, whose names are looked through for what may have been meant.
 */
import { largeManifest } from "./large-manifest.ts";

/** What one mistake is, as the text of the entry with this number, below the sections that `under` opens. */
interface Mistake {
  under: string;
  entry: (index: number) => string;
}

const access = "access:\n";
const accounts = "accounts:\n";
const groups = "identity:\n  groups:\n";
const roles = "roles:\n";
const sets = "permissionSets:\n";
const grant = (index: number, fields: string) => `  - { groups: group-${index % 300}, ${fields} }\n`;
const role = (index: number, fields: string) => `  role-${index}: { in: account-${index % 2000}, ${fields} }\n`;
const trust = (fields: string) => (index: number) => role(index, `trust: { ${fields} }`);
const account = (index: number, fields = "") =>
  `  new-${index}: { email: "aws+new-${index}@large.example", unit: line-0/prod${fields} }\n`;
const set = (index: number, fields: string) => `  new-${index}: { ${fields} }\n`;
const statement = (index: number, fields: string) =>
  set(index, `description: x, allow: [{ resources: "*", ${fields} }]`);
const service = "trust: { service: ec2 }";
/** Seven letters that no other number has, and that have nothing in common with those of its neighbours. */
const letters = (index: number) => {
  const spread = (index * 5_000_000_029) % 26 ** 7;
  return [0, 1, 2, 3, 4, 5, 6].map((at) => String.fromCharCode(97 + (Math.floor(spread / 26 ** at) % 26))).join("");
};
const long = "x".repeat(300);

export const mistakes: Readonly<Record<string, Mistake>> = {
  "unknown group": {
    under: access,
    entry: (i) => `  - { groups: gruop-${i}, permissionSets: set-1, to: account-1 }\n`,
  },
  "unknown account": { under: access, entry: (i) => grant(i, `permissionSets: set-1, to: acount-${i}`) },
  "unknown account, unlike any": { under: access, entry: (i) => grant(i, `permissionSets: set-1, to: ${letters(i)}`) },
  "unknown permission set": { under: access, entry: (i) => grant(i, `permissionSets: sett-${i}, to: account-1`) },
  "unknown unit": { under: access, entry: (i) => grant(i, `permissionSets: set-1, to: { units: lin-${i}/prod }`) },
  "unknown tag": {
    under: access,
    entry: (i) => grant(i, `permissionSets: set-1, to: { tags: { team: taem-${i} } }`),
  },
  "unknown tag, long value": {
    under: access,
    entry: (i) => grant(i, `permissionSets: set-1, to: { tags: { team: ${long}${i} } }`),
  },
  "unknown tag key": {
    under: access,
    entry: (i) => grant(i, `permissionSets: set-1, to: { tags: { taem-${i}: shop } }`),
  },
  "unknown role": { under: roles, entry: (i) => role(i, `${service}, assumeRoles: rol-${i}`) },
  "wrong field name": { under: access, entry: (i) => grant(i, "permissonSets: set-1, to: account-1") },
  "field name unlike any": { under: access, entry: (i) => grant(i, `${letters(i)}: set-1, to: account-1`) },
  "wrong field name of an account": { under: accounts, entry: (i) => account(i, ", taggs: { a: b }") },
  "wrong type": { under: sets, entry: (i) => set(i, "description: [x], managedPolicies: ReadOnlyAccess") },
  "wrong value": { under: sets, entry: (i) => set(i, "session: 99h, managedPolicies: ReadOnlyAccess") },
  "text too long": { under: sets, entry: (i) => set(i, `name: ${long}${i}, managedPolicies: ReadOnlyAccess`) },
  "missing field": { under: access, entry: (i) => grant(i, "permissionSets: set-1") },
  "wrong enum": { under: "policies:\n", entry: (i) => set(i, "type: spc, preset: deny-root-user") },
  "wrong preset": { under: "policies:\n", entry: (i) => set(i, `type: scp, preset: deny-rot-${i}`) },
  "wrong key": { under: accounts, entry: (i) => `  "a ${i}": { email: "aws+${i}@new.example", unit: line-0/prod }\n` },
  "wrong e-mail": { under: accounts, entry: (i) => `  new-${i}: { email: nobody-${i}, unit: line-0/prod }\n` },
  "wrong id": { under: accounts, entry: (i) => account(i, `, id: "${i}"`) },
  "trust: mistyped key": { under: roles, entry: trust("acount: account-1, permissionSet: set-1") },
  "trust: unlike any": { under: roles, entry: (i) => role(i, `trust: { ${letters(i)}: x }`) },
  "trust: keys of two forms": { under: roles, entry: trust("service: ec2, account: account-1") },
  "trust: one key missing": { under: roles, entry: trust("account: account-1") },
  "trust: a text": { under: roles, entry: (i) => role(i, "trust: ec2") },
  "trust: wrong GitHub": { under: roles, entry: trust("github: { repo: a/b, branch: main }") },
  "unknown service principal": { under: roles, entry: (i) => role(i, `trust: { service: lamda-${i} }`) },
  "unknown managed policy": { under: sets, entry: (i) => set(i, `managedPolicies: ReadOnlyAcces-${i}`) },
  "managed policy unlike any": {
    under: sets,
    entry: (i) => set(i, `managedPolicies: Our${letters(i)}DataPlaneAccessPolicyForEveryone`),
  },
  "unknown customer managed policy": { under: sets, entry: (i) => set(i, `customerManagedPolicies: polcy-${i}`) },
  "unknown action": { under: sets, entry: (i) => statement(i, `actions: "ec2:DescribeInstance${letters(i)}"`) },
  "unknown service": { under: sets, entry: (i) => statement(i, `actions: "ec${letters(i)}:Describe"`) },
  "unknown condition key": {
    under: sets,
    entry: (i) =>
      statement(i, `actions: ec2:RunInstances, conditions: { StringEquals: { "ec2:Instance${letters(i)}": x } }`),
  },
  "unknown operator": {
    under: sets,
    entry: (i) =>
      statement(i, `actions: ec2:RunInstances, conditions: { StringEqual${letters(i)}: { "aws:SourceIp": x } }`),
  },
  "duplicate key": { under: accounts, entry: () => account(0) },
  "duplicate e-mail": {
    under: accounts,
    entry: (i) => `  new-${i}: { email: aws+1@large.example, unit: line-0/prod }\n`,
  },
  "duplicate name": { under: groups, entry: (i) => `    new-${i}: { name: Large-Group-1 }\n` },
  "duplicate grant": { under: access, entry: () => grant(0, "permissionSets: set-1, to: account-1") },
  "expired grant": { under: access, entry: (i) => grant(i, "permissionSets: set-1, to: account-1, until: 2020-01-31") },
  "grant to nobody": { under: access, entry: () => "  - { groups: [], permissionSets: set-1, to: account-1 }\n" },
  "needless exception": {
    under: access,
    entry: (i) => grant(i, "permissionSets: set-1, to: { accounts: account-1, except: { accounts: account-2 } }"),
  },
  "unknown user": {
    under: groups,
    entry: (i) => `    new-${i}: { members: usr-${i} }\n`,
  },
  "unknown alias": { under: access, entry: (i) => grant(i, `permissionSets: *sets-${i}, to: account-1`) },
  "unsupported tag": { under: access, entry: (i) => grant(i, "permissionSets: !env SET, to: account-1") },
  "bad indentation": { under: accounts, entry: (i) => `    new-${i}: {}\n   other-${i}: {}\n` },
  "a tab": { under: accounts, entry: (i) => `  new-${i}:\n\temail: a@b.example\n` },
  "an open quote": { under: access, entry: (i) => grant(i, 'permissionSets: "set-1, to: account-1') },
  "an open bracket": { under: access, entry: () => "  - { groups: [group-1, permissionSets: set-1 }\n" },
  "unknown variable": { under: access, entry: (i) => grant(i, `permissionSets: set-1, to: "\${var.acount-${i}}"`) },
  "unknown template": { under: accounts, entry: (i) => account(i, `, template: temp-${i}`) },
  "missing policy file": { under: sets, entry: (i) => set(i, `file: policies/${i}.json`) },
  "missing include": { under: "include:\n", entry: (i) => `  - teams/${i}.yaml\n` },
  "wrong earlier key": { under: groups, entry: (i) => `    new-${i}: { renamedFrom: group-1 }\n` },
};

/** The files of a manifest in which the mistake is made `count` times. */
export function wrongManifest({ under, entry }: Mistake, count: number): ReadonlyMap<string, string> {
  const entries = Array.from({ length: count }, (_, index) => entry(index));
  const rest = [...largeManifest(0)].filter(([, text]) => text !== access);
  return new Map([...rest, ["wrong.yaml", under + entries.join("")]]);
}
