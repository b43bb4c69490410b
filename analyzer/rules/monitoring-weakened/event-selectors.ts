/**
 * What the event selectors of a trail record.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
 */
import { flatMap } from "../../../lib/flat-map.ts";
import { inBlocks, lost } from "../../rule.ts";
import { listed } from "./attributes.ts";

export const reads = "reads";
export const writes = "writes";

const recording: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["ReadOnly", [reads]],
  ["WriteOnly", [writes]],
]);
const operators = ["equals", "not_equals", "starts_with", "not_starts_with", "ends_with", "not_ends_with"];

/** Selectors replace what a trail records by itself: management events, of every service, what reads and what writes. */
export function management(selectors: unknown): readonly string[] {
  const blocks = listed(selectors);
  if (blocks.length === 0) return [reads, writes];
  return flatMap(
    blocks.filter((block) => !inBlocks([block], "include_management_events").includes(false)),
    (block) => recording.get(inBlocks([block], "read_write_type")[0]) ?? [reads, writes],
  );
}

/** Services whose management events are left out. */
export const excluded = (selectors: unknown): readonly unknown[] =>
  inBlocks(selectors, "exclude_management_event_sources").flat();

/** What selectors record of the use of data, as in `AWS::S3::Object arn:aws:s3`. */
const dataEvents = (selectors: unknown): readonly string[] =>
  flatMap(inBlocks(selectors, "data_resource").flat(), (block) =>
    inBlocks([block], "values")
      .flat()
      .map((value) => `${inBlocks([block], "type")[0]} ${value}`),
  );

/** Buckets and objects stand for what begins like them; functions and tables for themselves, if it is not all there are. */
const beginning = /^(\S+ arn:[^:]+:[^:]+(:::)?|AWS::S3::Object arn:[^:]+:s3:::[^/]+\/.*)$/;

/**
 * What selectors do not record any more of the use of data.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html
 */
function unrecorded(was: unknown, is: unknown): readonly string[] {
  const wide = dataEvents(is).filter((value) => beginning.test(value));
  return lost(dataEvents(was), dataEvents(is))
    .map(String)
    .filter((value) => !wide.some((start) => value.startsWith(start)));
}

/** The values that advanced selectors ask a field to equal. */
const equalled = (selectors: unknown, name: string): readonly unknown[] =>
  flatMap(
    inBlocks(selectors, "field_selector")
      .flat()
      .filter((field) => inBlocks([field], "field").includes(name)),
    (field) => inBlocks([field], "equals").flat(),
  );

const categories = (selectors: unknown) => equalled(selectors, "eventCategory");

/** Whether advanced selectors record management events. */
const seesManagement = (selectors: unknown): boolean =>
  categories(selectors).length === 0 || categories(selectors).includes("Management");

/** What advanced selectors record beside management events: types of resources. */
const recorded = (selectors: unknown): readonly unknown[] => equalled(selectors, "resources.type");

/** What selectors ask of events of a category, as in `readOnly equals true`; none where one asks nothing. */
function filters(selectors: unknown, category: "Management" | "Data", type: unknown = null): readonly string[] {
  const asked = listed(selectors)
    .filter((selector) => categories([selector]).includes(category))
    .filter((selector) => type === null || recorded([selector]).includes(type))
    .map((selector) => flatMap(inBlocks([selector], "field_selector").flat(), asks));
  return asked.some((fields) => fields.length === 0) ? [] : asked.flat();
}

function asks(field: unknown): readonly string[] {
  const name = String(inBlocks([field], "field")[0]);
  if (name === "eventCategory" || name === "resources.type") return [];
  return flatMap(operators, (operator) => {
    const values = inBlocks([field], operator).flat();
    return values.length > 0 ? [`${name} ${operator} ${values.map(String).sort().join(" or ")}`] : [];
  });
}

const ADVANCED = "advanced_event_selector";
const BASIC = "event_selector";
const selectorsIn = (trail: unknown, name: string) => inBlocks([trail], name).flat();

/** All there is of a kind: `arn:aws:s3`, `arn:aws:s3:::`, `arn:aws:lambda`. */
const EVERYTHING = /^arn:[^:]+:[^:]+(:::)?$/;

const asking = (field: string, operator: string, values: readonly unknown[]) => ({ field, [operator]: values });

/** What a selector records, in the words of advanced ones. */
function translated(selector: unknown): readonly unknown[] {
  const kinds = recording.get(inBlocks([selector], "read_write_type")[0]);
  const ofKind = kinds ? [asking("readOnly", "equals", [String(kinds.includes(reads))])] : [];
  const record = (category: string, ...fields: readonly unknown[]) => ({
    field_selector: [asking("eventCategory", "equals", [category]), ...fields, ...ofKind],
  });
  const without = excluded([selector]);
  const ofServices = without.length > 0 ? [asking("eventSource", "not_equals", without)] : [];
  const ofData = flatMap(inBlocks([selector], "data_resource").flat(), (resource) =>
    inBlocks([resource], "values")
      .flat()
      .map((value) => {
        const type = asking("resources.type", "equals", inBlocks([resource], "type"));
        const isAll = EVERYTHING.test(String(value));
        return record("Data", type, ...(isAll ? [] : [asking("resources.ARN", "starts_with", [value])]));
      }),
  );
  return management([selector]).length > 0 ? [record("Management", ...ofServices), ...ofData] : ofData;
}

/** The selectors of both sides in the words of advanced ones, where either has those; no selectors where none has. */
function inAdvanced(...trails: readonly unknown[]): readonly (readonly unknown[])[] {
  if (trails.every((trail) => selectorsIn(trail, ADVANCED).length === 0)) return trails.map(() => []);
  return trails.map((trail) => {
    const advanced = selectorsIn(trail, ADVANCED);
    return advanced.length > 0 ? advanced : flatMap(selectorsIn(trail, BASIC), translated);
  });
}

/** Whether management events are not recorded any more that advanced selectors recorded, or others before them. */
export function losesManagement(was: unknown, is: unknown): boolean {
  const [old, now] = inAdvanced(was, is);
  return seesManagement(old) && !seesManagement(now);
}

/** What advanced selectors ask of management events that was not asked before. */
export function askedOfManagement(was: unknown, is: unknown): readonly unknown[] {
  const [old, now] = inAdvanced(was, is);
  return seesManagement(old) ? lost(filters(now, "Management"), filters(old, "Management")) : [];
}

/** What is not recorded any more of the use of data: types, or of selectors that are not advanced also single resources. */
export function lostData(was: unknown, is: unknown): readonly unknown[] {
  const [old, now] = inAdvanced(was, is).map(recorded);
  const basic = [was, is].map((trail) => (selectorsIn(is, ADVANCED).length > 0 ? [] : selectorsIn(trail, BASIC)));
  return [...new Set([...lost(old, now), ...unrecorded(basic[0], basic[1])])];
}

/** What advanced selectors ask of the use of data that was recorded without asking. */
export function askedOfData(was: unknown, is: unknown): readonly unknown[] {
  const [old, now] = inAdvanced(was, is);
  const types = recorded(now).filter((type) => recorded(old).includes(type));
  return [...new Set(flatMap(types, (type) => lost(filters(now, "Data", type), filters(old, "Data", type))))];
}
