/** The whole command line as a function: arguments and the process in, exit code out. */
import { type Command, type ExitCode, exit } from "./command.ts";
import access from "./commands/access.ts";
import analyze from "./commands/analyze.ts";
import codeowners from "./commands/codeowners.ts";
import diff from "./commands/diff.ts";
import init from "./commands/init.ts";
import policyCheck from "./commands/policy-check.ts";
import policyDiff from "./commands/policy-diff.ts";
import policySimulate from "./commands/policy-simulate.ts";
import review from "./commands/review.ts";
import rules from "./commands/rules.ts";
import schema from "./commands/schema.ts";
import stacks from "./commands/stacks.ts";
import synth from "./commands/synth.ts";
import validate from "./commands/validate.ts";
import type { Io } from "./io.ts";
import { runProgram } from "./program.ts";
import { version } from "./version.ts";

/** In the order in which a newcomer meets them. */
export const commands: readonly Command[] = [
  init,
  validate,
  synth,
  stacks,
  access,
  diff,
  codeowners,
  schema,
  analyze,
  review,
  policyCheck,
  policyDiff,
  policySimulate,
  rules,
];

/** Runs one command line. Never throws: what nobody expected is a bug, and said to be one. */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await runProgram(commands, argv, io);
  } catch (error) {
    io.stderr.write(renderBug(error, io.env.GATEHOUSE_DEBUG !== undefined));
    return exit.bug;
  }
}

function renderBug(error: unknown, withStack: boolean): string {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return [
    `internal error: ${message}`,
    `This is a bug in Gatehouse ${version}, not in your input. Please report it with the command you ran.`,
    withStack ? (stack ?? message) : "GATEHOUSE_DEBUG=1 shows where it happened.",
    "",
  ].join("\n");
}
