/** Variables, templates and defaults. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expand } from "../../../lib/manifest/expand.ts";
import { toValue } from "../../../lib/manifest/node.ts";
import { parseFile } from "../../../lib/manifest/parse.ts";
import { readManifest } from "../../../lib/manifest/read.ts";
import { good } from "../../fixtures/manifests/bad.ts";

const read = (text: string) => {
  const { graph, problems } = readManifest([{ name: "access.yaml", text }], {
    asOf: "2026-11-22",
    policyFiles: new Map(),
  });
  expect(problems).toEqual([]);
  return graph!;
};
const expanded = (text: string) => toValue(expand(parseFile({ name: "a.yaml", text }).root!).root);

describe("variables", () => {
  test("stand for a whole value, with its type, or in a text", () => {
    const text =
      'variables: { n: 90, yes: true, id: "0123", s: shop }\na: { whole: "${var.n}", flag: "${var.yes}", id: "${var.id}", text: "team-${var.s}-${var.n}" }\nlist: ["${var.s}"]\n';
    expect(expanded(text)).toMatchObject({
      a: { whole: 90, flag: true, id: "0123", text: "team-shop-90" },
      list: ["shop"],
    });
  });

  test("keep a number as it is written, in a text", () => {
    expect(expanded("variables: { v: 1.10 }\na: v${var.v}\n")).toMatchObject({ a: "v1.10" });
  });

  test("leave the variables of policies and attributes alone", () => {
    const text = 'a: ["${aws:username}", "${path:enterprise.costCenter}", "$${var}", "${varx}", "%{ if }"]\n';
    expect(expanded(text)).toEqual({
      a: ["${aws:username}", "${path:enterprise.costCenter}", "$${var}", "${varx}", "%{ if }"],
    });
  });

  test("a dollar in a value is a dollar", () => {
    expect(expanded("variables: { v: $&$1 }\na: x${var.v}\n")).toMatchObject({ a: "x$&$1" });
  });

  test("a message points at the use and names the definition", () => {
    const text = good.replace('"222222222222"', '"${var.prod}"');
    const { problems } = readManifest([{ name: "access.yaml", text: `${text}variables: { prod: "22" }\n` }], {
      asOf: "2026-11-22",
      policyFiles: new Map(),
    });
    expect(problems).toMatchObject([
      {
        code: "invalid-value",
        place: { line: 10 },
        related: [{ place: { line: 21, column: 14 }, message: 'variable "prod" is defined here' }],
      },
    ]);
  });

  test("repeated by alias a thousand times over, they stay small and fast", () => {
    const value = "x".repeat(1000);
    const list = Array.from({ length: 20_000 }, () => '"${var.v}${var.v}"').join(", ");
    const text = `gatehouse: 1\nvariables: { v: ${value} }\naccounts: { a: { tags: [${list}] } }\n`;
    const { graph, problems } = readManifest([{ name: "a.yaml", text }], {
      asOf: "2026-11-22",
      policyFiles: new Map(),
    });
    expect(graph).toBeNull();
    expect(problems.filter(({ code }) => code === "variable-bomb")).toHaveLength(1);
  });

  test("any names and values are put in or refused, never thrown at", () => {
    const word = fc.oneof(
      fc.constantFrom("a", "b", "${var.a}", "${var.", "}", "$", "__proto__", "constructor"),
      fc.string(),
    );
    const words = fc.array(word, { maxLength: 4 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(words, words, words, (name, value, use) => {
        const text = JSON.stringify({ variables: { [name]: value, a: "1" }, x: { y: [use] } });
        const { root } = parseFile({ name: "a.json", text });
        if (root !== null) expect(() => expand(root)).not.toThrow();
      }),
    );
  });
});

describe("templates and defaults", () => {
  const accounts = (fields: string, more: string) =>
    read(good.replace("unit: workloads/prod, tags: { env: prod }", fields) + more).accounts.find(
      ({ key }) => key === "shop-prod",
    );

  test("own field, then template, then default; tags by key", () => {
    const more =
      "templates: { w: { unit: workloads/prod, tags: { env: dev, kind: w } } }\n" +
      "defaults: { accounts: { unit: workloads, tags: { env: none, kind: none, owner: platform } } }\n";
    expect(accounts("template: w, tags: { env: prod }", more)).toMatchObject({
      unit: "workloads/prod",
      tags: { env: "prod", kind: "w", owner: "platform" },
    });
    expect(accounts("tags: { env: prod }", more.replace(/^templates.*\n/, ""))).toMatchObject({
      unit: "workloads",
      tags: { env: "prod", kind: "none", owner: "platform" },
    });
  });

  test("a field with no value takes the default away", () => {
    const more = "defaults: { accounts: { unit: workloads, tags: { owner: platform } } }\n";
    expect(accounts("unit: , tags: ~", more)).toMatchObject({ unit: null, tags: {} });
  });

  test("every section has its own", () => {
    const graph = read(
      `${good}  other: { session: 2h }
access: [{ groups: developers, permissionSets: read-only, to: shop-dev }, { groups: developers, permissionSets: other, to: shop-dev, owner: me }]
roles: { r: { in: shop-dev, trust: { service: lambda }, allow: { actions: "s3:GetObject", resources: "*" } } }
monitoring: { alerts: { emails: a@example.com }, alarms: { cpu: { namespace: AWS/EC2, metric: CPUUtilization, threshold: 1 } } }
defaults:
  permissionSets: { session: 8h }
  access: { owner: "us@\${var.domain}" }
  roles: { permissionsBoundary: PowerUserAccess }
  monitoring: { alarms: { period: 1m } }
variables: { domain: example.com }
`.replace("other: { session: 2h }", "other: { session: 2h, managedPolicies: ReadOnlyAccess }"),
    );
    expect(graph.permissionSets.map(({ sessionDuration }) => sessionDuration)).toEqual(["PT2H", "PT8H"]);
    expect(graph.assignments.map(({ origins: [origin] }) => origin?.owner)).toEqual(["me", "us@example.com"]);
    expect(graph.roles[0]?.permissionsBoundary).toBe("arn:aws:iam::aws:policy/PowerUserAccess");
    expect(graph.monitoring.alarms[0]?.period).toBe(60);
  });

  test("may stand in a file of their own", () => {
    const files = [
      { name: "a.yaml", text: good },
      { name: "b.yaml", text: "defaults: { permissionSets: { session: 8h } }\n" },
      { name: "c.yaml", text: "defaults: { access: { owner: me } }\n" },
    ];
    const { graph, problems } = readManifest(files, { asOf: "2026-11-22", policyFiles: new Map() });
    expect(problems).toEqual([]);
    expect(graph?.permissionSets[0]?.sessionDuration).toBe("PT8H");
  });

  test("a template that nothing names, and a default that means nothing here, are no errors", () => {
    const { graph, problems } = readManifest(
      [
        {
          name: "a.yaml",
          text: `${good}templates: { w: { unit: workloads } }\ndefaults: { roles: { session: 2h } }\n`,
        },
      ],
      { asOf: "2026-11-22", policyFiles: new Map() },
    );
    expect(graph).not.toBeNull();
    expect(problems.map(({ severity, code }) => `${severity} ${code}`)).toEqual(["warning unused-template"]);
  });
});
