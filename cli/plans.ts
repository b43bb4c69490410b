/** Plans from files and from standard input, of any size. */
import { createReadStream, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { type PlanResult, readPlan } from "../analyzer/plan.ts";
import type { Context } from "./command.ts";
import { fileReason } from "./files.ts";

/** From this size on a plan is read piece by piece. A string holds at most 512 MiB, and its values several times that. */
const LARGE = 200 * 2 ** 20;

/**
 * Reads a plan; `-` is standard input. A file that cannot be read gives the reason.
 * @param types resource types that the rules look at
 * @param large bytes from which on it is read piece by piece
 */
export async function readPlanInput(
  path: string,
  types: ReadonlySet<string>,
  { io }: Pick<Context, "io">,
  large = LARGE,
): Promise<PlanResult | { reason: string }> {
  try {
    const file = resolve(io.cwd, path);
    if (path !== "-" && statSync(file).size >= large)
      return await readLarge(createReadStream(file, CHUNKS), path, types);
    const bytes = path === "-" ? await io.stdin() : readFileSync(file);
    return bytes.length >= large ? await readLarge(piecesOf(bytes), path, types) : readPlan(bytes, path);
  } catch (error) {
    return { reason: `cannot read the plan ${path}: ${fileReason(error)}` };
  }
}

const CHUNKS = { highWaterMark: 2 ** 20 };

async function readLarge(chunks: AsyncIterable<Uint8Array>, path: string, types: ReadonlySet<string>) {
  const { readPlanStream } = await import("../analyzer/plan-stream.ts");
  return readPlanStream(chunks, path, types);
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNKS.highWaterMark) yield bytes.subarray(at, at + CHUNKS.highWaterMark);
}
