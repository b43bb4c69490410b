/** What EventBridge would refuse, or never match. */
import type { Problem } from "../../../problem.ts";
import { didYouMean } from "../../../suggest.ts";
import { allowance } from "../../allowance.ts";
import type { Context } from "../../context.ts";
import type { Path } from "../../node.ts";
import { error } from "../../problems.ts";

/** `event-pattern`, `event-pattern-too-large`, `unknown-placeholder`. */
export function checkEvents({ manifest, at }: Context): Problem[] {
  return Object.entries(manifest.monitoring.events).flatMap(([key, event]) => {
    const path = ["monitoring", "events", key];
    const patternPath = event.pattern === undefined ? [...path, "apiCalls", "parameters"] : [...path, "pattern"];
    const pattern = event.pattern ?? event.apiCalls?.parameters ?? {};
    const size = JSON.stringify(pattern).length;
    const most = allowance(manifest, "eventPatternSize").value;
    const tooLarge = `this pattern is ${size} characters long; EventBridge takes ${most}`;
    return [
      ...scalars(pattern, patternPath).map((at_) =>
        error("event-pattern", at(at_), "in an event pattern every value is a list", { hint: "put it in [ ]" }),
      ),
      ...(size > most ? [error("event-pattern-too-large", at(patternPath), tooLarge)] : []),
      ...placeholders(event.message ?? "", Object.keys(event.paths)).map((message) =>
        error("unknown-placeholder", at([...path, "message"]), message),
      ),
    ];
  });
}

/** Where a value stands outside a list: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
function scalars(pattern: Readonly<Record<string, unknown>>, path: Path): Path[] {
  return Object.entries(pattern).flatMap(([key, value]) => {
    if (Array.isArray(value))
      return key === "$or" ? value.flatMap((one, index) => inside(one, [...path, key, index])) : [];
    return inside(value, [...path, key]);
  });
}

function inside(value: unknown, path: Path): Path[] {
  return isRecord(value) ? scalars(value, path) : [path];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `<name>` of the message for which there is no path; EventBridge has some of its own. */
function placeholders(message: string, known: readonly string[]): string[] {
  const used = [...new Set([...message.matchAll(/<([\w.-]+)>/g)].map(([, name = ""]) => name))];
  return used
    .filter((name) => !known.includes(name) && !name.startsWith("aws.events."))
    .map((name) => `"<${name}>" is none of the paths${didYouMean(name, known)}`);
}
