/** What a forge is to a review: a place with comments. */

export interface ForgeComment {
  id: number;
  body: string;
  url: string | null;
  /** Login name; `null` when the forge does not tell. */
  author: string | null;
  /** Written by an app or a token of a pipeline, and not by a person. */
  isBot: boolean;
}

export interface Forge {
  name: "GitHub" | "GitLab";
  /** Characters that a comment may have. */
  limit: number;
  /** All comments on the pull request, the oldest first. */
  comments(): Promise<readonly ForgeComment[]>;
  /** Login name of whom the token belongs to; `null` when the token may not ask, as that of a pipeline. */
  self(): Promise<string | null>;
  /** Gives the comment's address. */
  create(body: string): Promise<string | null>;
  update(id: number, body: string): Promise<string | null>;
}

/**
 * - `refused`: the token may not do that, or what it was told about does not exist
 * - `too long`: the comment
 * - `unavailable`: the forge is down, or wants to be left alone; trying again later helps
 */
export type Refusal = "refused" | "too long" | "unavailable";

/** Why a forge did not do as asked. Thrown by `Forge`, as the clients do, and caught in one place. */
export class ForgeError extends Error {
  readonly kind: Refusal;
  readonly hint: string | null;

  constructor(kind: Refusal, message: string, hint: string | null = null) {
    super(message);
    this.kind = kind;
    this.hint = hint;
  }
}

export interface ForgeOptions {
  /** Address of the API (GitHub) or of the server (GitLab). */
  baseUrl: string;
  token: string;
  /** `owner/name`; a project's number or path at GitLab. */
  repository: string;
  /** Of the pull or merge request. */
  number: number;
  userAgent: string;
  /** Milliseconds that a second of waiting takes: shorter in tests. */
  second?: number;
}

/** Seconds after which a forge that wants to be left alone is: the pipeline should not wait for it. */
export const PATIENCE = 60;

/** How often something is tried again. */
export const RETRIES = 3;

/** Milliseconds after which an answer is not waited for any longer. */
export const TIMEOUT = 30_000;
