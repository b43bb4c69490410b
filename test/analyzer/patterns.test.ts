import { expect, it } from "vitest";
import { picksFewerEvents, picksFewerLogs } from "../../analyzer/patterns.ts";

it.each<[was: string, is: string, expected: boolean | null]>([
  ["{ ($.a = x) || ($.b = y) }", "{ $.b=y || $.a = x }", false],
  ["{ ($.a = x) || ($.b = y) }", "{ $.a = x }", true],
  ["{ $.a = x }", "{ $.a = x || $.b = y }", false],
  ["{ $.a = x }", "{ ($.a = x) && ($.b = y) }", true],
  ["{ $.a = x && $.b = y }", "{ $.b = y }", false],
  ["{ $.a = x && ($.b = y || $.b = z) }", "{ ($.a = x && $.b = z) || ($.a = x && $.b = y) }", false],
  ["{ ($.a = x || $.b = y) && $.c = z }", "{ $.a = x || ($.b = y && $.c = z) }", false],
  ["{ $.a = x || ($.b = y && $.c = z) }", "{ ($.a = x || $.b = y) && $.c = z }", true],
  ['{ $.a = "x || y" }', '{ $.a = "x" }', true],
  ["{ $.a = CreateUser }", "{ $.a = Create* }", false],
  ["{ $.a = Create* }", "{ $.a = CreateUser }", true],
  ["{ $.a = x }", "{ $.a != y }", false],
  ["{ $.a = x }", "{ $.a != x }", true],
  ["{ $.a != x }", "{ $.a != x && $.a != y }", true],
  ["{ $.a >= 7 }", "{ $.a >= 4 }", false],
  ["{ $.a >= 4 }", "{ $.a >= 7 }", true],
  ["{ $.a = 403 }", "{ $.a = 4* }", null],
  ["{ $.a = x && $.b NOT EXISTS }", "{ $.a EXISTS }", false],
  ["{ $.a EXISTS }", "{ $.a NOT EXISTS }", true],
  ["{ $.a IS TRUE }", "{ $.a IS FALSE }", true],
  ["{ $.a = x }", "{ $.a = %^x% }", null],
  ["{ $.a = x || $.b = y }", "{ $.a = %^x% }", true],
  ["ERROR", "", false],
  ["ERROR", "FATAL", null],
  ["{ $.a = x }", "{ ($.a = x }", null],
  ["{ $.a = x }", `{ ${"(".repeat(100_000)}`, null],
])("%s -> %s picks fewer logs: %s", (was, is, expected) => {
  expect(picksFewerLogs(was, is)).toBe(expected);
});

it.each<[was: unknown, is: unknown, expected: boolean | null]>([
  [{ source: ["aws.iam"] }, { source: ["aws.iam", "aws.sts"] }, false],
  [{ source: ["aws.iam", "aws.sts"] }, { source: ["aws.iam"] }, true],
  [{ source: ["aws.iam"] }, { source: [{ prefix: "aws." }] }, false],
  [{ source: ["aws.iam"] }, { source: ["aws.iam"], detail: { severity: [9] } }, true],
  [{ source: ["aws.iam"], detail: { severity: [9] } }, { source: ["aws.iam"] }, false],
  [{ detail: { severity: [8, 9] } }, { detail: { severity: [9] } }, true],
  [{ source: ["aws.iam"] }, null, false],
  [{}, JSON.parse('{ "__proto__": ["x"] }'), true],
  [{ source: ["aws.iam"] }, { source: ["aws.iam"], $or: [{ account: ["1"] }, { region: ["x"] }] }, true],
  [{ detail: { a: ["x"] } }, { detail: { $or: [{ a: ["x"] }, { b: ["y"] }] } }, false],
  [{ detail: { $or: [{ a: ["x"] }, { b: ["y"] }] } }, { detail: { a: ["x"] } }, true],
  [{ detail: { $or: [{ a: ["x"] }, { b: ["y"] }] } }, { detail: { $or: [{ b: ["y", "z"] }, { a: ["x"] }] } }, false],
  // one alternative takes what the other one leaves
  [{ a: ["x", "y"] }, { $or: [{ a: ["x"] }, { a: ["y"] }] }, null],
  [{ a: ["x", "y"] }, { a: "x" }, null],
  [{ a: ["x"] }, { a: ["x"], $or: [{ a: ["x"] }, { b: ["y"] }] }, null],
])("%j -> %j picks fewer events: %s", (was, is, expected) => {
  expect(picksFewerEvents(was, is)).toBe(expected);
});

const [narrower, wider, other] = ["narrower", "wider", "another one"] as const;

