import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Address, configAddress, parseAddress, renderAddress } from "../../analyzer/address.ts";

describe("parseAddress", () => {
  it.each<[string, Address]>([
    ["aws_iam_role.r", { modules: [], mode: "managed", type: "aws_iam_role", name: "r", key: null }],
    ["aws_iam_role.r[3]", { modules: [], mode: "managed", type: "aws_iam_role", name: "r", key: 3 }],
    ['aws_iam_role.r["x.y"]', { modules: [], mode: "managed", type: "aws_iam_role", name: "r", key: "x.y" }],
    [
      String.raw`module.a["x.y"].module.b[0].aws_iam_role.r["k\"][\""]`,
      {
        modules: [
          { name: "a", key: "x.y" },
          { name: "b", key: 0 },
        ],
        mode: "managed",
        type: "aws_iam_role",
        name: "r",
        key: 'k"]["',
      },
    ],
    [
      "module.data.data.aws_iam_policy_document.module",
      {
        modules: [{ name: "data", key: null }],
        mode: "data",
        type: "aws_iam_policy_document",
        name: "module",
        key: null,
      },
    ],
    [
      'aws_iam_role.r["$${x} %%{y} $$ \\u00a0 \\U000e0001"]',
      { modules: [], mode: "managed", type: "aws_iam_role", name: "r", key: "${x} %{y} $$ \u00a0 \u{e0001}" },
    ],
    [
      'aws_iam_role.rôle-1["é.日本"]',
      { modules: [], mode: "managed", type: "aws_iam_role", name: "rôle-1", key: "é.日本" },
    ],
    ['aws_iam_role.r[""]', { modules: [], mode: "managed", type: "aws_iam_role", name: "r", key: "" }],
  ])("reads %s and writes it back", (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(renderAddress(address)).toBe(text);
  });

  it.each([
    "",
    "aws_iam_role",
    "module.a",
    "module.a.module.b",
    "data.aws_iam_role",
    "aws_iam_role.r.",
    "aws_iam_role.r[x]",
    'aws_iam_role.r["x',
    String.raw`aws_iam_role.r["x\"]`,
    "aws_iam_role.r[0]x",
    " aws_iam_role.r",
    "aws_iam_role..r",
  ])("refuses %j", (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  const name = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,8}$/).filter((word) => word !== "module");
  const key = fc.oneof(
    fc.constant(null),
    fc.nat(),
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(...'\\"[]{}$%.u00\n') }),
  );
  const address = fc.record({
    modules: fc.array(fc.record({ name, key }), { maxLength: 3 }),
    mode: fc.constantFrom("managed" as const, "data" as const, "ephemeral" as const),
    type: name.filter((word) => word !== "data" && word !== "ephemeral"),
    name,
    key,
  });

  it("gives back every address that renderAddress writes", () => {
    fc.assert(
      fc.property(address, (value) => {
        expect(parseAddress(renderAddress(value))).toEqual(value);
      }),
    );
  });

  it("takes any text without failing", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parseAddress(text)));
  });
});

describe("configAddress", () => {
  it("leaves out every instance key", () => {
    const address = parseAddress('module.a["x.y"].module.b[0].data.aws_iam_role.r["k"]');
    expect(address && configAddress(address)).toBe("module.a.module.b.data.aws_iam_role.r");
  });
});
