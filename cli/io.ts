/** What a command knows of the process it runs in: everything else about it is arguments. */
import { exit } from "./exit.ts";
import { fileReason } from "./files.ts";

export interface Output {
  write(text: string): void;
  isTTY: boolean;
  /** Width of the terminal in columns; 80 when it is not known. */
  columns: number;
}

export interface Io {
  stdout: Output;
  stderr: Output;
  /** All of standard input. */
  stdin(): Promise<Uint8Array>;
  /** Standard input as it comes: more than fits into memory at once. */
  stdinPieces(): AsyncIterable<Uint8Array>;
  /** Relative paths in arguments start here, and messages name files relative to it. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  now(): Date;
}

/** The real process. A reader that goes away early (`gatehouse access | head`) is no error. */
export function processIo(): Io {
  return {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    stdin: readAll,
    stdinPieces: () => process.stdin,
    cwd: process.cwd(),
    env: process.env,
    now: () => new Date(),
  };
}

function output(stream: NodeJS.WriteStream): Output {
  stream.on("error", (error) => {
    if ("code" in error && error.code === "EPIPE") return;
    process.stderr.write(`error: cannot write the output: ${fileReason(error)}\n`);
    process.exit(exit.usage);
  });
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    columns: stream.columns || 80,
  };
}

async function readAll(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}
