import { describe, expect, test } from "vitest";
import { type ReadOptions, readManifest } from "../../../lib/manifest/read.ts";
import { good } from "../../fixtures/manifests/bad.ts";

const read = (text: string, policyFiles: ReadOptions["policyFiles"] = new Map(), name = "access.yaml") =>
  readManifest([{ name, text }], { asOf: "2026-11-22", policyFiles });

describe("warnings leave the graph as it is", () => {
  const grant = (more: string, to = "shop-dev") =>
    `${good}access:\n  - { groups: developers, permissionSets: read-only, to: ${to}${more} }\n`;

  test.each<[string, string, string]>([
    [
      "a grant that ended yesterday",
      grant(", until: 2026-11-21"),
      "grant-expired this grant ended on 2026-11-21 and is left out",
    ],
    [
      "a grant that covers nothing",
      grant("", "{ units: workloads/prod, except: { accounts: shop-prod } }"),
      "selects-nothing this grant covers no account",
    ],
    [
      "a closed account",
      grant("").replace('"333333333333",', '"333333333333", state: closed,'),
      'account-not-active account "shop-dev" is closed: this grant leaves it out',
    ],
    [
      "an account that does not exist yet",
      grant("").replace(' id: "333333333333",', ""),
      'account-without-id account "shop-dev" has no id yet: grants and roles that need it wait',
    ],
    [
      "a policy that nothing uses",
      `${good}policies: { p: { type: scp, preset: deny-root-user } }\n`,
      'unused-policy policy "p" is attached nowhere',
    ],
    [
      "a policy on the management account",
      `${good}policies: { p: { type: scp, preset: deny-root-user } }\n`.replace(
        '"111111111111"',
        '"111111111111", policies: p',
      ),
      "policy-without-effect service and resource control policies do not bind the management account: these have no effect",
    ],
  ])("%s", (_, text, said) => {
    const { graph, problems } = read(text);
    expect(problems.map(({ severity, code, message }) => `${severity} ${code} ${message}`)).toEqual([
      `warning ${said}`,
    ]);
    expect(graph).not.toBeNull();
    expect(graph?.assignments).toEqual([]);
  });

  test("the last day of a grant counts", () => {
    const { graph, problems } = read(grant(", until: 2026-11-22"));
    expect(problems).toEqual([]);
    expect(graph?.assignments).toHaveLength(1);
  });
});

describe("warnings name the other place, or the nearest thing", () => {
  const warned = (text: string) => {
    const { graph, problems } = read(text);
    expect(graph).not.toBeNull();
    return problems.map(
      ({ place, severity, code, message }) => `${place?.line}:${place?.column} ${severity} ${code} ${message}`,
    );
  };
  const managed = (policy: string) => good.replace("ReadOnlyAccess", policy);

  test("a grant written twice, whatever the order of its groups and its end", () => {
    const grant = (more: string) =>
      `  - { groups: developers, permissionSets: read-only, to: [shop-dev, shop-prod]${more} }\n`;
    const twice = `${good}access:\n${grant("")}${grant(", until: 2027-01-31").replace("shop-dev, shop-prod", "shop-prod, shop-dev")}`;
    expect(warned(twice)).toEqual([
      "23:5 warning duplicate-grant this grant is written a second time; the first is at line 22",
    ]);
    expect(warned(twice.replace("[shop-prod, shop-dev]", "shop-dev"))).toEqual([
      "23:5 warning redundant-grant this grant gives nothing that others do not give for as long: see line 22",
    ]);
  });

  test.each([
    ["ReadOnlyAcess", '; did you mean "ReadOnlyAccess"?'],
    ["AmazonS3ReadOnly", '; did you mean "AmazonS3ReadOnlyAccess"?'],
    ["readonlyaccess", '; did you mean "ReadOnlyAccess"?'],
    ["service-role/AmazonS3FullAccess", '; did you mean "AmazonS3FullAccess"?'],
    ["arn:aws:iam::aws:policy/ReadOnlyAcess", '; did you mean "ReadOnlyAccess"?'],
    ["Zzzzzzzzzzzz", ""],
  ])("an AWS managed policy that is not known: %s", (policy, suggestion) => {
    const said = `19:33 warning unknown-managed-policy no AWS managed policy "${policy}" is known${suggestion}`;
    expect(warned(managed(policy))).toEqual([said]);
  });

  test.each([
    "ReadOnlyAccess",
    "job-function/ViewOnlyAccess",
    "ViewOnlyAccess",
    "AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess",
    "arn:aws:iam::111111111111:policy/our-own",
  ])("an AWS managed policy that is: %s", (policy) => expect(warned(managed(policy))).toEqual([]));

  test.each([
    ["alarms", "{ namespace: AWS/EC2, metric: CPUUtilization, threshold: 75 }"],
    ["events", "{ apiCalls: { source: ec2, names: TerminateInstances } }"],
  ])("%s without anyone to tell", (section, entry) => {
    const monitoring = (alerts: string) => `${good}monitoring:\n  ${section}: { a: ${entry} }\n${alerts}`;
    expect(warned(monitoring(""))).toEqual([
      `22:3 warning nobody-is-told nobody is told of these ${section}: there is no "alerts"`,
    ]);
    expect(warned(monitoring("  alerts: { emails: a@example.com }\n"))).toEqual([]);
  });
});

