/** One comment on a pull request, kept up to date. */
import type { Comment, Earlier } from "./comment.ts";
import { type Forge, type ForgeComment, ForgeError } from "./forge.ts";
import { MARKER, marked, readMarker } from "./marker.ts";

export interface Posted {
  action: "created" | "updated" | "unchanged";
  url: string | null;
}

/** A comment is made shorter this often, by half, for a forge that takes less than it should. */
const HALVES = 3;

/**
 * Posts the comment: changes the one that an earlier run has written, or writes the first. One that says the same is left
 * alone, so nobody is notified.
 * @param compose gives the comment for what the earlier one said, and the characters it may have
 */
export async function post(
  forge: Forge,
  name: string,
  compose: (earlier: Earlier | null, limit: number) => Comment,
): Promise<Posted | ForgeError> {
  try {
    const own = await ownComment(forge, name);
    const earlier = own === null ? null : readMarker(own.body, name);
    let limit = forge.limit;
    for (let halves = 0; ; halves++) {
      const body = marked(compose(earlier, limit - MARKER), name);
      try {
        return await write(forge, own, body);
      } catch (error) {
        if (!(error instanceof ForgeError && error.kind === "too long") || halves === HALVES) throw error;
        limit = Math.floor(body.length / 2);
      }
    }
  } catch (error) {
    if (error instanceof ForgeError) return error;
    throw error;
  }
}

async function write(forge: Forge, own: ForgeComment | null, body: string): Promise<Posted> {
  if (own === null) return { action: "created", url: await forge.create(body) };
  if (sameText(own.body, body)) return { action: "unchanged", url: own.url };
  return { action: "updated", url: await forge.update(own.id, body) };
}

/**
 * The comment that an earlier run has written. Anybody can write a comment with the marker in it, and change it after the
 * bot did: only one of the token's own is taken.
 */
async function ownComment(forge: Forge, name: string): Promise<ForgeComment | null> {
  const candidates = (await forge.comments()).filter(({ body }) => readMarker(body, name) !== null);
  if (candidates.length === 0) return null;
  const self = await forge.self();
  const isOwn = ({ author, isBot }: ForgeComment) => (self === null ? isBot || author === null : author === self);
  return candidates.find(isOwn) ?? null;
}

/** Forges may change line ends, and blanks at the end. */
function sameText(a: string, b: string): boolean {
  const normal = (text: string) => text.replaceAll("\r\n", "\n").trimEnd();
  return normal(a) === normal(b);
}
