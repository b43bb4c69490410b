/** Grants, selections, IAM users: what is valid and hardly meant. */
import { describe, expect, test } from "vitest";
import { readManifest } from "../../../lib/manifest/read.ts";
import { good } from "../../fixtures/manifests/bad.ts";

function read(text: string) {
  return readManifest([{ name: "access.yaml", text }], { asOf: "2026-11-22", policyFiles: new Map() });
}

function warned(text: string): string[] {
  const { graph, problems } = read(text);
  expect(graph).not.toBeNull();
  return problems.map(
    ({ place, severity, code, message }) => `${place?.line}:${place?.column} ${severity} ${code} ${message}`,
  );
}

const grants = (...lines: string[]) =>
  `${good}access:\n${lines.map((line) => `  - { groups: developers, permissionSets: read-only, ${line} }\n`).join("")}`;

describe("grants that others make needless", () => {
  const narrow = "to: shop-dev";
  const wide = "to: { units: workloads }";

  test.each<[string, string[], string[]]>([
    ["a part of a wider one", [wide, narrow], ["23:5"]],
    ["a part of a wider one that comes later", [narrow, wide], ["22:5"]],
    ["parts of one that comes last", [narrow, "to: shop-prod", wide], ["22:5", "23:5"]],
    ["parts that come to the whole", ["to: { units: [workloads/prod, workloads/nonprod] }", wide], ["23:5"]],
    ["a part that ends sooner", [wide, `${narrow}, until: 2027-01-31`], ["23:5"]],
    ["a part that ends later than the whole", [`${wide}, until: 2027-01-31`, narrow], []],
    ["a part of one that has ended", [narrow, wide.replace("}", "}, until: 2026-01-01")], []],
    ["another account", [narrow, "to: shop-prod"], []],
  ])("%s", (_, lines, places) => {
    const said = warned(grants(...lines)).filter((line) => line.includes("redundant-grant"));
    expect(said.map((line) => line.split(" ")[0])).toEqual(places);
  });

  test("are said once where they are written twice, and name the other", () => {
    expect(warned(grants(wide, narrow))).toEqual([
      "23:5 warning redundant-grant this grant gives nothing that others do not give for as long: see line 22",
    ]);
  });

  test("removed together, they leave everybody what they had", () => {
    const lines = [narrow, "to: shop-prod", wide, `${wide}, until: 2027-01-31`, "to: [shop-dev, shop-prod]"];
    const { graph, problems } = read(grants(...lines));
    const needless = new Set(problems.filter(({ code }) => code === "redundant-grant").map(({ place }) => place!.line));
    expect(needless.size).toBeGreaterThan(1);
    const kept = lines.filter((_, index) => !needless.has(22 + index));
    const triples = (of: typeof graph) => of?.assignments.map(({ account }) => account);
    expect(triples(read(grants(...kept)).graph)).toEqual(triples(graph));
  });
});

describe("selections", () => {
  test.each([
    [
      "to: { tags: { env: [prod, prd] } }",
      '22:80 warning tag-not-carried no account carries the tag env=prd; did you mean "prod"?',
    ],
    [
      "to: { units: workloads, except: { tags: { env: [prod, prd] } } }",
      '22:108 warning tag-not-carried no account carries the tag env=prd; did you mean "prod"?',
    ],
    [
      "to: { units: workloads/prod, except: { accounts: shop-dev } }",
      '22:103 warning except-without-effect this grant does not cover account "shop-dev" in the first place',
    ],
  ])("%s", (to, said) => expect(warned(grants(to))).toEqual([said]));

  test.each([
    "to: { units: workloads, except: { tags: { env: prod } } }",
    "to: { all: true, except: { accounts: shop-dev } }",
  ])("%s is fine", (to) => expect(warned(grants(to))).toEqual([]));
});

test("a grant that has ended says what it gave", () => {
  const { problems } = read(grants("to: { units: workloads }, until: 2026-11-21"));
  expect(problems.map(({ hint }) => hint)).toEqual([
    "remove it, or set a new date; it gave developers read-only in shop-prod, shop-dev",
  ]);
});

test("a customer managed policy that the manifest does not have", () => {
  const text = good.replace("managedPolicies: ReadOnlyAccess", "customerManagedPolicies: [base, limits]");
  expect(warned(`${text}managedPolicies: { limit: { in: shop-dev, existing: true } }\n`)).toEqual([
    '19:42 warning unknown-customer-managed-policy no customer managed policy "base" is known',
    '19:48 warning unknown-customer-managed-policy no customer managed policy "limits" is known; did you mean "limit"?',
  ]);
});

const alerts = "monitoring: { alerts: { emails: a@example.com } }\n";

test("one break-glass user, one in a member account, and users without a password policy", () => {
  expect(warned(`${good}${alerts}breakGlass: { users: { a: { owner: Ada } } }\n`)).toEqual([
    "22:24 warning one-break-glass-user one break-glass user is none when its MFA device is lost",
    '22:24 warning users-without-password-policy account "management" has IAM users and no password policy: AWS asks them for 8 characters and no more',
  ]);
  const two = "breakGlass: { users: { a: { owner: Ada }, b: { owner: Ben, in: shop-dev } } }";
  expect(warned(`${good}${alerts}${two}\npasswordPolicy: { in: [management, shop-dev] }\n`)).toEqual([
    '22:64 warning break-glass-in-member-account service control policies bind a break-glass user in member account "shop-dev"',
  ]);
});

test("more permission sets than some of AWS's pages allow is a warning, than the manifest's own limit an error", () => {
  const sets = (count: number) =>
    good.replace(
      "  read-only: { managedPolicies: ReadOnlyAccess }\n",
      Array.from({ length: count }, (_, n) => `  s${n}: { managedPolicies: ReadOnlyAccess }\n`).join(""),
    );
  const codes = (text: string) => read(text).problems.map(({ code }) => code);
  expect(codes(sets(2001))).toEqual(["many-permission-sets"]);
  expect(codes(`${sets(3)}limits: { permissionSets: 2 }\n`)).toEqual(["too-many-permission-sets"]);
});
