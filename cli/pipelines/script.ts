/**
 * What every pipeline runs, whatever forge it is at: one script in the user's repository, so that it can be read, changed
 * and tried by hand.
 *
 * Plans are never stored: whoever may read an artefact would read what Terraform knows. What is applied is planned and
 * judged anew in the run that applies it, against what AWS has by then.
 */
export const script = `#!/usr/bin/env bash
# What the pipeline does with the stacks. Needs gatehouse, terraform and jq; AWS credentials are in the environment.
#
#   bootstrap [first]   by hand, as an administrator: what the pipeline needs; \`first\` before there is a state bucket
#   review BASE         plan what differs from the revision BASE, and comment on the pull or merge request
#   apply BASE          plan, judge and apply every stack, wave by wave; BASE is the revision that was applied last
#   drift FILE          write into FILE what AWS has otherwise than the manifest; nothing when there is no difference
#   issue FILE          open, update or close the one issue that says so
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH"
export TF_IN_AUTOMATION=1 TF_INPUT=0

manifest=access.yaml
[ -e "$manifest" ] || manifest=access

# Plans hold whatever Terraform knows: they stay on this machine, for as long as this takes.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/plans" "$work/logs" "$work/codes"

# With a folder for providers each is downloaded once, and not once for each stack.
export TF_PLUGIN_CACHE_DIR="$work/providers"
mkdir "$TF_PLUGIN_CACHE_DIR"

in_stack() { terraform -chdir="cdktf.out/stacks/$1" "\${@:2}" -no-color </dev/null; }

# The role that plans reads, and may not be in an account yet. What has no state has nothing to read there.
stay_outside() {
  local file=cdktf.out/stacks/$1
  jq '{provider: {aws: [.provider.aws[] | select(.assume_role)
    | {dynamic: {assume_role: {for_each: [], content: {}}}} + (if .alias then {alias} else {} end)]}}' \\
    "$file/cdk.tf.json" > "$file/outside_override.tf.json"
}

# Not at the same time: the folder for providers does not bear it.
prepare() {
  local folder=cdktf.out/stacks/$1
  rm -f "$folder/outside_override.tf.json"
  # the versions of providers that the repository has checked in
  [ ! -f .terraform.lock.hcl ] || cp .terraform.lock.hcl "$folder/"
  in_stack "$1" init >"$work/logs/$1" 2>&1 || { cat "$work/logs/$1" >&2; return 1; }
}

# Leaves plan and plan.json, and the exit code in codes: 0 nothing to do, 2 changes.
plan() {
  local code=0
  in_stack "$1" plan -detailed-exitcode "\${@:2}" -out="$work/plans/$1" >"$work/logs/$1" 2>&1 || code=$?
  printf '\\n== %s\\n' "$1"
  cat "$work/logs/$1"
  [ "$code" = 0 ] || [ "$code" = 2 ] || return 1
  echo "$code" > "$work/codes/$1"
  in_stack "$1" show -json "$work/plans/$1" > "$work/plans/$1.json"
}

plan_to_read() {
  [ -n "$(in_stack "$1" state pull)" ] || stay_outside "$1"
  # without a lock nothing is written, and a run that is cancelled leaves none behind
  plan "$1" -lock=false
}

apply_plan() {
  [ "$(cat "$work/codes/$1")" = 2 ] || return 0
  printf '\\n== %s\\n' "$1"
  in_stack "$1" apply "$work/plans/$1"
}

# Names of stacks as lines to a function, four at a time.
each() {
  xargs -r -P "\${PARALLEL:-4}" -I {} bash -euo pipefail -c "$1 {}"
}
export work manifest
export -f in_stack stay_outside plan plan_to_read apply_plan

# People do this, and see first what they do.
apply_bootstrap() {
  in_stack bootstrap plan -out="$work/plans/bootstrap"
  if [ -t 0 ]; then
    read -rp "Apply this? Only yes is taken for one: " answer
    [ "$answer" = yes ] || exit 1
  fi
  in_stack bootstrap apply "$work/plans/bootstrap"
}

prepare_all() { while read -r stack; do prepare "$stack"; done; }

case "\${1:-}" in
  bootstrap)
    gatehouse synth "$manifest" --only bootstrap
    folder=cdktf.out/stacks/bootstrap
    if [ "\${2:-}" = first ]; then
      # the bucket for states is made with a state beside it, which then moves in
      echo '{"terraform": {"backend": {"local": {}}}}' > "$folder/first_override.tf.json"
      in_stack bootstrap init
      apply_bootstrap
      rm "$folder/first_override.tf.json"
      in_stack bootstrap init -migrate-state -force-copy
      rm -f "$folder"/terraform.tfstate*
    else
      in_stack bootstrap init
      apply_bootstrap
    fi
    ;;

  review)
    base=$2
    export TF_VAR_execution_role=gatehouse-plan
    gatehouse validate "$manifest"
    gatehouse synth "$manifest" --moved-from "$base"
    gatehouse stacks "$manifest" --changed-since "$base" --format json \\
      | jq -r '.[] | select(.change != "removed") | .name' > "$work/stacks"
    prepare_all < "$work/stacks"
    each plan_to_read < "$work/stacks"
    # a change that touches no stack has its comment resolved all the same
    [ -s "$work/stacks" ] || echo '{"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": []}' > "$work/plans/none.json"
    gatehouse review "$work"/plans/*.json --manifest "$manifest" --base "$base"
    ;;

  apply)
    base=$2
    export TF_VAR_execution_role=@executionRole@
    gatehouse validate "$manifest"
    # of the first push to a branch, or after a forced one, nobody knows what was there
    moved=()
    ! git cat-file -e "$base^{commit}" 2>/dev/null || moved=(--moved-from "$base")
    gatehouse synth "$manifest" "\${moved[@]}"
    # people apply the bootstrap: the pipeline does not widen its own entrance
    gatehouse stacks "$manifest" --format json | jq -c '[.[] | select(.name != "bootstrap")]' > "$work/stacks.json"
    for wave in $(jq -r '[.[].wave] | unique | .[]' "$work/stacks.json"); do
      rm -rf "$work/plans" && mkdir "$work/plans"
      jq -r --argjson wave "$wave" '.[] | select(.wave == $wave) | .name' "$work/stacks.json" > "$work/stacks"
      prepare_all < "$work/stacks"
      each plan < "$work/stacks"
      gatehouse analyze "$work"/plans/*.json --manifest "$manifest"
      each apply_plan < "$work/stacks"
    done
    ;;

  drift)
    export TF_VAR_execution_role=gatehouse-plan
    gatehouse synth "$manifest"
    gatehouse stacks "$manifest" --format json | jq -r '.[].name' > "$work/stacks"
    prepare_all < "$work/stacks"
    each plan_to_read < "$work/stacks"
    while read -r stack; do
      [ "$(cat "$work/codes/$stack")" = 2 ] || continue
      printf '\\n**%s**\\n\\n' "$stack"
      jq -r '.resource_changes[] | select(.change.actions != ["no-op"] and .change.actions != ["read"])
        | "- \`\\(.address)\`: \\(.change.actions | join(", "))"' "$work/plans/$stack.json"
    done < "$work/stacks" > "$2"
    ;;

  issue)
    title="AWS differs from the access manifest"
    if [ -n "\${GITHUB_ACTIONS:-}" ]; then
      issues=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues
      auth="Authorization: Bearer $GITHUB_TOKEN" number=number method=PATCH body=body state='{"state": "closed"}'
      filter='labels=gatehouse-drift&state=open' labels='["gatehouse-drift"]'
    else
      issues=$CI_API_V4_URL/projects/$CI_PROJECT_ID/issues
      auth="PRIVATE-TOKEN: $GITLAB_TOKEN" number=iid method=PUT body=description state='{"state_event": "close"}'
      filter='labels=gatehouse-drift&state=opened' labels='"gatehouse-drift"'
    fi
    # the token is read from a file: others on the machine can read arguments
    umask 077
    printf '%s\\n' "$auth" 'Content-Type: application/json' > "$work/headers"
    call() { curl --fail --silent --show-error --retry 3 --header "@$work/headers" "$@"; }
    open=$(call "$issues?$filter" | jq -r --arg number "$number" '.[0][$number] // empty')
    if [ -s "$2" ]; then
      jq -n --rawfile text "$2" --arg title "$title" --arg body "$body" --argjson labels "$labels" \\
        '{title: $title, labels: $labels, ($body): $text}' > "$work/issue.json"
      if [ -n "$open" ]; then set -- -X "$method" "$issues/$open"; else set -- -X POST "$issues"; fi
      call "$@" --data "@$work/issue.json" > "$work/answer.json"
    elif [ -n "$open" ]; then
      call -X "$method" "$issues/$open" --data "$state" > "$work/answer.json"
    fi
    ;;

  *)
    sed -n '2,/^set/ { s/^# \\{0,1\\}//p }' "$0" >&2
    exit 2
    ;;
esac
`;
