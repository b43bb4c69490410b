/**
 * Builds the command: `dist/gatehouse.js` and the chunks that it loads when a command needs them.
 *
 * Small pure-JavaScript dependencies are bundled, because a bundle starts in half the time; CDKTF and its
 * provider stay in node_modules and are loaded by the commands that use them.
 */
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Bundles `cli/gatehouse.ts` into `outdir`, which is emptied first. */
export async function build(outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  await bundle({
    absWorkingDir: root,
    entryPoints: ["cli/gatehouse.ts"],
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    // what is shorter is read and compiled sooner; names stay, so that stack traces say something
    minifyWhitespace: true,
    minifySyntax: true,
    // jsonc-parser's CommonJS build hides its imports from bundlers.
    mainFields: ["module", "main"],
    external: ["cdktf", "constructs", "@cdktf/*"],
    chunkNames: "[name]-[hash]",
    // CommonJS dependencies inside an ES module still ask for built-in modules with `require`.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    legalComments: "eof",
    logLevel: "warning",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build(`${root}dist`);
