/** Changed trust as a picture: Mermaid, which GitHub and GitLab draw. */
import type { Section } from "../analyzer/reporters/sections.ts";
import type { TrustChange } from "../analyzer/trust-changes.ts";
import { visible } from "../lib/visible.ts";

/** A picture with more arrows is no picture; the rest is counted. */
const ARROWS = 20;
/** Names are cut in the middle, as both ends tell. */
const NAME = 80;

const arrows = { new: "-->|new|", changed: "-->|changed|", gone: "-.->|gone|" } as const;

/** A folded picture of who is let into which role anew, no longer or otherwise; none when nothing changes. */
export function trustGraph(changes: readonly TrustChange[]): readonly Section[] {
  if (changes.length === 0) return [];
  const shown = changes.slice(0, ARROWS);
  const nodes = new Map<string, string>();
  const node = (name: string, group: string) => {
    const key = `${group} ${name}`;
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const id = `${group}${nodes.size}`;
    nodes.set(key, id);
    return `${id}["${label(name)}"]`;
  };
  const lines = shown.map(({ who, role, change }) => `  ${node(who, "p")} ${arrows[change]} ${node(role, "r")}`);
  const left = changes.length - shown.length;
  const more = left > 0 ? [`\n${left} more are not drawn.`] : [];
  const picture = ["```mermaid", "flowchart LR", ...lines, "```", ...more].join("\n");
  return [{ title: "Changed trust", head: [], rows: [picture] }];
}

/**
 * What is not plainly a letter, a digit or part of an ARN becomes one of Mermaid's entity codes
 * (https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters).
 */
function label(name: string): string {
  const shown = [...visible(name)];
  const half = NAME / 2 - 2;
  const cut = shown.length > NAME ? [...shown.slice(0, half), "...", ...shown.slice(-half)] : shown;
  const text = cut.join("").trim();
  return noIcon(text === "" ? "(no name)" : text).replace(
    /[^A-Za-z0-9 _.:/*+=,-]/gu,
    (char) => `#${char.codePointAt(0)};`,
  );
}

/** Mermaid looks for `fa:fa-car` after it has read the entity codes: a word joiner inside makes it text. */
function noIcon(text: string): string {
  return text.replace(/:(?=fa-)/g, ":\u2060");
}
