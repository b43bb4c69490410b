/** Local servers that answer as the documented APIs of GitHub and GitLab do, as far as a review asks them. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface StoredComment {
  id: number;
  body: string;
  author: string;
  isBot: boolean;
}

/** An answer that the next request gets, whatever it asks. */
export interface Failure {
  status: number;
  message: string;
  headers?: Readonly<Record<string, string>>;
}

export interface Double {
  url: string;
  comments: StoredComment[];
  /** `GET /repos/...`, in the order of their arrival. */
  requests: string[];
  /** Answers that the next requests get instead of their own. */
  failures: Failure[];
  /** Characters that a comment may have. */
  limit: number;
  close(): Promise<void>;
}

export interface DoubleOptions {
  /** Whom the token belongs to; `null` for one of a pipeline, which may not ask. */
  self?: string | null;
  limit?: number;
}

interface Answer {
  status: number;
  body: unknown;
  headers?: Readonly<Record<string, string>>;
}

type Handler = (request: { method: string; path: string; query: URLSearchParams; body: string | null }) => Answer;

export const TOKEN = "a-token";

async function serve(
  isAllowed: (request: IncomingMessage) => boolean,
  limit: number,
  handlerOf: (double: Double) => Handler,
): Promise<Double> {
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { pathname, searchParams } = new URL(request.url ?? "/", double.url);
    const method = request.method ?? "GET";
    double.requests.push(`${method} ${pathname}`);
    const text = Buffer.concat(chunks).toString("utf8");
    const failure = double.failures.shift();
    const answer: Answer = failure
      ? { status: failure.status, body: { message: failure.message }, headers: failure.headers ?? {} }
      : isAllowed(request)
        ? handler({ method, path: decodeURIComponent(pathname), query: searchParams, body: bodyIn(text) })
        : { status: 401, body: { message: "Bad credentials" } };
    const json = JSON.stringify(answer.body);
    const etag = `"${createHash("sha256").update(json).digest("hex")}"`;
    const isKnown = method === "GET" && request.headers["if-none-match"] === etag;
    response.writeHead(isKnown ? 304 : answer.status, {
      "content-type": "application/json; charset=utf-8",
      etag,
      ...answer.headers,
    });
    response.end(isKnown ? undefined : json);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const double: Double = {
    url: `http://127.0.0.1:${port}`,
    comments: [],
    requests: [],
    failures: [],
    limit,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
  const handler = handlerOf(double);
  return double;
}

function bodyIn(text: string): string | null {
  if (text === "") return null;
  const { body } = JSON.parse(text);
  return typeof body === "string" ? body : null;
}

function pageOf<T>(all: readonly T[], query: URLSearchParams) {
  const size = Math.min(Number(query.get("per_page") ?? 30), 100);
  const page = Number(query.get("page") ?? 1);
  return { items: all.slice((page - 1) * size, page * size), page, size, pages: Math.ceil(all.length / size) };
}

/** Repository `shop/aws` with pull request 7. https://docs.github.com/en/rest/issues/comments */
export function githubDouble({ self = null, limit = 65_536 }: DoubleOptions = {}): Promise<Double> {
  const isAllowed = ({ headers }: IncomingMessage) => headers.authorization === `token ${TOKEN}`;
  return serve(isAllowed, limit, (double) => ({ method, path, query, body }): Answer => {
    const shown = ({ id, body, author, isBot }: StoredComment) => ({
      id,
      body,
      html_url: `https://github.test/shop/aws/pull/7#issuecomment-${id}`,
      user: { login: author, type: isBot ? "Bot" : "User" },
    });
    const tooLong = () => ({
      status: 422,
      body: {
        message: "Validation Failed",
        errors: [{ resource: "IssueComment", code: "unprocessable", field: "data", message: "Body is too long" }],
      },
    });
    if (method === "GET" && path === "/user") {
      return self === null
        ? { status: 403, body: { message: "Resource not accessible by integration" } }
        : { status: 200, body: { login: self, type: "User" } };
    }
    if (path === "/repos/shop/aws/issues/7/comments" && method === "GET") {
      const { items, page, size, pages } = pageOf(double.comments, query);
      const next = `<${double.url}${path}?per_page=${size}&page=${page + 1}>; rel="next"`;
      return { status: 200, body: items.map(shown), headers: page < pages ? { link: next } : {} };
    }
    if (path === "/repos/shop/aws/issues/7/comments" && method === "POST" && body !== null) {
      if (body.length > double.limit) return tooLong();
      const author = self ?? "github-actions[bot]";
      const comment = { id: 1000 + double.comments.length, body, author, isBot: self === null };
      double.comments.push(comment);
      return { status: 201, body: shown(comment) };
    }
    const [, id] = /^\/repos\/shop\/aws\/issues\/comments\/(\d+)$/.exec(path) ?? [];
    const comment = double.comments.find((one) => one.id === Number(id));
    if (method === "PATCH" && comment && body !== null) {
      if (body.length > double.limit) return tooLong();
      comment.body = body;
      return { status: 200, body: shown(comment) };
    }
    return { status: 404, body: { message: "Not Found" } };
  });
}

/** Project `shop/aws`, number 5, with merge request 7. https://docs.gitlab.com/api/notes/#merge-requests */
export function gitlabDouble({ self = "reviewer", limit = 1_000_000 }: DoubleOptions = {}): Promise<Double> {
  const isAllowed = ({ headers }: IncomingMessage) => headers["private-token"] === TOKEN;
  return serve(isAllowed, limit, (double) => ({ method, path, query, body }): Answer => {
    const shown = ({ id, body, author }: StoredComment) => ({
      id,
      body,
      system: false,
      noteable_iid: 7,
      author: { id: 1, username: author },
    });
    const tooLong = () => ({
      status: 400,
      body: { message: `400 Bad request - Note is too long (maximum is ${double.limit} characters)` },
    });
    if (method === "GET" && path === "/api/v4/user") return { status: 200, body: { id: 1, username: self } };
    const found = /^\/api\/v4\/projects\/(?:5|shop\/aws)\/merge_requests\/7\/notes(?:\/(\d+))?$/.exec(path);
    if (found === null) return { status: 404, body: { message: "404 Not found" } };
    const id = found[1];
    if (id === undefined && method === "GET") {
      const { items, page, pages, size } = pageOf(double.comments, query);
      const next = page < pages ? String(page + 1) : "";
      const url = `${double.url}${path}?page=${next}&per_page=${size}`;
      const headers = {
        "x-page": String(page),
        "x-next-page": next,
        "x-per-page": String(size),
        "x-total-pages": String(pages),
        ...(next === "" ? {} : { link: `<${url}>; rel="next"` }),
      };
      return { status: 200, body: items.map(shown), headers };
    }
    if (id === undefined && method === "POST" && body !== null) {
      if (body.length > double.limit) return tooLong();
      const comment = { id: 1000 + double.comments.length, body, author: self ?? "project_bot", isBot: false };
      double.comments.push(comment);
      return { status: 201, body: shown(comment) };
    }
    const comment = double.comments.find((one) => one.id === Number(id));
    if (method === "PUT" && comment && body !== null) {
      if (body.length > double.limit) return tooLong();
      comment.body = body;
      return { status: 200, body: shown(comment) };
    }
    return { status: 404, body: { message: "404 Not found" } };
  });
}
