/** Pattern lists as automata: what decides combinations of patterns, and finds an example. */
import {
  accepts,
  COLON,
  END,
  FOLD,
  isStar,
  isVariable,
  SEGMENT_ANY,
  SEGMENT_STAR,
  STAR,
  unfolded,
  upperCode,
} from "./token.ts";

/** A list of patterns as one automaton: their tokens end to end, each closed by END; a state is a set of positions. */
export class Automaton {
  readonly tokens: number[] = [];
  readonly start: number[];

  constructor(patterns: readonly (readonly number[])[]) {
    const starts: number[] = [];
    for (const pattern of patterns) {
      starts.push(this.tokens.length);
      this.tokens.push(...pattern, END);
    }
    this.start = this.close(starts);
  }

  /** Adds what a star lets be skipped to positions in ascending order; gives them so, and without repeats. */
  private close(positions: readonly number[]): number[] {
    const all: number[] = [];
    let last = -1;
    for (const position of positions) {
      if (position <= last) continue;
      last = position;
      all.push(last);
      while (isStar(this.tokens[last]!)) all.push(++last);
    }
    return all;
  }

  step(state: readonly number[], symbol: number): number[] {
    const next: number[] = [];
    for (const position of state) {
      const token = this.tokens[position]!;
      if (token !== END && accepts(token, symbol)) next.push(isStar(token) ? position : position + 1);
    }
    return this.close(next);
  }

  /** The positions that stay while a star of a narrower pattern goes by. */
  stay(state: readonly number[], star: number): number[] {
    return this.close(
      state.filter((position) => {
        const token = this.tokens[position];
        return token === STAR || (token === SEGMENT_STAR && star === SEGMENT_STAR);
      }),
    );
  }

  /** Whether one of the patterns matches the text. */
  matches(text: string): boolean {
    let state: readonly number[] = this.start;
    for (let i = 0; i < text.length && state.length > 0; i++) state = this.step(state, text.charCodeAt(i));
    return this.accepting(state);
  }

  accepting(state: readonly number[]): boolean {
    return state.some((position) => this.tokens[position] === END);
  }

  /** Whatever follows is accepted too. */
  acceptsAll(state: readonly number[]): boolean {
    return state.some((position) => this.tokens[position] === STAR && this.tokens[position + 1] === END);
  }
}

export type Found = { kind: "found"; text: string } | { kind: "none" } | { kind: "undecided"; because: string };

/** What a question may spend on products of automata, in positions looked at: shared by all of its products. */
export interface Budget {
  left: number;
}

/** Half a second or so. */
export const newBudget = (): Budget => ({ left: 2_000_000 });
/** Characters to try where any character will do, most readable first. */
const ANY_CHARACTER = "xyzabcdefghijklmnopqrstuvw0123456789XYZABCDEFGHIJKLMNOPQRSTUVW-_";

/** Breadth-first search for a shortest string that all of `must` and none of `mustNot` match. */
export function search(must: readonly Automaton[], mustNot: readonly Automaton[], budget: Budget): Found {
  const all = [...must, ...mustNot];
  const other = otherCharacter(all);
  type Node = { states: number[][]; from: Node | null; symbol: number };
  const root: Node = { states: all.map((automaton) => automaton.start), from: null, symbol: 0 };
  const seen = new Set<string>([keyOf(root.states)]);
  const queue: Node[] = [root];
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head]!;
    if (node.states.every((state, i) => all[i]!.accepting(state) === i < must.length)) {
      return { kind: "found", text: textOf(node) };
    }
    for (const symbol of symbolsOf(all, node.states, other)) {
      budget.left -= node.states.reduce((sum, state) => sum + state.length, 1);
      if (budget.left < 0) return { kind: "undecided", because: "the patterns combine in too many ways" };
      const states = node.states.map((state, i) => all[i]!.step(state, symbol));
      const dead = states.some((state, i) => (i < must.length ? state.length === 0 : all[i]!.acceptsAll(state)));
      if (dead) continue;
      const key = keyOf(states);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ states, from: node, symbol });
    }
  }
  return { kind: "none" };

  function textOf(node: Node): string {
    const symbols: number[] = [];
    for (let at: Node = node; at.from; at = at.from) symbols.push(at.symbol);
    // a variable's symbol has no text; the caller fills variables in before it asks for one
    return String.fromCharCode(...symbols.reverse().map((symbol) => (isVariable(symbol) ? 0x24 : symbol)));
  }
}

const keyOf = (states: readonly number[][]) => states.map((state) => state.join(",")).join(";");

function symbolsOf(all: readonly Automaton[], states: readonly number[][], other: number): Set<number> {
  const symbols = new Set<number>([other]);
  states.forEach((state, i) => {
    for (const position of state) {
      const token = all[i]!.tokens[position]!;
      if (token === SEGMENT_STAR || token === SEGMENT_ANY) symbols.add(COLON);
      else if (isVariable(token) || (token >= 0 && token < FOLD)) symbols.add(token);
      else if (token >= FOLD) {
        symbols.add(token ^ FOLD);
        symbols.add(upperCode(token ^ FOLD));
      }
    }
  });
  return symbols;
}

/** A character that no pattern names: it stands for all the characters that none of them tells apart. */
function otherCharacter(all: readonly Automaton[]): number {
  const named = new Set<number>();
  for (const automaton of all) {
    for (const token of automaton.tokens) {
      if (token < 0 || isVariable(token)) continue;
      named.add(unfolded(token));
      named.add(upperCode(unfolded(token)));
    }
  }
  for (let i = 0; i < ANY_CHARACTER.length; i++) {
    const code = ANY_CHARACTER.charCodeAt(i);
    if (!named.has(code)) return code;
  }
  let code = 0x4e00;
  while (named.has(code)) code++;
  return code;
}
