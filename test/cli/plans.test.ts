/** Plans from standard input, of which nobody says beforehand how large they are. */
import { expect, it } from "vitest";
import type { Io } from "../../cli/io.ts";
import { readPlanInput } from "../../cli/plans.ts";

const change = {
  address: "aws_iam_user.a",
  mode: "managed",
  type: "aws_iam_user",
  name: "a",
  change: { actions: ["create"], before: null, after: { name: "ä" }, after_unknown: {} },
};
const bytes = new TextEncoder().encode(JSON.stringify({ format_version: "1.2", resource_changes: [change] }));

async function* pieces() {
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}

const io: Pick<Io, "stdinPieces" | "cwd"> = { stdinPieces: pieces, cwd: "." };

it.each([1, 20, bytes.length, bytes.length + 1])("is the same plan when %s bytes count as large", async (large) => {
  const result = await readPlanInput("-", new Set(), { io }, large);
  expect(result).toMatchObject({ plan: { changes: [{ address: "aws_iam_user.a", after: { name: "ä" } }] } });
});
