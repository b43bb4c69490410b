/** Which pull request a review is about: from the call, and else from what the pipeline says about itself. */
import { readFileSync } from "node:fs";
import type { ForgeOptions } from "../review/forge.ts";
import type { Io } from "./io.ts";

export interface ForgeFlags {
  github?: true;
  gitlab?: true;
  repository?: string;
  number?: string;
  baseUrl?: string;
  tokenVariable?: string;
}

export type ForgeName = "github" | "gitlab";

export interface Target extends Omit<ForgeOptions, "userAgent"> {
  forge: ForgeName;
}

/** Something that neither the call nor the environment says. */
export interface Missing {
  message: string;
  hint: string;
}

type Environment = Io["env"];

interface Ci {
  tokens: readonly string[];
  repository: (env: Environment) => string | undefined;
  number: (env: Environment) => string | undefined;
  baseUrl: (env: Environment) => string;
  /** How a repository is named here. */
  repositoryForm: { test: RegExp; example: string };
}

/**
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 * https://docs.gitlab.com/ci/variables/predefined_variables/
 */
const forges: Readonly<Record<ForgeName, Ci>> = {
  github: {
    tokens: ["GITHUB_TOKEN", "GH_TOKEN"],
    repository: ({ GITHUB_REPOSITORY }) => GITHUB_REPOSITORY,
    number: ({ GITHUB_REF, GITHUB_EVENT_PATH }) =>
      /^refs\/pull\/(\d+)\//.exec(GITHUB_REF ?? "")?.[1] ?? numberInEvent(GITHUB_EVENT_PATH),
    baseUrl: ({ GITHUB_API_URL }) => GITHUB_API_URL ?? "https://api.github.com",
    repositoryForm: { test: /^[\w.-]+\/[\w.-]+$/, example: "owner/name" },
  },
  gitlab: {
    tokens: ["GITLAB_TOKEN"],
    repository: ({ CI_MERGE_REQUEST_PROJECT_ID, CI_PROJECT_ID }) => CI_MERGE_REQUEST_PROJECT_ID ?? CI_PROJECT_ID,
    number: ({ CI_MERGE_REQUEST_IID }) => CI_MERGE_REQUEST_IID,
    baseUrl: ({ CI_SERVER_URL }) => CI_SERVER_URL ?? "https://gitlab.com",
    repositoryForm: { test: /^(\d+|[\w.-]+(\/[\w.-]+)+)$/, example: "group/name, or the project's number" },
  },
};

/** Gives the pull request, or everything that is missing or wrong. */
export function targetOf(flags: ForgeFlags, env: Environment): Target | readonly Missing[] {
  const forge = forgeOf(flags, env);
  if (forge === null) {
    return [{ message: "which forge is it?", hint: "say --github or --gitlab, or --dry-run to post nothing" }];
  }
  const { tokens, repositoryForm, ...ci } = forges[forge];
  const variables = flags.tokenVariable === undefined ? tokens : [flags.tokenVariable];
  const token = variables.map((name) => env[name]).find((value) => value !== undefined && value !== "");
  const repository = flags.repository ?? ci.repository(env);
  const number = flags.number ?? ci.number(env);
  const baseUrl = (flags.baseUrl ?? ci.baseUrl(env)).replace(/\/+$/, "");
  const missing = [
    ...(token === undefined
      ? [{ message: "there is no token", hint: `put it into the environment variable ${variables.join(" or ")}` }]
      : []),
    ...(repository === undefined || !repositoryForm.test.test(repository)
      ? [wrong("repository", repository, repositoryForm.example)]
      : []),
    ...(number === undefined || !/^[1-9]\d{0,9}$/.test(number) ? [wrong("number", number, "42")] : []),
    ...(/^https?:\/\/[^\s?#]+$/.test(baseUrl) ? [] : [wrong("base-url", baseUrl, "https://github.example/api/v3")]),
  ];
  if (missing.length > 0 || token === undefined || repository === undefined) return missing;
  return { forge, token, repository, number: Number(number), baseUrl };
}

function forgeOf({ github, gitlab }: ForgeFlags, env: Environment): ForgeName | null {
  if (github) return "github";
  if (gitlab) return "gitlab";
  if (env.GITHUB_ACTIONS === "true") return "github";
  return env.GITLAB_CI === "true" ? "gitlab" : null;
}

function wrong(option: string, value: string | undefined, example: string): Missing {
  const message =
    value === undefined || value === "" ? `there is no --${option}` : `--${option} takes ${example}, not "${value}"`;
  return { message, hint: `say it: --${option} ${example.split(",")[0]}` };
}

/** Events about a pull request that are not named after it. */
function numberInEvent(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    const event = JSON.parse(readFileSync(path, "utf8"));
    const number: unknown =
      event.pull_request?.number ??
      event.issue?.number ??
      event.workflow_run?.pull_requests?.[0]?.number ??
      event.number;
    return typeof number === "number" ? String(number) : undefined;
  } catch {
    return undefined;
  }
}
