/** What a reporter is: a pure function from the report to the text that somebody prints, posts or uploads. */
import type { Severity } from "../../lib/finding.ts";
import type { Report } from "../report.ts";
import type { Rule } from "../rule.ts";

/** Colours as functions; the identity where nothing shows them. */
export type Paint = Record<
  "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan",
  (text: string) => string
>;

export interface ReporterOptions {
  /** For the help that goes with a finding. */
  rules: readonly Rule[];
  paint: Paint;
  /** From which severity on findings fail the run; `high` unless told. */
  failOn?: Severity | "none";
  /** What stands already counts like what the change brings. */
  all?: boolean;
}

export type Reporter = (report: Report, options: ReporterOptions) => string;

const same = (text: string): string => text;
export const noPaint: Paint = {
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
  blue: same,
  magenta: same,
  cyan: same,
};
