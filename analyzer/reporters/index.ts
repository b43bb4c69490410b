import { github } from "./github.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import type { Reporter } from "./reporter.ts";
import { sarif } from "./sarif.ts";
import { text } from "./text.ts";

export type { Paint, Reporter, ReporterOptions } from "./reporter.ts";
export { noPaint } from "./reporter.ts";

export const formats = ["text", "markdown", "json", "sarif", "github", "junit"] as const;
export type Format = (typeof formats)[number];

/** Every `--format` of `analyze`, by name. */
export const reporters: Readonly<Record<Format, Reporter>> = { text, markdown, json, sarif, github, junit };
