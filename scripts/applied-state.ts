/**
 * The state that applying a plan would leave, without AWS: what the plan knows as it is, and for what AWS gives (ids,
 * ARNs) names of the same form.
 */
import { asArray, asObject, asString, at, isObject, type JsonObject, member } from "../analyzer/json.ts";

const account = "111111111111";
const provider = "registry.terraform.io/hashicorp/aws";

/** Gives the state as text; the same for the same plan. `schemas` is what `terraform providers schema -json` says. */
export function appliedState(plan: unknown, schemas: unknown): string {
  const resources = asArray(member(plan, "resource_changes"))
    .map(asObject)
    .filter((change) => change.mode === "managed" && isObject(at(change, "change", "after")))
    .map((change) => resourceOf(change, at(schemas, "provider_schemas", provider, "resource_schemas")));
  const head = { version: 4, terraform_version: asString(member(plan, "terraform_version")), serial: 1 };
  return JSON.stringify({ ...head, lineage: "11111111-1111-1111-1111-111111111111", outputs: {}, resources });
}

function resourceOf(change: JsonObject, schemas: unknown): JsonObject {
  const { module_address, mode, type, name, index, address } = change;
  const schema = member(schemas, asString(type) ?? "");
  const blocks = asObject(at(schema, "block", "block_types"));
  const planned = asObject(at(change, "change", "after"));
  const missing = Object.entries(asObject(at(change, "change", "after_unknown")))
    .filter(([, unknown]) => unknown === true)
    .map(([key]) => [key, Object.hasOwn(blocks, key) ? [] : given(key, String(type), String(address), planned)]);
  return {
    ...(module_address === undefined ? {} : { module: module_address }),
    mode,
    type,
    name,
    provider: `provider["${provider}"]`,
    instances: [
      {
        ...(index === undefined ? {} : { index_key: index }),
        schema_version: member(schema, "version"),
        attributes: { ...planned, ...Object.fromEntries(missing) },
      },
    ],
  };
}

/** Services whose ARNs have no region. */
const global = new Set(["iam", "organizations", "cloudfront", "route53"]);

/** What AWS answers for an attribute; `null` for those that nothing refers to. */
function given(key: string, type: string, address: string, planned: JsonObject): string | null {
  const name = asString(planned.name) ?? asString(planned.bucket) ?? address.replace(/[^\w-]+/g, "-");
  const [, service = "", ...kind] = type.split("_");
  const region = global.has(service) ? "" : "eu-west-1";
  switch (key) {
    case "id":
      return name;
    case "arn":
      return service === "s3"
        ? `arn:aws:s3:::${name}`
        : `arn:aws:${service}:${region}:${account}:${kind.join("-")}/${name}`;
    case "master_account_id":
    case "owner_id":
      return account;
    default:
      return null;
  }
}
