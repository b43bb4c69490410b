/** Atlantis plans and applies on a server of one's own, which has credentials and a configuration of its own. */
import type { Pipeline } from "./pipeline.ts";

const server = `# For the Atlantis server: \`atlantis server --repo-config=...\`, with gatehouse, terraform and jq on its PATH.
# Its own credentials may assume the roles below; https://www.runatlantis.io/docs/server-side-repo-config
repos:
  - id: /.*/ # narrow it to your repository: github.com/owner/name
    branch: /^@branch@$/
    apply_requirements: [approved, mergeable, undiverged]
    import_requirements: [approved, mergeable, undiverged]
    allowed_overrides: []
    workflow: gatehouse
    # Terraform and the projects are written anew for every change: neither is in the repository.
    pre_workflow_hooks:
      - description: Write the stacks
        run: gatehouse synth && gatehouse stacks --format atlantis > atlantis.yaml
        commands: plan, apply

workflows:
  gatehouse:
    plan:
      steps:
        - env:
            name: TF_VAR_execution_role
            value: @planRole@
        - init
        - plan:
            extra_args: [-lock=false]
        # The plan file stays on the server; what it opens up fails the command, and Atlantis says so on the pull request.
        - run: terraform show -json "$PLANFILE" > "$SHOWFILE"
        - run: gatehouse analyze "$SHOWFILE" --format markdown
    apply:
      steps:
        - env:
            name: TF_VAR_execution_role
            value: @executionRole@
        - apply
`;

export const atlantis: Pipeline = {
  files: { ".gatehouse/atlantis-server.yaml": server },
  manifest: null,
};
