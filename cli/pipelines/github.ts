/** Workflows of GitHub Actions. */
import type { Pipeline } from "./pipeline.ts";
import { scriptFile } from "./pipeline.ts";

/** Actions by the commit that a release was made of: a tag can be moved to another one. */
const actions = {
  checkout: "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2",
  node: "actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0",
  terraform: "hashicorp/setup-terraform@b9cd54a3c349d3f38e8881555d616ced269862dd # v3.1.2",
  aws: "aws-actions/configure-aws-credentials@b47578312673ae6fa5b5096b330d9fbac3d116df # v4.2.1",
};

/** Credentials come after what the repository depends on is installed: its scripts never see them. */
const prepare = (role: string) => `      - uses: ${actions.checkout}
        with:
          fetch-depth: 0 # the manifest is compared with what it was
          persist-credentials: false
      - uses: ${actions.node}
        with:
          node-version: 22
      - uses: ${actions.terraform}
        with:
          terraform_version: 1.11.4
          terraform_wrapper: false
      - name: Install Gatehouse, in the version of the lock file
        run: npm ci --no-audit --no-fund
      - uses: ${actions.aws}
        with:
          role-to-assume: arn:aws:iam::@account@:role/${role}
          aws-region: @region@
`;

const plan = `# Says on every pull request who could do what after it. Reads AWS; whatever it runs has not been reviewed yet.
name: Gatehouse review
on:
  pull_request:
    branches: [@branch@]
permissions: {}
concurrency:
  group: gatehouse-review-\${{ github.event.pull_request.number }}
  cancel-in-progress: true
jobs:
  review:
    # A fork's run gets no credentials.
    if: github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    timeout-minutes: 60
    permissions:
      contents: read
      id-token: write # credentials of AWS
      pull-requests: write # the comment
    steps:
${prepare("gatehouse-pipeline-plan")}      - name: Plan and review
        run: bash ${scriptFile} review "origin/$GITHUB_BASE_REF"
        env:
          GITHUB_TOKEN: \${{ github.token }}
`;

const apply = `# Applies what is merged, one run at a time. The environment is protected: see docs/gitops.md of Gatehouse.
name: Gatehouse apply
on:
  push:
    branches: [@branch@]
permissions: {}
concurrency:
  group: gatehouse-apply
  cancel-in-progress: false
jobs:
  apply:
    runs-on: ubuntu-latest
    timeout-minutes: 350
    environment: @environment@
    permissions:
      contents: read
      id-token: write # credentials of AWS
    steps:
${prepare("gatehouse-pipeline-apply")}      - name: Plan, judge and apply
        run: bash ${scriptFile} apply "$BASE"
        env:
          BASE: \${{ github.event.before }}
`;

const drift = `# Every night: what AWS has otherwise than the manifest, in one issue. Changes nothing.
name: Gatehouse drift
on:
  schedule:
    - cron: "17 3 * * *"
  workflow_dispatch:
permissions: {}
concurrency:
  group: gatehouse-drift
  cancel-in-progress: true
jobs:
  drift:
    # The token of another branch is of no use to the role.
    if: github.ref_name == '@branch@'
    runs-on: ubuntu-latest
    timeout-minutes: 120
    permissions:
      contents: read
      id-token: write # credentials of AWS
      issues: write
    steps:
${prepare("gatehouse-pipeline-plan")}      - name: Plan
        run: bash ${scriptFile} drift "$RUNNER_TEMP/drift.md"
      - name: Open, update or close the issue
        run: bash ${scriptFile} issue "$RUNNER_TEMP/drift.md"
        env:
          GITHUB_TOKEN: \${{ github.token }}
`;

export const github: Pipeline = {
  files: {
    ".github/workflows/gatehouse-review.yml": plan,
    ".github/workflows/gatehouse-apply.yml": apply,
    ".github/workflows/gatehouse-drift.yml": drift,
  },
  manifest: "github: { repository: example/aws-access }",
};
