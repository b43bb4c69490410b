/**
 * Builds the command into the folder that the argument names, or `dist`: `gatehouse.cjs`, beside it what V8 made of it
 * (`scripts/compile.js`), and in files of their own the large dependencies and tables that few commands need.
 *
 * Small pure-JavaScript dependencies are bundled, because one file starts in half the time; CDKTF and its provider stay
 * in node_modules and are loaded by the commands that use them.
 *
 * Plain JavaScript, because npm runs it where nothing but the dependencies of the command itself are installed.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Tables in files, of which a run reads a few. */
const tables = ["services", "managed"];

/** Large dependencies: whoever does not need one does not read it. */
const libraries = ["@gitbeaker/rest", "hcl2-parser", "yaml", "zod"];

/** @param {string} library */
const fileOf = (library) => library.replace("@", "").replace("/", "-");

/**
 * Leaves out of the bundle what stands in a file of its own.
 * @type {import("esbuild").Plugin}
 */
const apart = {
  name: "apart",
  setup({ onLoad, onResolve }) {
    onLoad({ filter: new RegExp(`/lib/iam/(${tables.join("|")})/[^/]+\\.js$`) }, ({ path }) => {
      const [table, name] = path.split("/").slice(-2);
      return { contents: `import file from "./${table}/${name?.replace(/js$/, "cjs")}"; export default file.default;` };
    });
    onResolve({ filter: new RegExp(`^\\./(${tables.join("|")})/[^/]+\\.cjs$`) }, ({ path }) => ({
      path,
      external: true,
    }));
    onResolve({ filter: new RegExp(`^(${libraries.join("|")})$`) }, ({ path }) => ({
      path: `./${fileOf(path)}.cjs`,
      external: true,
    }));
  },
};

/**
 * Commander can start programs, and loads what that takes though nobody asks it to: a tenth of the start.
 * @type {import("esbuild").Plugin}
 */
const startsNothing = {
  name: "starts nothing",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes("/commander/") ? { path: "later", namespace: "starts-nothing" } : undefined,
    );
    onLoad({ filter: /^later$/, namespace: "starts-nothing" }, () => ({
      contents: 'exports.spawn = (...args) => require("node:child_process").spawn(...args);',
    }));
  },
};

/** @type {import("esbuild").BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  platform: "node",
  target: "node20",
  // what is shorter is read sooner; names stay, so that stack traces say something
  minifyWhitespace: true,
  minifySyntax: true,
  // jsonc-parser's CommonJS build hides its imports from bundlers
  mainFields: ["module", "main"],
  legalComments: "eof",
  logLevel: "warning",
};

const [, , outdir = `${root}dist`] = process.argv;
rmSync(outdir, { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: ["cli/gatehouse.ts"],
  outdir,
  external: ["cdktf", "constructs", "@cdktf/*"],
  plugins: [apart, startsNothing],
  // everything that is loaded later is CommonJS as well, and starts without Node's other loader
  supported: { "dynamic-import": false },
  // the launcher calls the bundle as Node calls a module
  banner: { js: "(function (exports, require, module, __filename, __dirname) {" },
  footer: { js: "})" },
});
for (const table of tables) {
  const files = readdirSync(`${root}lib/iam/${table}`).filter((name) => name.endsWith(".js"));
  const entryPoints = files.map((name) => `lib/iam/${table}/${basename(name)}`);
  await build({ ...shared, entryPoints, outdir: `${outdir}/${table}` });
}
await build({ ...shared, entryPoints: Object.fromEntries(libraries.map((name) => [fileOf(name), name])), outdir });
const compiled = spawnSync(process.execPath, ["scripts/compile.js", outdir], { cwd: root, encoding: "utf8" });
if (compiled.status !== 0) throw new Error(`scripts/compile.js ended with ${compiled.status}\n${compiled.stderr}`);