it.each<[one: unknown, way: typeof narrower | typeof wider | typeof other, two: unknown]>([
  ["CreateUser", wider, { wildcard: "Create*" }],
  [{ wildcard: "Create*" }, narrower, { wildcard: "Create*User" }],
  [{ wildcard: "*User*" }, narrower, { prefix: "User" }],
  [{ wildcard: "a\\*b" }, wider, { wildcard: "a*b" }],
  ["a*b", wider, { wildcard: "a*b" }],
  ["axb", other, { wildcard: "a\\*b" }],
  ["CreateUser", wider, { suffix: "User" }],
  ["CreateUser", wider, { "equals-ignore-case": "createuser" }],
  ["CreateUser", wider, { exists: true }],
  [{ exists: false }, other, { exists: true }],
  ["x", other, { exists: false }],
  [{ prefix: "Create" }, narrower, { prefix: "CreateU" }],
  [{ prefix: "create" }, wider, { prefix: { "equals-ignore-case": "CREATE" } }],
  [{ suffix: "user" }, wider, { suffix: { "equals-ignore-case": "User" } }],
  [{ prefix: "Create" }, other, { suffix: "User" }],
  [{ numeric: [">=", 7] }, wider, { numeric: [">=", 4] }],
  [{ numeric: [">=", 7] }, narrower, { numeric: [">", 7] }],
  [{ numeric: [">=", 4] }, narrower, { numeric: [">=", 4, "<", 9] }],
  [7, wider, { numeric: [">=", 4] }],
  [7, other, { numeric: [">", 7] }],
  [{ "anything-but": ["GetUser", "ListUsers"] }, wider, { "anything-but": ["GetUser"] }],
  [{ "anything-but": "GetUser" }, narrower, { "anything-but": { prefix: "Get" } }],
  [{ "anything-but": { suffix: "User" } }, wider, { "anything-but": { wildcard: "Get*User" } }],
  [{ "anything-but": { "equals-ignore-case": ["getuser"] } }, wider, { "anything-but": ["GetUser"] }],
  [{ "anything-but": [1, 2] }, wider, { "anything-but": [2] }],
  [{ "anything-but": "x" }, wider, { exists: true }],
  ["CreateUser", wider, { "anything-but": "GetUser" }],
  ["CreateUser", other, { "anything-but": { prefix: "Create" } }],
  [{ prefix: "Create" }, other, { "anything-but": { suffix: "User" } }],
  [{ cidr: "10.0.0.0/24" }, wider, { cidr: "10.0.0.0/16" }],
  ["10.0.0.7", wider, { cidr: "10.0.0.0/24" }],
  ["10.0.1.7", other, { cidr: "10.0.0.0/24" }],
  [{ cidr: "10.0.0.0/24" }, wider, { exists: true }],
  [true, wider, { exists: true }],
  [null, wider, { exists: true }],
  [null, other, { exists: false }],
])("%j: %s is %j", (one, way, two) => {
  expect(picksFewerEvents({ detail: { a: [one] } }, { detail: { a: [two] } })).toBe(way !== wider);
  expect(picksFewerEvents({ detail: { a: [two] } }, { detail: { a: [one] } })).toBe(way !== narrower);
});

it.each<[was: unknown[], is: unknown[], expected: boolean | null]>([
  [[{ prefix: "a" }, { prefix: "b" }], [{ wildcard: "*" }], false],
  [[{ exists: true }], [{ "anything-but": "x" }, "x"], false],
  [[{ exists: true }], [{ "anything-but": "x" }, { "anything-but": "y" }], false],
  [[{ numeric: ["<", 9] }], [{ numeric: ["<", 4] }, { numeric: [">=", 4] }], false],
  [[{ numeric: ["<", 9] }], [{ numeric: ["<", 4] }, { numeric: [">", 4] }], true],
  [["x", "y"], ["x"], true],
  [["x"], [], true],
  // operators that nobody knows yet, and operands that they do not have
  [["x"], [{ sounds: "x" }], null],
  [[{ sounds: "x" }], [{ sounds: "x" }, "y"], false],
  [[{ sounds: "x" }], ["x"], null],
  [["x"], [{ numeric: [">="] }], null],
  [["x"], [{ "anything-but": { exists: true } }], null],
  [[{ cidr: "10.0.0.0/24" }], [{ prefix: "10.0.0." }], null],
  [[{ cidr: "10.0.0.0/24" }], [5], true],
])("%j -> %j picks fewer values: %s", (was, is, expected) => {
  expect(picksFewerEvents({ a: was }, { a: is })).toBe(expected);
});
