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
export function unrecorded(was: unknown, is: unknown): readonly string[] {
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
export const seesManagement = (selectors: unknown): boolean =>
  categories(selectors).length === 0 || categories(selectors).includes("Management");

/** What advanced selectors record beside management events: types of resources. */
export const recorded = (selectors: unknown): readonly unknown[] => equalled(selectors, "resources.type");

/** What advanced selectors ask of events of a category, as in `readOnly equals true`; none where one asks nothing. */
export function filters(selectors: unknown, category: "Management" | "Data"): readonly string[] {
  const asked = listed(selectors)
    .filter((selector) => categories([selector]).includes(category))
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
