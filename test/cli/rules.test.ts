/** What the command says of a rule is what its page says. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rules } from "../../analyzer/rules.ts";
import { gatehouse, root } from "./run.ts";

/** Layout and markup aside. */
const words = (text: string) =>
  text
    .replaceAll("`", "")
    .replaceAll(/[#|<>*]|^(json|hcl)$/gm, " ")
    .replaceAll(/\s+/g, " ")
    .trim();

describe.each(rules.map((rule) => [rule.id, rule] as const))("%s", (id, rule) => {
  const { severity, summary, why, levels, bad, good, fix, references } = rule;
  const facts = [severity, summary, why, levels, bad, good, fix, ...references].map(words);
  const page = join(root, "docs/rules", `${id}.md`);

  it("is told in full by the command and its page", async () => {
    const told = words((await gatehouse(["rules", id])).stdout);
    for (const fact of facts) expect(told).toContain(fact);
    expect(existsSync(page)).toBe(true);
    const written = words(readFileSync(page, "utf8"));
    for (const fact of facts) expect(written).toContain(fact);
    const looksAt = words(/Looks at\n {2}(.*)/.exec((await gatehouse(["rules", id])).stdout)?.[1] ?? "-");
    expect(written).toContain(looksAt);
  });
});
