/** Documents whose console blocks are what the command prints. */
export const documents = [
  "README.md",
  "docs/access.md",
  "docs/analyzer.md",
  "docs/diff.md",
  "docs/manifest.md",
  "docs/noise-control.md",
  "docs/policy-engine.md",
  "docs/stacks.md",
  "docs/teams.md",
];
