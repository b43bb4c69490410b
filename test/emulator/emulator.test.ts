/** Each operation that the emulator adds to moto, called over HTTP as the provider calls it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, emulatorMissing, startEmulator } from "./start.ts";

const missing = emulatorMissing();
const name = missing === null ? "emulator" : `emulator (skipped: ${missing})`;
const account = "111111111111";
const instance = "arn:aws:sso:::instance/ssoins-1234567890abcdef";

/** JSON services: name in the credential scope, prefix of the operation in `X-Amz-Target`. */
const services = {
  sso: "SWBExternalService",
  identitystore: "AWSIdentityStore",
  cloudtrail: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
  config: "StarlingDoveService",
} as const;

describe.skipIf(missing !== null)(name, () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator(account);
  }, 60_000);
  afterAll(() => emulator.stop());

  const request = async (service: string, path: string, init: RequestInit) => {
    const scope = `Credential=emulated/20260101/us-east-1/${service}/aws4_request`;
    const headers = { Authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none`, ...init.headers };
    return await fetch(`${emulator.url}${path}`, { ...init, headers });
  };
  const call = async (service: keyof typeof services, operation: string, input: object) => {
    const headers = {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": `${services[service]}.${operation}`,
    };
    const response = await request(service, "/", { method: "POST", headers, body: JSON.stringify(input) });
    const text = await response.text();
    return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
  };
  const permissionSet = async (setName: string, tags: object[] = []) => {
    const input = { InstanceArn: instance, Name: setName, Tags: tags };
    const { body } = await call("sso", "CreatePermissionSet", input);
    return { InstanceArn: instance, PermissionSetArn: body.PermissionSet.PermissionSetArn as string };
  };

  it("tags a permission set and takes tags away", async () => {
    const { PermissionSetArn } = await permissionSet("tagged", [{ Key: "team", Value: "shop" }]);
    const target = { InstanceArn: instance, ResourceArn: PermissionSetArn };
    await call("sso", "TagResource", { ...target, Tags: [{ Key: "env", Value: "prod" }] });
    await call("sso", "UntagResource", { ...target, TagKeys: ["team"] });
    const { body } = await call("sso", "ListTagsForResource", target);
    expect(body).toEqual({ Tags: [{ Key: "env", Value: "prod" }] });
  });

  it("has no tags for a permission set that does not exist", async () => {
    const ResourceArn = `${instance.replace("instance", "permissionSet")}/ps-none`;
    const { status } = await call("sso", "ListTagsForResource", { InstanceArn: instance, ResourceArn });
    expect(status).toBe(400);
  });

  it("puts, gives and deletes a permissions boundary", async () => {
    const target = await permissionSet("bounded");
    const PermissionsBoundary = { ManagedPolicyArn: "arn:aws:iam::aws:policy/PowerUserAccess" };
    expect((await call("sso", "GetPermissionsBoundaryForPermissionSet", target)).status).toBe(400);
    await call("sso", "PutPermissionsBoundaryToPermissionSet", { ...target, PermissionsBoundary });
    expect((await call("sso", "GetPermissionsBoundaryForPermissionSet", target)).body).toEqual({ PermissionsBoundary });
    await call("sso", "DeletePermissionsBoundaryFromPermissionSet", target);
    expect((await call("sso", "GetPermissionsBoundaryForPermissionSet", target)).status).toBe(400);
  });

  it("attaches AWS managed policies, those below a path included", async () => {
    const target = await permissionSet("managed");
    const policies = ["arn:aws:iam::aws:policy/SecurityAudit", "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"];
    for (const ManagedPolicyArn of policies) {
      await call("sso", "AttachManagedPolicyToPermissionSet", { ...target, ManagedPolicyArn });
    }
    const { body } = await call("sso", "ListManagedPoliciesInPermissionSet", target);
    expect(body.AttachedManagedPolicies.map(({ Arn }: { Arn: string }) => Arn)).toEqual(policies);
    const wrongPath = { ...target, ManagedPolicyArn: "arn:aws:iam::aws:policy/ViewOnlyAccess" };
    expect((await call("sso", "AttachManagedPolicyToPermissionSet", wrongPath)).status).toBe(400);
  });

  it("provisions a permission set under the instance that the caller names", async () => {
    const target = await permissionSet("provisioned");
    const input = { ...target, TargetType: "ALL_PROVISIONED_ACCOUNTS" };
    const { body } = await call("sso", "ProvisionPermissionSet", input);
    const ProvisionPermissionSetRequestId: string = body.PermissionSetProvisioningStatus.RequestId;
    const status = { InstanceArn: instance, ProvisionPermissionSetRequestId };
    expect((await call("sso", "DescribePermissionSetProvisioningStatus", status)).body).toEqual({
      PermissionSetProvisioningStatus: { RequestId: ProvisionPermissionSetRequestId, Status: "SUCCEEDED" },
    });
  });

  it("keeps attributes for access control until they are deleted", async () => {
    const target = { InstanceArn: instance };
    const describeIt = () => call("sso", "DescribeInstanceAccessControlAttributeConfiguration", target);
    const attributes = (source: string) => ({
      AccessControlAttributes: [{ Key: "team", Value: { Source: [source] } }],
    });
    expect((await describeIt()).status).toBe(400);
    for (const [operation, source] of [
      ["CreateInstanceAccessControlAttributeConfiguration", "${path:enterprise.department}"],
      ["UpdateInstanceAccessControlAttributeConfiguration", "${path:enterprise.costCenter}"],
    ] as const) {
      const InstanceAccessControlAttributeConfiguration = attributes(source);
      await call("sso", operation, { ...target, InstanceAccessControlAttributeConfiguration });
      expect((await describeIt()).body).toEqual({
        Status: "ENABLED",
        InstanceAccessControlAttributeConfiguration,
      });
    }
    await call("sso", "DeleteInstanceAccessControlAttributeConfiguration", target);
    expect((await describeIt()).status).toBe(400);
  });

  it("describes a group membership", async () => {
    const IdentityStoreId = "d-1234567890";
    const group = await call("identitystore", "CreateGroup", { IdentityStoreId, DisplayName: "Developers" });
    const user = await call("identitystore", "CreateUser", {
      IdentityStoreId,
      UserName: "ada",
      DisplayName: "Ada",
      Name: { GivenName: "Ada", FamilyName: "Lovelace" },
      Emails: [{ Value: "ada@example.com", Primary: true }],
    });
    const membership = { GroupId: group.body.GroupId, MemberId: { UserId: user.body.UserId } };
    const { body } = await call("identitystore", "CreateGroupMembership", { IdentityStoreId, ...membership });
    const found = await call("identitystore", "DescribeGroupMembership", {
      IdentityStoreId,
      MembershipId: body.MembershipId,
    });
    expect(found.body).toMatchObject(membership);
    const lost = await call("identitystore", "DescribeGroupMembership", { IdentityStoreId, MembershipId: "none" });
    expect(lost.status).toBe(400);
  });

  it("starts and stops a trail by its ARN", async () => {
    await request("s3", "/trail-logs", { method: "PUT" });
    const trail = await call("cloudtrail", "CreateTrail", { Name: "audit", S3BucketName: "trail-logs" });
    const Name: string = trail.body.TrailARN;
    const logging = async () => (await call("cloudtrail", "GetTrailStatus", { Name })).body.IsLogging;
    await call("cloudtrail", "StartLogging", { Name });
    expect(await logging()).toBe(true);
    await call("cloudtrail", "StopLogging", { Name });
    expect(await logging()).toBe(false);
  });

  it("keeps a conformance pack, its status and its identity over an update", async () => {
    const ConformancePackName = "pci";
    const put = () => call("config", "PutConformancePack", { ConformancePackName, TemplateBody: "Resources: {}" });
    const names = { ConformancePackNames: [ConformancePackName] };
    const first = await put();
    expect((await put()).body).toEqual(first.body);
    expect((await call("config", "DescribeConformancePacks", names)).body.ConformancePackDetails).toMatchObject([
      { ConformancePackName, ConformancePackArn: first.body.ConformancePackArn },
    ]);
    expect(
      (await call("config", "DescribeConformancePackStatus", names)).body.ConformancePackStatusDetails,
    ).toMatchObject([{ ConformancePackName, ConformancePackState: "CREATE_COMPLETE" }]);
    await call("config", "DeleteConformancePack", { ConformancePackName });
    expect((await call("config", "DescribeConformancePacks", {})).body).toEqual({ ConformancePackDetails: [] });
  });

  it("refuses what a bucket policy denies, and not what it denies under a condition", async () => {
    const deny = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::kept/*" };
    const Condition = { Bool: { "aws:SecureTransport": "false" } };
    await request("s3", "/kept", { method: "PUT" });
    for (const [statement, status] of [
      [{ ...deny, Condition }, 200],
      [deny, 403],
    ] as const) {
      const body = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
      await request("s3", "/kept?policy", { method: "PUT", body });
      expect((await request("s3", "/kept/state", { method: "PUT", body: "{}" })).status).toBe(status);
    }
  });

  it("takes Security Hub settings", async () => {
    await request("securityhub", "/accounts", { method: "POST", body: "{}" });
    const body = JSON.stringify({ AutoEnableControls: true });
    const headers = { "Content-Type": "application/json" };
    expect((await request("securityhub", "/accounts", { method: "PATCH", headers, body })).status).toBe(200);
  });

  it("places plain credentials in the given account and assumed ones in the role's", async () => {
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const identity = await request("sts", "/", {
      method: "POST",
      headers,
      body: "Action=GetCallerIdentity&Version=2011-06-15",
    });
    expect(await identity.text()).toContain(`<Account>${account}</Account>`);
    const role = encodeURIComponent("arn:aws:iam::333333333333:role/deploy");
    const assume = `Action=AssumeRole&Version=2011-06-15&RoleArn=${role}&RoleSessionName=test`;
    const credentials = await (await request("sts", "/", { method: "POST", headers, body: assume })).text();
    const key = /<AccessKeyId>(\w+)</.exec(credentials)?.[1];
    const assumed = await fetch(emulator.url, {
      method: "POST",
      headers: {
        ...headers,
        Authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=none`,
      },
      body: "Action=GetCallerIdentity&Version=2011-06-15",
    });
    expect(await assumed.text()).toContain("<Account>333333333333</Account>");
  });
});
