/** What a command is: one file with one value, `export default command({ ... })`. */
import type { Argument, Option } from "commander";
import { visible } from "../lib/visible.ts";
import { type ExitCode, exit } from "./exit.ts";
import type { Io } from "./io.ts";
import type { Paint } from "./paint.ts";

export { type ExitCode, exit };

/** What a command gets besides its arguments and options. */
export interface Context<Format extends string = string> {
  io: Io;
  /** One of the command's `formats`. */
  format: Format;
  /** Say nothing on stderr but errors. */
  quiet: boolean;
  /** Colours for standard output and for standard error. */
  paint: { stdout: Paint; stderr: Paint };
}

export interface Command<Options extends object = object, Format extends string = string> {
  name: string;
  /** One line for the list of commands. */
  summary: string;
  /** More, when the one line does not say it. */
  details?: string;
  arguments: readonly Argument[];
  options: readonly Option[];
  /** What `--format` takes; the first is the default, none means that the command has no `--format`. */
  formats: readonly Format[];
  /** Command lines without the `gatehouse` in front, each with what it is for. */
  examples: readonly (readonly [line: string, purpose: string])[];
  /** Heavy modules are imported inside, when the command runs. Input errors are printed, not thrown. */
  run(args: readonly string[], options: Options, context: Context<Format>): Promise<ExitCode>;
}

/** Gives the command itself, type-checked. */
export function command<Options extends object = object, Format extends string = never>(
  value: Command<Options, Format>,
): Command<Options, Format> {
  return value;
}

/** Prints an error of the call or the input, with the way out below it. */
export function usageError(context: Context, message: string, hint?: string): ExitCode {
  printError(context, message, hint);
  return exit.usage;
}

/** Prints an error on standard error, which `--quiet` does not silence. */
export function printError({ io, paint }: Context, message: string, hint?: string): void {
  io.stderr.write(`${paint.stderr.red("error:")} ${visible(message)}\n`);
  if (hint) io.stderr.write(`       ${visible(hint)}\n`);
}

/** Prints a line about what was done on standard error, so that standard output carries data only. */
export function note({ io, quiet }: Context, message: string): void {
  if (!quiet) io.stderr.write(`${message}\n`);
}

/** Runs long work under a line that is shown on a terminal while it lasts. */
export async function progress<T>({ io, quiet, paint }: Context, label: string, work: () => Promise<T>): Promise<T> {
  if (quiet || !io.stderr.isTTY) return work();
  io.stderr.write(paint.stderr.dim(`${label} ...`));
  try {
    return await work();
  } finally {
    io.stderr.write("\r\u001b[K");
  }
}

/** `1 warning`, `2 warnings`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
