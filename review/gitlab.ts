/** Notes on a merge request at GitLab, or one's own GitLab. */
import { GitbeakerRequestError, MergeRequestNotes, Users } from "@gitbeaker/rest";
import pRetry, { AbortError } from "p-retry";
import { type Forge, type ForgeComment, ForgeError, type ForgeOptions, RETRIES, TIMEOUT } from "./forge.ts";

/** https://docs.gitlab.com/administration/instance_limits/#size-of-comments-and-descriptions-of-issues-merge-requests-and-epics */
const LIMIT = 900_000;

/** https://docs.gitlab.com/api/notes/#merge-requests */
export function gitlab({ baseUrl, token, repository, number, second = 1000 }: ForgeOptions): Forge {
  const options = { host: baseUrl, token, queryTimeout: TIMEOUT };
  const notes = new MergeRequestNotes(options);
  const project = /^\d+$/.test(repository) ? Number(repository) : repository;
  const asked = <T>(request: () => Promise<T>): Promise<T> =>
    pRetry(
      async () => {
        try {
          return await request();
        } catch (error) {
          const found = refusal(error, repository, number);
          throw found.kind === "unavailable" ? found : new AbortError(found);
        }
      },
      { retries: RETRIES, minTimeout: second, factor: 2 },
    );
  const urlOf = (id: number) =>
    typeof project === "string" ? `${baseUrl}/${project}/-/merge_requests/${number}#note_${id}` : null;
  return {
    name: "GitLab",
    limit: LIMIT,
    async comments() {
      const all = await asked(() => notes.all(project, number, { perPage: 100, sort: "asc", orderBy: "created_at" }));
      return all
        .filter(({ system }) => !system)
        .map(
          ({ id, body, author }): ForgeComment => ({
            id,
            body,
            url: urlOf(id),
            author: author?.username ?? null,
            isBot: false,
          }),
        );
    },
    async self() {
      return (await asked(() => new Users(options).showCurrentUser())).username;
    },
    async create(body) {
      return urlOf((await asked(() => notes.create(project, number, body))).id);
    },
    async update(id, body) {
      return urlOf((await asked(() => notes.edit(project, number, id, { body }))).id);
    },
  };
}

/** https://docs.gitlab.com/api/rest/troubleshooting/#status-codes */
function refusal(error: unknown, repository: string, number: number): ForgeError {
  const status = error instanceof GitbeakerRequestError ? (error.cause?.response.status ?? null) : null;
  const said = error instanceof Error ? error.message : String(error);
  if (status === null || status >= 500 || status === 429) {
    return new ForgeError("unavailable", `GitLab does not answer as it should: ${said}`);
  }
  if (status === 413 || (status === 400 && /too long|maximum/i.test(said))) return new ForgeError("too long", said);
  const [message, hint] = reasons[status] ?? [`said: ${said}`, null];
  return new ForgeError("refused", `GitLab ${message} (${repository}, merge request ${number})`, hint);
}

const reasons: Readonly<Record<number, readonly [message: string, hint: string]>> = {
  401: ["does not know the token", "give one in GITLAB_TOKEN: a job's own CI_JOB_TOKEN cannot write notes"],
  403: ["does not let the token comment", "it needs the scope `api` and the role Reporter or above"],
  404: ["has no such project or merge request, or hides it from the token", "check --repository and --number"],
};
