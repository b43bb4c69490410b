/** Writes docs/presets: what each preset of organization policies denies. `--check` fails when it is not up to date. */
import { writeGenerated } from "./generated.ts";
import { presetsPage } from "./presets-page.ts";

writeGenerated("docs/presets", new Map([["README.md", presetsPage()]]));
