/** Jobs of GitLab CI/CD. */
import type { Pipeline } from "./pipeline.ts";
import { scriptFile } from "./pipeline.ts";

const jobs = `# Reviews merge requests, applies what is merged, and looks every night for what AWS has otherwise than the manifest.
# Needs: a protected branch @branch@, a pipeline schedule for the nights, and the masked variable GITLAB_TOKEN, a project
# access token with scope api and role Reporter, which comments.
default:
  image:
    name: hashicorp/terraform:1.11.4
    entrypoint: [""]

.gatehouse:
  variables:
    GIT_DEPTH: "0" # the manifest is compared with what it was
  id_tokens:
    AWS_TOKEN:
      aud: @gitlab@
  before_script:
    - apk add --no-cache bash curl git jq nodejs npm
    # in the version of the lock file
    - npm ci --no-audit --no-fund
    # AWS's own names: Terraform trades the token for credentials by itself
    - umask 077
    - export AWS_WEB_IDENTITY_TOKEN_FILE="$CI_PROJECT_DIR.tmp/aws-token"
    - mkdir -p "$CI_PROJECT_DIR.tmp"
    - printf %s "$AWS_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"

review:
  extends: .gatehouse
  rules:
    # A fork's pipeline has no right to the role.
    - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID
  interruptible: true
  timeout: 1 hour
  variables:
    AWS_ROLE_ARN: arn:aws:iam::@account@:role/gatehouse-pipeline-plan
  script:
    - bash ${scriptFile} review "$CI_MERGE_REQUEST_DIFF_BASE_SHA"

apply:
  extends: .gatehouse
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == "@branch@"
  # one at a time
  resource_group: gatehouse-apply
  environment: @environment@
  timeout: 6 hours
  variables:
    AWS_ROLE_ARN: arn:aws:iam::@account@:role/gatehouse-pipeline-apply
  script:
    - bash ${scriptFile} apply "$CI_COMMIT_BEFORE_SHA"

drift:
  extends: .gatehouse
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule" && $CI_COMMIT_BRANCH == "@branch@"
  timeout: 2 hours
  variables:
    AWS_ROLE_ARN: arn:aws:iam::@account@:role/gatehouse-pipeline-plan
  script:
    - bash ${scriptFile} drift drift.md
    - bash ${scriptFile} issue drift.md
`;

export const gitlab: Pipeline = {
  files: { ".gitlab-ci.yml": jobs },
  manifest: "gitlab: { project: example/aws-access }",
};
