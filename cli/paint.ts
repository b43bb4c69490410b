/** Colour as functions from text to text, so that whoever renders does not know about terminals. */
import type { Output } from "./io.ts";

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const;

export type Paint = Record<keyof typeof codes, (text: string) => string>;

export const colorModes = ["auto", "always", "never"] as const;
export type ColorMode = (typeof colorModes)[number];

function paintWith(wrap: (open: number, close: number) => (text: string) => string): Paint {
  const entries = Object.entries(codes).map(([name, [open, close]]) => [name, wrap(open, close)]);
  return Object.fromEntries(entries);
}

const plain = paintWith(() => (text) => text);
const ansi = paintWith((open, close) => (text) => (text === "" ? "" : `\u001b[${open}m${text}\u001b[${close}m`));

/** Whether an output shows colours. `auto`: a terminal that can, unless `NO_COLOR` (https://no-color.org) is set. */
export function showsColor(
  output: Output,
  mode: ColorMode,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return mode === "auto" ? output.isTTY && !env.NO_COLOR && env.TERM !== "dumb" : mode === "always";
}

export function paintFor(colored: boolean): Paint {
  return colored ? ansi : plain;
}
