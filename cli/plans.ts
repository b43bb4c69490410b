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
  { io }: { io: Pick<Context["io"], "cwd" | "stdinPieces"> },
  large = LARGE,
): Promise<PlanResult | { reason: string }> {
  try {
    if (path === "-") return await readPieces(io.stdinPieces(), path, types, large);
    const file = resolve(io.cwd, path);
    if (statSync(file).size >= large) return await readLarge(createReadStream(file, CHUNKS), path, types);
    return readPlan(readFileSync(file), path);
  } catch (error) {
    return { reason: `cannot read the plan ${path}: ${fileReason(error)}` };
  }
}

const CHUNKS = { highWaterMark: 2 ** 20 };

async function readLarge(chunks: AsyncIterable<Uint8Array>, path: string, types: ReadonlySet<string>) {
  const { readPlanStream } = await import("../analyzer/plan-stream.ts");
  return readPlanStream(chunks, path, types);
}

/** Nobody says beforehand how much there will be: it is kept as long as it is not large. */
async function readPieces(
  pieces: AsyncIterable<Uint8Array>,
  path: string,
  types: ReadonlySet<string>,
  large: number,
): Promise<PlanResult> {
  const rest = pieces[Symbol.asyncIterator]();
  const kept: Uint8Array[] = [];
  let size = 0;
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    kept.push(next.value);
    size += next.value.length;
    if (size >= large) return readLarge(joined(kept, rest), path, types);
  }
  return readPlan(Buffer.concat(kept), path);
}

async function* joined(kept: Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  // what has been read is let go of
  for (let piece = kept.shift(); piece; piece = kept.shift()) yield piece;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
