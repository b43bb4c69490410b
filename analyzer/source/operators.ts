/** The operators of HCL, for operands that are known. */
import { UNKNOWN } from "../partial.ts";
import { isPlain, isRecord } from "./value.ts";

type Operator = (a: unknown, b: unknown) => unknown;

const ofNumbers =
  (calculate: (a: number, b: number) => number | boolean): Operator =>
  (a, b) =>
    typeof a === "number" && typeof b === "number" ? calculate(a, b) : UNKNOWN;

/** Values of different types are not compared: a variable's type may turn one into the other. */
function isEqual(a: unknown, b: unknown): boolean | null {
  if (a === null || b === null)
    return a === b ? true : isPlain(a ?? b) || isRecord(a ?? b) || isList(a ?? b) ? false : null;
  return isPlain(a) && isPlain(b) && typeof a === typeof b ? a === b : null;
}

const isList = (value: unknown) => Array.isArray(value);

const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["==", (a, b) => isEqual(a, b) ?? UNKNOWN],
  ["!=", (a, b) => not(isEqual(a, b))],
  ["&&", (a, b) => (a === false || b === false ? false : a === true && b === true ? true : UNKNOWN)],
  ["||", (a, b) => (a === true || b === true ? true : a === false && b === false ? false : UNKNOWN)],
  ["<", ofNumbers((a, b) => a < b)],
  ["<=", ofNumbers((a, b) => a <= b)],
  [">", ofNumbers((a, b) => a > b)],
  [">=", ofNumbers((a, b) => a >= b)],
  ["+", ofNumbers((a, b) => a + b)],
  ["*", ofNumbers((a, b) => a * b)],
]);

const not = (value: unknown) => (typeof value === "boolean" ? !value : UNKNOWN);

/** What an operator makes of its one or two operands. */
export function calculate(operator: string, [a, b]: readonly unknown[]): unknown {
  if (operator === "!") return not(a);
  if (operator === "-") return ofNumbers((a, b) => a - b)(b === undefined ? 0 : a, b === undefined ? a : b);
  return operators.get(operator)?.(a, b) ?? UNKNOWN;
}
