import { expect, test } from "vitest";
import { isObjectAction } from "../../../lib/access/s3-actions.ts";
import { actionsLike, findAction } from "../../../lib/iam/catalog.ts";

test("actions about objects are those of the service authorization reference", async () => {
  const actions = await Promise.all((await actionsLike("s3:*")).map(findAction));
  const wrong = actions.flatMap((action) =>
    action === null || isObjectAction(action.name) === action.resourceTypes.includes("object") ? [] : [action.name],
  );
  expect(actions.length).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});
