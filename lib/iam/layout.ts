/** Where the statements of a policy document stand in its text: both sides of a change have most of them alike. */
import { endOfString, MAX_DEPTH } from "./json.ts";

/** The text of a document: its head, the texts of its statements with a comma between each two, its tail. */
export interface Layout {
  head: string;
  statements: readonly string[];
  /** Of each statement, how many members all objects in its text have, repeated ones too. */
  members: readonly number[];
  tail: string;
}

/**
 * Gives the layout of a document whose only list of objects, directly in it, is that of its statements; `null` for any
 * other. What stands between the brackets is not read: it need not be JSON.
 */
export function layoutOf(text: string): Layout | null {
  const statements: string[] = [];
  const members: number[] = [];
  let colons = 0;
  let depth = 0;
  let isList = false;
  let first = -1;
  let start = -1;
  let end = -1;
  // in the list: whether a statement, or the comma behind one, comes next
  let isExpected = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isBetween = isList && depth === 2;
    if (code === QUOTE) {
      if (isBetween) return null;
      at = endOfString(text, at);
    } else if (code === OPEN || code === OPEN_LIST) {
      depth++;
      if (depth > MAX_DEPTH) return null;
      if (depth === 2) {
        isList = code === OPEN_LIST;
        if (isList && statements.length > 0) return null;
      } else if (isBetween) {
        if (code === OPEN_LIST || !isExpected) return null;
        start = at;
        colons = 0;
        if (first < 0) first = at;
      }
    } else if (code === CLOSE || code === CLOSE_LIST) {
      depth--;
      if (isBetween) {
        if (isExpected) return null;
        isList = false;
      } else if (isList && depth === 2) {
        end = at + 1;
        isExpected = false;
        statements.push(text.slice(start, end));
        members.push(colons);
      }
    } else if (code === COLON) {
      if (isBetween) return null;
      colons++;
    } else if (isBetween && !isBlank(code)) {
      if (code !== COMMA || isExpected) return null;
      isExpected = true;
    }
  }
  if (statements.length === 0) return null;
  return { head: text.slice(0, first), statements, members, tail: text.slice(end) };
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

const isBlank = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
