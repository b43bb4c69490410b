import { resolve } from "node:path";
import { Option } from "commander";
import { command, exit, note, usageError } from "../command.ts";
import { replaceFiles } from "../files.ts";
import { manifestArgument } from "../manifest.ts";

interface Options {
  output?: string;
}

export default command<Options>({
  name: "schema",
  summary: "Write the JSON Schema of a manifest, with its own keys for completion in the editor",
  details:
    "Accounts, units, groups, permission sets, roles and policies of the manifest are completed by key. The manifest " +
    "need not be valid. Put the schema where the first line of the manifest looks for it, and renew it now and then.",
  arguments: [manifestArgument],
  options: [new Option("--output <file>", "write to a file instead of standard output")],
  formats: [],
  examples: [["schema access/ --output .gatehouse/manifest.schema.json", "complete the keys of this manifest"]],
  async run([path], { output }, context) {
    const [{ default: schema }, { loadManifest }, { renewedBy, withKeys, writtenKeys }, { print }] = await Promise.all([
      import("../../schema/manifest.schema.json", { with: { type: "json" } }),
      import("../load.ts"),
      import("../../lib/manifest/editor-schema.ts"),
      import("../../lib/manifest/json.ts"),
    ]);
    const { files, problems } = loadManifest(path, context.io.cwd);
    if (files.length === 0) return usageError(context, problems[0]?.message ?? "there is no manifest");
    const args = [
      "schema",
      ...(path === undefined ? [] : [path]),
      ...(output === undefined ? [] : ["--output", output]),
    ];
    const text = `${print(renewedBy(withKeys(schema, writtenKeys(files)), args))}\n`;
    if (output === undefined) {
      context.io.stdout.write(text);
      return exit.fine;
    }
    const file = resolve(context.io.cwd, output);
    const reason = replaceFiles(resolve(file, ".."), new Map([[file, text]]));
    if (reason) return usageError(context, `cannot write ${output}: ${reason}`, "Nothing was changed.");
    note(context, `Wrote ${output}.`);
    return exit.fine;
  },
});