describe("periods of alarms", () => {
  test.each([
    ["10s", 10],
    ["20s", 20],
    ["30s", 30],
    ["60s", 60],
    ["5m", 300],
    ["1h", 3600],
    ["1d", 86_400],
  ])("%s", (period, seconds) => {
    const { graph } = read(
      `${good}monitoring: { alarms: { a: { namespace: AWS/EC2, metric: M, threshold: 1, period: ${period} } } }\n`,
    );
    expect(graph?.monitoring.alarms[0]?.period).toBe(seconds);
  });

  test.each(["0s", "5s", "15s", "40s", "90s", "2d"])("never %s", (period) => {
    const { problems } = read(
      `${good}monitoring: { alarms: { a: { namespace: AWS/EC2, metric: M, threshold: 1, period: ${period} } } }\n`,
    );
    expect(problems[0]?.message).toMatch(/^"\d+[sd]" is not a period of CloudWatch/);
  });
});

describe("policy files", () => {
  const text = good.replace("managedPolicies: ReadOnlyAccess", "file: policies/reader.json");
  const document = `{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }] }`;

  test("are found relative to the file that names them", () => {
    const { graph, problems } = read(text, new Map([["access/policies/reader.json", document]]), "access/sets.yaml");
    expect(problems).toEqual([]);
    expect(graph?.permissionSets[0]?.inlinePolicy).toEqual({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: ["*"] }],
    });
  });

  test.each([
    [
      "a mistyped element",
      document.replace('"Action"', '"Actoin"'),
      '1:63 unknown key "Actoin" in Statement[1]; did you mean "Action"?',
    ],
    [
      "another version",
      document.replace("2012-10-17", "2008-10-17"),
      '1:14 "Version" has to be 2012-10-17, not the text "2008-10-17"',
    ],
    ["JSON that ends too early", document.slice(0, 60), '1:42 the map that opens here with "{" is not closed with "}"'],
    ["a list", "[]", "1:1 the entry has to be a map, not a list"],
  ])("%s is reported in the policy file", (_, broken, said) => {
    const { graph, problems } = read(text, new Map([["policies/reader.json", broken]]));
    expect(graph).toBeNull();
    expect(problems.map(({ place, message }) => `${place?.file}:${place?.line}:${place?.column} ${message}`)).toEqual([
      `policies/reader.json:${said}`,
    ]);
  });

  test("that cannot be read are reported where they are named", () => {
    const { problems } = read(text, new Map([["policies/reader.json", { unreadable: "is not UTF-8 text" }]]));
    expect(problems).toMatchObject([
      {
        code: "unreadable-file",
        message: "the policy file policies/reader.json is not UTF-8 text",
        place: { line: 19 },
      },
    ]);
  });
});

describe("quotas", () => {
  test("a policy longer than AWS takes", () => {
    const actions = Array.from({ length: 700 }, (_, index) => `s3:GetSomething${index}`).join(", ");
    const { problems } = read(
      `${good}policies: { p: { type: scp, deny: { actions: [${actions}] } } }\n`.replace(
        "prod: {}",
        "prod: { policies: p }",
      ),
    );
    expect(problems[0]?.message).toMatch(/^policy "p" is \d{5} characters long; AWS allows 10240$/);
  });

  test("more managed policies than a role can carry", () => {
    const names = Array.from({ length: 11 }, (_, index) => `Policy${index}`).join(", ");
    const { problems } = read(good.replace("managedPolicies: ReadOnlyAccess", `managedPolicies: [${names}]`));
    expect(problems[0]).toMatchObject({ code: "too-many-managed-policies", place: { line: 19, column: 16 } });
  });

  test("an inline policy that is too long, blanks not counted", () => {
    const resources = Array.from({ length: 300 }, (_, index) => `"arn:aws:s3:::a-bucket-of-ours-${index}/*"`).join(
      ", ",
    );
    const { problems } = read(
      good.replace("managedPolicies: ReadOnlyAccess", `allow: { actions: "s3:Get*", resources: [${resources}] }`),
    );
    expect(problems[0]?.code).toBe("inline-policy-too-large");
  });
});

test("no file at all", () => {
  expect(readManifest([], { asOf: "2026-11-22", policyFiles: new Map() })).toMatchObject({
    graph: null,
    problems: [{ code: "no-manifest" }],
  });
});

test("a grant is counted in the file that it is in", () => {
  const grants = "access:\n  - { groups: developers, permissionSets: read-only, to: shop-dev }\n";
  const files = [
    { name: "access.yaml", text: good + grants },
    { name: "team.yaml", text: `${grants}  - { groups: developers, permissionSets: read-only }\n` },
  ];
  const { problems } = readManifest(files, { asOf: "2026-11-22", policyFiles: new Map() });
  expect(problems.map(({ place, message }) => `${place?.file}:${place?.line} ${message}`)).toEqual([
    'team.yaml:3 "to" is missing in access[2]',
  ]);
});
