/** Plans that are too large for one string: read piece by piece, keeping what the analyzer looks at. */
import { asString, isObject, type JsonObject, member } from "./json.ts";
import { ObjectReader, type StreamError, type Wanted } from "./json-stream.ts";
import {
  empty,
  encodingOf,
  failed,
  foreignIn,
  listMembers,
  notJson,
  otherEncoding,
  type PlanResult,
  planFrom,
} from "./plan.ts";
import { sitesOf } from "./sites.ts";

/** Members of a plan that repeat what its changes say, for every resource there is. */
const repeated = new Set(["planned_values", "resource_attributes"]);

/** What was read before the plan, among all that stood before. */
const ofPriorState: readonly (readonly [RegExp, ReturnType<Wanted["take"]>])[] = [
  [/^prior_state(\/values)?$/, "members"],
  [/^prior_state\/values\/root_module(\/child_modules\/\[\])*$/, "members"],
  [/^prior_state\/values\/root_module(\/child_modules\/\[\])*\/(child_modules|resources)$/, "elements"],
  [/\/resources\/\[\]$/, "whole"],
];

/**
 * Reads one plan from its bytes as they come. It is the plan that `readPlan` gives, apart from resources that hold no
 * policy and that no rule looks at: of their values only the short ones remain.
 * @param types resource types that the rules look at
 */
export async function readPlanStream(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  types: ReadonlySet<string>,
): Promise<PlanResult> {
  const root: Record<string, unknown> = {};
  const lists = new Map<string, unknown[]>();
  const read: unknown[] = [];
  const keep = (key: string, value: unknown) =>
    Object.defineProperty(root, key, { value, enumerable: true, configurable: true });
  const wanted: Wanted = {
    take(path) {
      const [key = "", ...inner] = path;
      if (key === "prior_state") return ofPriorState.find(([form]) => form.test(path.join("/")))?.[1] ?? "nothing";
      if (inner.length > 0) return "whole";
      if (repeated.has(key)) keep(key, null);
      if (!listMembers.includes(key)) return repeated.has(key) ? "nothing" : "whole";
      lists.set(key, []);
      return "elements";
    },
    value([key = "", ...inner], value, text) {
      if (key === "prior_state") {
        if (isObject(value) && value.mode !== "managed") read.push(value);
      } else if (inner.length === 0) {
        lists.delete(key);
        keep(key, value);
      } else {
        const isLookedAt = (type: string) => types.has(type) || holdsPolicies(type) || text.includes("Statement");
        lists.get(key)?.push(slim(value, isLookedAt));
      }
    },
  };
  const reader = new ObjectReader(wanted);
  let decode: ((chunk?: Uint8Array) => string) | null = null;
  let head = "";
  let error: StreamError | null = null;
  try {
    for await (const chunk of chunks) {
      if (chunk.length === 0) continue;
      if (decode === null) {
        const foreign = foreignIn(chunk);
        if (foreign) return failed(file, foreign);
        const decoder = new TextDecoder(encodingOf(chunk), { fatal: true });
        decode = (bytes) => decoder.decode(bytes, { stream: bytes !== undefined });
      }
      const text = decode(chunk);
      if (head.length < HEAD) head += text.slice(0, HEAD);
      error = reader.push(text);
      if (error) break;
    }
    if (!error) error = reader.push(decode?.() ?? "");
  } catch (thrown) {
    if (thrown instanceof TypeError) return failed(file, otherEncoding);
    throw thrown;
  }
  if (head.trim() === "") return failed(file, empty);
  error ??= reader.end();
  if (error) return notJson(file, head, error);
  // addresses say in which module it stands
  const prior_state = { values: { root_module: { resources: read } } };
  return planFrom({ ...root, ...Object.fromEntries(lists), prior_state }, file);
}

/** Characters from the beginning that tell what a text is, if it is no JSON. */
const HEAD = 10_000;

const holdsPolicies = (type: string): boolean =>
  sitesOf(type).length > 0 || /^aws_(iam|identitystore|organizations|ssoadmin)_/.test(type);

/** A resource change as it stands in the plan, without the values that nobody looks at. */
function slim(entry: unknown, isLookedAt: (type: string) => boolean): unknown {
  const deferred = member(entry, "resource_change");
  if (isObject(entry) && deferred !== undefined) return { ...entry, resource_change: slim(deferred, isLookedAt) };
  const change = member(entry, "change");
  const type = asString(member(entry, "type"));
  if (!isObject(entry) || !isObject(change) || type === null || member(entry, "mode") === "data" || isLookedAt(type)) {
    return entry;
  }
  return { ...entry, change: { ...change, before: short(change.before), after: short(change.after) } };
}

function short(values: unknown): unknown {
  if (!isObject(values)) return values;
  const kept: [string, unknown][] = Object.entries(values).filter(
    ([, value]) =>
      typeof value === "number" || typeof value === "boolean" || (typeof value === "string" && value.length <= SHORT),
  );
  const slim: JsonObject = Object.fromEntries(kept);
  return slim;
}

/** As long as an ARN can be, or so. */
const SHORT = 300;
