import { expect, test } from "vitest";
import { loadCatalog } from "../../../lib/iam/catalog.ts";
import { isObjectAction } from "../../../lib/iam/s3-actions.ts";

test("actions about objects are those of the service authorization reference", async () => {
  const actions = (await loadCatalog(["s3:*"])).actionsLike("s3:*");
  const wrong = actions
    .filter(({ name, resourceTypes }) => isObjectAction(name) !== resourceTypes.includes("object"))
    .map(({ name }) => name);
  expect(actions.length).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});
