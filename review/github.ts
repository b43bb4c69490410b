/** Comments on a pull request at GitHub, or a GitHub Enterprise Server. */
import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { type Forge, type ForgeComment, ForgeError, type ForgeOptions, PATIENCE, RETRIES, TIMEOUT } from "./forge.ts";

/** GitHub takes 65,536 characters in a comment and counts some of them twice; this is safely below. */
const LIMIT = 65_000;

const Client = Octokit.plugin(paginateRest, retry, throttling);

/** https://docs.github.com/en/rest/issues/comments: pull requests are issues to this part of the API. */
export function github({ baseUrl, token, repository, number, userAgent, second = 1000 }: ForgeOptions): Forge {
  const [owner = "", repo = ""] = repository.split("/");
  const patient = (retryAfter: number, _options: object, _client: object, tries: number) =>
    retryAfter <= PATIENCE && tries < RETRIES;
  const client = new Client({
    auth: token,
    baseUrl,
    userAgent,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    request: { fetch: withTimeout },
    retry: { retries: RETRIES, retryAfterBaseValue: second },
    throttle: { onRateLimit: patient, onSecondaryRateLimit: patient, retryAfterBaseValue: second },
  });
  const issue = { owner, repo, issue_number: number };
  const asked = async <T>(request: Promise<T>): Promise<T> => {
    try {
      return await request;
    } catch (error) {
      throw refusal(error, repository, number);
    }
  };
  return {
    name: "GitHub",
    limit: LIMIT,
    async comments() {
      const path = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments";
      return (await asked(client.paginate(path, { ...issue, per_page: 100 }))).map(
        ({ id, body, html_url, user }): ForgeComment => ({
          id: Number(id),
          body: body ?? "",
          url: html_url ?? null,
          author: user?.login ?? null,
          isBot: user?.type === "Bot",
        }),
      );
    },
    async self() {
      try {
        return (await client.request("GET /user")).data.login;
      } catch (error) {
        // the token of a workflow belongs to an app, and no app is a user
        if ([401, 403, 404].includes(statusOf(error) ?? 0)) return null;
        throw refusal(error, repository, number);
      }
    },
    async create(body) {
      const path = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
      return (await asked(client.request(path, { ...issue, body }))).data.html_url ?? null;
    },
    async update(id, body) {
      const path = "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}";
      return (await asked(client.request(path, { owner, repo, comment_id: id, body }))).data.html_url ?? null;
    },
  };
}

const quiet = () => {};

const withTimeout: typeof fetch = (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(TIMEOUT) });

function statusOf(error: unknown): number | null {
  return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : null;
}

/** https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api */
function refusal(error: unknown, repository: string, number: number): ForgeError {
  const status = statusOf(error);
  const said = error instanceof Error ? error.message : String(error);
  if (status === null || status >= 500 || status === 429 || /rate limit/i.test(said)) {
    return new ForgeError("unavailable", `GitHub does not answer as it should: ${said}`);
  }
  if (status === 422 && /too long|maximum/i.test(said)) return new ForgeError("too long", said);
  const [message, hint] = reasons[status] ?? [`said: ${said}`, null];
  return new ForgeError("refused", `GitHub ${message} (${repository}, pull request ${number})`, hint);
}

const reasons: Readonly<Record<number, readonly [message: string, hint: string]>> = {
  401: ["does not know the token", "give a valid one in GITHUB_TOKEN"],
  403: [
    "does not let the token comment",
    "the job needs `permissions: pull-requests: write`; pull requests from forks never get it",
  ],
  404: ["has no such repository or pull request, or hides it from the token", "check --repository and --number"],
};
