/** What `gatehouse init` writes: small, complete, and valid as it is. */
export const template = `# yaml-language-server: $schema=./.gatehouse/manifest.schema.json
#
# Access manifest: who may enter which AWS account. A key is identity and makes the Terraform address;
# \`name\` is what people see and may change. Check it with: gatehouse validate
gatehouse: 1

organization:
  homeRegion: us-east-1
  managementAccount: management       # a key of \`accounts\`

# Organizational units, nested to depth 5. A policy on a unit covers everything below it.
units:
  workloads:
    policies: deny-leave-organization

# One account per department or workload. Write the id down once the account exists: grants wait for it.
accounts:
  management: { email: aws+management@example.com, id: "111111111111" }
  shop-prod: { email: aws+shop-prod@example.com, id: "222222222222", unit: workloads, tags: { env: prod } }
  shop-dev: { email: aws+shop-dev@example.com, id: "333333333333", unit: workloads, tags: { env: dev } }

# Guardrails.
policies:
  deny-leave-organization: { type: scp, preset: deny-leave-organization }

# \`external\`: the groups come from your identity provider by SCIM and are looked up by name.
identity:
  source: external
  groups:
    developers: { name: Developers }

# What a group may do in an account.
permissionSets:
  administrator: { name: Administrator, session: 4h, managedPolicies: AdministratorAccess }
  read-only: { name: ReadOnly, session: 8h, managedPolicies: ReadOnlyAccess }

# Groups x permission sets x accounts. Units cover all accounts below them, new ones as well.
access:
  - groups: developers
    permissionSets: administrator
    to: { tags: { env: dev } }
  - groups: developers
    permissionSets: read-only
    to: { units: workloads }
`;
