import { expect, it } from "vitest";
import { picksFewerEvents, picksFewerLogs } from "../../analyzer/patterns.ts";

it.each<[was: string, is: string, expected: boolean]>([
  ["{ ($.a = x) || ($.b = y) }", "{ $.b=y || $.a = x }", false],
  ["{ ($.a = x) || ($.b = y) }", "{ $.a = x }", true],
  ["{ $.a = x }", "{ $.a = x || $.b = y }", false],
  ["{ $.a = x }", "{ ($.a = x) && ($.b = y) }", true],
  ["{ $.a = x && $.b = y }", "{ $.b = y }", false],
  ["{ $.a = x && ($.b = y || $.b = z) }", "{ ($.a = x && $.b = z) || ($.a = x && $.b = y) }", false],
  ["{ ($.a = x || $.b = y) && $.c = z }", "{ $.a = x || ($.b = y && $.c = z) }", false],
  ["{ $.a = x || ($.b = y && $.c = z) }", "{ ($.a = x || $.b = y) && $.c = z }", true],
  ['{ $.a = "x || y" }', '{ $.a = "x" }', true],
  ["ERROR", "", false],
  ["ERROR", "FATAL", true],
  ["{ $.a = x }", "{ ($.a = x }", true],
  ["{ $.a = x }", `{ ${"(".repeat(100_000)}`, true],
])("%s -> %s picks fewer logs: %s", (was, is, expected) => {
  expect(picksFewerLogs(was, is)).toBe(expected);
});

it.each<[was: unknown, is: unknown, expected: boolean]>([
  [{ source: ["aws.iam"] }, { source: ["aws.iam", "aws.sts"] }, false],
  [{ source: ["aws.iam", "aws.sts"] }, { source: ["aws.iam"] }, true],
  [{ source: ["aws.iam"] }, { source: [{ prefix: "aws." }] }, false],
  [{ source: ["aws.iam"] }, { source: ["aws.iam"], detail: { severity: [9] } }, true],
  [{ source: ["aws.iam"], detail: { severity: [9] } }, { source: ["aws.iam"] }, false],
  [{ detail: { severity: [8, 9] } }, { detail: { severity: [9] } }, true],
  [{ source: ["aws.iam"] }, null, false],
  [{}, JSON.parse('{ "__proto__": ["x"] }'), true],
])("%j -> %j picks fewer events: %s", (was, is, expected) => {
  expect(picksFewerEvents(was, is)).toBe(expected);
});
