import { Argument } from "commander";
import type { Rule } from "../../analyzer/rule.ts";
import { didYouMean } from "../../lib/suggest.ts";
import { command, exit, usageError } from "../command.ts";
import type { Paint } from "../paint.ts";
import { renderTable } from "../table.ts";

const formats = ["text", "json"] as const;

export default command<object, (typeof formats)[number]>({
  name: "rules",
  summary: "List the rules of the analyzer, or explain one",
  arguments: [new Argument("[id]", "rule to explain")],
  options: [],
  formats,
  examples: [
    ["rules", "list all rules"],
    ["rules trust-anyone", "why it matters, a bad and a good example, the fix"],
  ],
  async run([id], _options, context) {
    const { io, format, paint } = context;
    const [{ rules }, { looksAt }] = await Promise.all([
      import("../../analyzer/rules.ts"),
      import("../../analyzer/rule-words.ts"),
    ]);
    if (id === undefined) {
      io.stdout.write(
        format === "json" ? json(rules.map((rule) => describe(rule, looksAt(rule)))) : renderList(rules, paint.stdout),
      );
      return exit.fine;
    }
    const found = rules.find((rule) => rule.id === id);
    if (!found) {
      const known = rules.map((rule) => rule.id);
      return usageError(context, `unknown rule "${id}"${didYouMean(id, known)}`, "`gatehouse rules` lists them.");
    }
    io.stdout.write(
      format === "json" ? json(describe(found, looksAt(found))) : renderRule(found, looksAt(found), paint.stdout),
    );
    return exit.fine;
  },
});

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** A rule as data, in the order of its page. */
function describe({ id, severity, summary, why, levels, bad, good, fix, references }: Rule, looksAt: string) {
  return { id, severity, summary, looksAt, why, levels, bad, good, fix, references };
}

function renderList(rules: readonly Rule[], paint: Paint): string {
  const rows = rules.map(({ id, severity, summary }) => [id, severity, summary]);
  return renderTable(["RULE", "SEVERITY", "REPORTS"], rows, paint.bold);
}

function renderRule(rule: Rule, looksAt: string, paint: Paint): string {
  const { id, severity, summary, why, levels, bad, good, fix, references } = rule;
  const indent = (text: string) => text.trim().replaceAll(/^(?=.)/gm, "  ");
  const sections = [
    `${paint.bold(id)}  ${severity}\n${summary}`,
    `${paint.bold("Looks at")}\n${indent(looksAt)}`,
    `${paint.bold("Severity")}\n${indent(levels)}`,
    `${paint.bold("Why")}\n${indent(why)}`,
    `${paint.red("Bad")}\n${indent(bad)}`,
    `${paint.green("Good")}\n${indent(good)}`,
    `${paint.bold("Fix")}\n${indent(fix)}`,
    `${paint.bold("See")}\n${indent(references.join("\n"))}`,
  ];
  return `${sections.join("\n\n")}\n`;
}
