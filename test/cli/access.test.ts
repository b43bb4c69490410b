/** `access --roles` and `access --paths-to`, as they are typed. */
import { describe, expect, test } from "vitest";
import { gatehouse } from "./run.ts";

const securecart = "examples/securecart";
const json = async (...args: string[]) =>
  JSON.parse((await gatehouse(["access", securecart, "--format", "json", ...args])).stdout);

describe("access --roles", () => {
  test("shows people, machines and vendors, each with the way", async () => {
    const { code, stdout } = await gatehouse(["access", securecart, "--role", "log-reader", "--role", "deploy"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^WHO +PEOPLE +ROLE +CAN +THROUGH +WHERE +BECAUSE$/m);
    expect(stdout).toMatch(/^log-analyst in shop-dev +developers +log-reader in shop-prod +yes/m);
    expect(stdout).toMatch(/^service ec2.amazonaws.com +- +deploy in shop-prod +yes +pipeline in tooling /m);
  });

  test("has the same rows as JSON and CSV", async () => {
    const rows = await json("--roles");
    const { stdout } = await gatehouse(["access", securecart, "--roles", "--format", "csv"]);
    expect(rows.length).toBeGreaterThan(20);
    expect(stdout.trimEnd().split("\r\n")).toHaveLength(rows.length + 1);
  });

  test("follows a user through groups, into the roles they can assume", async () => {
    const roles = async (user: string) =>
      (await json("--roles", "--user", user)).map(({ role }: { role: string }) => role);
    expect(await roles("carlos")).toEqual(["log-reader"]);
    expect(await roles("hugo")).toEqual([]);
  });
});

describe("access --paths-to", () => {
  test("shows every way in", async () => {
    const rows: { kind: string; who: string; answer: string }[] = await json("--paths-to", "shop-prod");
    const kinds = new Set(rows.map(({ kind }) => kind));
    expect([...kinds]).toEqual(expect.arrayContaining(["assignment", "role", "executionRole", "root"]));
    expect(rows.find(({ kind }) => kind === "root")?.answer).toBe("no");
    expect(rows.some(({ who }) => who === "vendor account 098765432109")).toBe(true);
  });

  test("excludes filters", async () => {
    const { code, stderr } = await gatehouse(["access", securecart, "--paths-to", "shop-prod", "--group", "devops"]);
    expect(code).toBe(2);
    expect(stderr).toContain("--paths-to shows every way in: it takes no filter");
  });
});

test.each([
  [["--role", "log-reade"], 'unknown role "log-reade"; did you mean "log-reader"?'],
  [["--unit", "prod"], 'unknown unit "prod"; write its path: workloads/prod'],
  [["--account", "workloads/prod"], 'unknown account "workloads/prod"; that is a unit: --unit workloads/prod'],
  [["--account", "prod"], 'unknown account "prod"; that is a unit: --unit workloads/prod'],
  [["--unit", "shop-prod"], 'unknown unit "shop-prod"; that is an account: --account shop-prod'],
  [["--group", "hugo"], 'unknown group "hugo"; that is a user: --user hugo'],
  [["--user", "support"], 'unknown user "support"; that is a group: --group support'],
  [["--permission-set", "log-reader"], 'unknown permission set "log-reader"; that is a role: --role log-reader'],
  [["--paths-to", "shop-prd"], 'unknown account "shop-prd"; did you mean "shop-prod"?'],
  [["--unit", "workloads/prd"], 'unknown unit "workloads/prd"; did you mean "workloads/prod"?'],
])("an unknown key is no empty answer: %j", async (args, message) => {
  const { code, stderr } = await gatehouse(["access", securecart, ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
