/** Commander from the table of commands: help, options and suggestions come from there. */
import { CommanderError, Option, Command as Parser } from "commander";
import { type Command, type Context, type ExitCode, exit, usageError } from "./command.ts";
import type { Io } from "./io.ts";
import { type ColorMode, colorModes, paintFor, showsColor } from "./paint.ts";
import { version } from "./version.ts";

interface GlobalOptions {
  format?: string;
  color: ColorMode;
  quiet?: true;
}

const exitCodes = `
Exit codes:
  0  fine
  1  findings at or above --fail-on, or an invalid manifest
  2  the call or the input is wrong
  3  a bug in Gatehouse
  4  policy diff: it cannot be decided`;

/** Parses the arguments and runs the command they name. */
export async function runProgram(commands: readonly Command[], argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = exit.fine;
  const parser = new Parser("gatehouse")
    .description("AWS access as code: a manifest becomes Terraform, and plans are judged before they are applied.")
    .version(version, "-V, --version", "print the version")
    .addOption(new Option("--format <format>", "how to print the result; each command lists its formats"))
    .addOption(new Option("--color <when>", "colours").choices(colorModes).default("auto"))
    .option("--quiet", "print nothing on standard error but errors")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: io.stdout.write,
      writeErr: io.stderr.write,
      getOutHelpWidth: () => io.stdout.columns,
      getErrHelpWidth: () => io.stderr.columns,
    })
    .addHelpText("after", exitCodes)
    .exitOverride();

  for (const command of commands) {
    const sub = declare(parser, command.name).summary(command.summary).description(describe(command));
    for (const argument of command.arguments) sub.addArgument(argument);
    for (const option of command.options) sub.addOption(option);
    sub.addHelpText("after", renderExamples(command)).action(async () => {
      const context = contextOf(parser.opts<GlobalOptions>(), command, io);
      const wrongFormat = checkFormat(parser.opts<GlobalOptions>().format, command);
      code = wrongFormat ? usageError(context, wrongFormat) : await command.run(sub.args, sub.opts(), context);
    });
  }

  try {
    await parser.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    // Commander throws after it has printed its message, and for help and version as well.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.fine : exit.usage;
    throw error;
  }
}

/** Declares `policy diff` as the subcommand `diff` of `policy`. */
function declare(parser: Parser, name: string): Parser {
  const words = name.split(" ");
  const last = words.pop() ?? name;
  const parent = words.reduce(
    (above, word) => above.commands.find((known) => known.name() === word) ?? group(above, word),
    parser,
  );
  return parent.command(last);
}

const groups: Readonly<Record<string, string>> = {
  policy: "Judge, compare and simulate policy documents",
};

function group(parser: Parser, name: string): Parser {
  const summary = groups[name] ?? name;
  return parser.command(name).summary(summary).description(`${summary}.`);
}

function contextOf(options: GlobalOptions, { formats }: Command, io: Io): Context {
  return {
    io,
    format: options.format ?? formats[0] ?? "",
    quiet: options.quiet ?? false,
    paint: {
      stdout: paintFor(showsColor(io.stdout, options.color, io.env)),
      stderr: paintFor(showsColor(io.stderr, options.color, io.env)),
    },
  };
}

function checkFormat(format: string | undefined, { name, formats }: Command): string | null {
  if (format === undefined || formats.includes(format)) return null;
  if (formats.length === 0) return `"gatehouse ${name}" has no --format`;
  return `"gatehouse ${name}" has no format "${format}"; choose one of ${formats.join(", ")}`;
}

function describe({ summary, details, formats }: Command): string {
  const [first, ...others] = formats;
  const formatLine = first ? `Formats: ${[`${first} (default)`, ...others].join(", ")}.` : "";
  return [`${summary}.`, details, formatLine].filter(Boolean).join("\n\n");
}

function renderExamples({ examples }: Command): string {
  const lines = examples.map(([line, purpose]) => `  $ gatehouse ${line}\n      ${purpose}`);
  return `\nExample${lines.length === 1 ? "" : "s"}:\n${lines.join("\n")}`;
}
