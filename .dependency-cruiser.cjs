/** Imports go one way; a folder is a stage of the data's way. */
const only = (name, from, ...to) => ({
  name,
  severity: "error",
  from: { path: `^${from}/` },
  to: { path: "^(lib|stacks|analyzer|review|cli)/", pathNot: [from, ...to].map((folder) => `^${folder}/`) },
});

module.exports = {
  forbidden: [
    only("lib-imports-nothing-of-ours", "lib"),
    only("stacks-import-lib", "stacks", "lib"),
    only("analyzer-imports-lib", "analyzer", "lib"),
    only("review-imports-analyzer", "review", "analyzer", "lib"),
    {
      name: "rules-import-rule-and-lib",
      comment: "a rule stands alone; what is too long for its file lies in a folder of its name",
      severity: "error",
      from: { path: "^analyzer/rules/([^/.]+)" },
      to: { path: "^analyzer/", pathNot: ["^analyzer/rule\\.ts$", "^analyzer/rules/$1/"] },
    },
    {
      name: "provider-behind-stacks-aws",
      comment: "cdktf is archived upstream: the fork must stay a change of two files",
      severity: "error",
      from: { path: "^(lib|stacks|analyzer|review|cli)/", pathNot: "^stacks/aws\\.ts$" },
      to: { path: "@cdktf/provider-aws" },
    },
    {
      name: "no-provider-root",
      comment: "the root import costs two seconds and 600 MB",
      severity: "error",
      from: {},
      to: { path: "@cdktf/provider-aws/lib/index\\.js$" },
    },
    {
      name: "pure",
      comment: "only cli/ reads files, prints and exits",
      severity: "error",
      from: { path: "^(lib|stacks|analyzer)/", pathNot: "^stacks/main\\.ts$" },
      to: { path: "^(node:)?(fs|fs/promises|child_process|process|os|net|http|https)$" },
    },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
  },
};
