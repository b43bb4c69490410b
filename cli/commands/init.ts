import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Argument } from "commander";
import { print } from "../../lib/manifest/json.ts";
import { command, exit, note, usageError } from "../command.ts";
import { replaceFiles } from "../files.ts";
import { template } from "../template.ts";

export default command({
  name: "init",
  summary: "Write a small commented manifest that validates",
  details: "Also writes the JSON Schema beside it, so that an editor completes and checks while you type.",
  arguments: [new Argument("[dir]", "where to write (default: the current folder)")],
  options: [],
  formats: [],
  examples: [["init access-as-code", "write access-as-code/access.yaml"]],
  async run([dir = "."], _options, context) {
    const [{ default: schema }, { renewedBy }] = await Promise.all([
      import("../../schema/manifest.schema.json", { with: { type: "json" } }),
      import("../../lib/manifest/editor-schema.ts"),
    ]);
    if (dir === "") return usageError(context, "the folder to write to is empty", "Nothing was changed.");
    const folder = resolve(context.io.cwd, dir);
    const manifest = join(dir, "access.yaml");
    if (existsSync(join(folder, "access.yaml"))) {
      return usageError(context, `${manifest} exists already`, "Nothing was changed.");
    }
    const reason = replaceFiles(
      folder,
      new Map([
        [join(folder, "access.yaml"), template],
        [
          join(folder, ".gatehouse", "manifest.schema.json"),
          `${print(renewedBy(schema, ["schema", "--output", ".gatehouse/manifest.schema.json"]))}\n`,
        ],
      ]),
    );
    if (reason) return usageError(context, `cannot write ${manifest}: ${reason}`, "Nothing was changed.");
    note(
      context,
      `Wrote ${manifest}, and ${join(dir, ".gatehouse", "manifest.schema.json")} for completion in the editor.`,
    );
    note(context, `Edit the manifest, then run: gatehouse validate ${manifest}`);
    return exit.fine;
  },
});
