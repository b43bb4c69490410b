/** The exit codes of every command. */
export const exit = {
  fine: 0,
  /** Findings at or above `--fail-on`, or an invalid manifest. */
  findings: 1,
  /** The call or the input is wrong. */
  usage: 2,
  /** A bug in Gatehouse. */
  bug: 3,
  /** `policy diff`: it cannot be decided. */
  undecided: 4,
} as const;
export type ExitCode = (typeof exit)[keyof typeof exit];
