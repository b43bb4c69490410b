/** Reads `gatehouse.config.yaml` from the disk. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readConfig } from "../analyzer/config.ts";
import { noSettings, type Settings } from "../analyzer/settings.ts";
import { type Context, printError } from "./command.ts";
import { fileReason } from "./files.ts";
import { renderProblems } from "./manifest.ts";

/**
 * The configuration, its manifest relative to the working directory; `null` when there is something wrong with it, which
 * is printed.
 * @param rules the ids of all rules
 */
export async function loadConfig(name: string, rules: readonly string[], context: Context): Promise<Settings | null> {
  const { cwd, stderr } = context.io;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(resolve(cwd, name)));
    if (text.trim() === "") return noSettings;
    const file = { name, text };
    const { config, problems } = readConfig(file, rules);
    stderr.write(await renderProblems(problems, [file], context.paint.stderr));
    return config && { ...config, manifest: config.manifest && join(dirname(name), config.manifest) };
  } catch (error) {
    const reason = error instanceof TypeError ? "it is not UTF-8 text" : fileReason(error);
    printError(context, `cannot read the configuration ${name}: ${reason}`);
    return null;
  }
}
