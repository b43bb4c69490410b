/** docs/stacks.md says what every feature becomes and how that was seen: nothing may be missing there. */
import { TerraformDataSource, TerraformResource } from "cdktf";
import { expect, test } from "vitest";
import { allFeatures, writtenFeatures } from "../../scripts/features.ts";
import { schema } from "../../scripts/features-table.ts";
import { allFields, writtenFields } from "../../scripts/fields.ts";
import { notApplied, resourceTypes } from "../../scripts/proof.ts";
import * as aws from "../../stacks/aws.ts";
import { synthesize } from "../../stacks/synthesize.ts";
import { exampleGraphs } from "../examples.ts";
import { full } from "./graph.ts";

const proven = resourceTypes(synthesize(allFeatures()).stacks);

/** Fields that no feature is about; docs/stacks.md says why. */
const notFeatures =
  /^(assertions|defaults|delegations|gatehouse|include|limits|templates|variables)\b|^identity\.(instanceArn|identityStoreId)$|^organization\.mode$|^terraform\.(backend\.cloud|imports|pipeline\.gitlab|planRole)\b|\.(renamedFrom|template)$/;

test("every field of the manifest is in a feature: write one into test/fixtures/features for what is listed here", () => {
  const written = new Set(writtenFeatures().flatMap((feature) => writtenFields(feature, schema).flatMap(withParents)));
  expect(allFields(schema).filter((field) => !written.has(field) && !notFeatures.test(field))).toEqual([]);
});

function withParents(field: string): string[] {
  const steps = field.split(".");
  return steps.map((_, index) => steps.slice(0, index + 1).join("."));
}

test.each([...exampleGraphs, ["the graph of the tests", full] as const])(
  "%s writes only types that are proven",
  (_, graph) => {
    const types = [...resourceTypes(synthesize(graph).stacks)];
    expect(types.length).toBeGreaterThan(0);
    expect(types.filter((type) => !proven.has(type))).toEqual([]);
  },
);

test("every type that a stack can write is proven, and nothing else is", () => {
  const types = Object.values(aws).flatMap((binding) => {
    if (!("tfResourceType" in binding)) return [];
    const type: string = binding.tfResourceType;
    return binding.prototype instanceof TerraformDataSource
      ? `data.${type}`
      : binding.prototype instanceof TerraformResource
        ? type
        : [];
  });
  expect(types.sort()).toEqual([...proven].sort());
});

test("what is said not to be applied is written", () => {
  expect(Object.keys(notApplied).filter((type) => !proven.has(type))).toEqual([]);
});
