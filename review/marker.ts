/** The hidden line by which a comment is found again, and what it remembers. */
import type { Comment, Earlier } from "./comment.ts";

/** What may name a comment: `default`, `prod`. */
export const setName = /^[A-Za-z0-9][\w.-]{0,49}$/;

const marker = /^<!-- gatehouse-review ([\w.-]+) findings=(\d{1,9}) resolved=(\d{1,9}) -->$/;

/** The comment with its marker as the last line. Nothing of a plan can be one: `<` is never written as it is. */
export function marked({ body, findings, resolved }: Comment, name: string): string {
  return `${body}\n\n<!-- gatehouse-review ${name} findings=${findings} resolved=${resolved} -->`;
}

/** What the comment of this name said; `null` when the text is not such a comment. */
export function readMarker(body: string, name: string): Earlier | null {
  const last = body.trimEnd().split(/\r?\n/).at(-1) ?? "";
  const [, of, findings, resolved] = marker.exec(last) ?? [];
  return of === name ? { findings: Number(findings), resolved: Number(resolved) } : null;
}

/** Characters that the marker takes, at most. */
export const MARKER = 120;
