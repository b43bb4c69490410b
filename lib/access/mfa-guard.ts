/**
 * MFA for IAM users, enforced by policy: without it nothing but managing one's own MFA device, with it what other
 * policies allow.
 *
 * What no policy can help: a user without any device registers the first one without MFA. Hand out passwords when the
 * device is registered.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_iam_mfa-selfmanage.html
 */
import type { PolicyDocument } from "./graph.ts";

// user ARNs hold the path, and a name is unique in its account whatever its path
const whoever = ["arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::*:user/*/${aws:username}"];

/** What registering a device and signing in with it takes, on one's own user. */
const ownDevice = ["iam:EnableMFADevice", "iam:GetMFADevice", "iam:ListMFADevices", "iam:ResyncMFADevice"];
/** The same, on what is not a user. */
const anyDevice = ["iam:CreateVirtualMFADevice", "iam:ListVirtualMFADevices"];

const withoutMfa = { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } };
const withMfa = { Bool: { "aws:MultiFactorAuthPresent": "true" } };

/**
 * The policy that every IAM user or group with MFA has beside its own.
 * @param self ARNs of one's own user; of whoever asks when left out, as in a group
 */
export function mfaGuard(self: readonly string[] = whoever): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements(self) };
}

function statements(self: readonly string[]): PolicyDocument["Statement"] {
  return [
    { Sid: "OwnMfaDevice", Effect: "Allow", Action: ownDevice, Resource: self },
    { Sid: "CreateMfaDevice", Effect: "Allow", Action: "iam:CreateVirtualMFADevice", Resource: "arn:aws:iam::*:mfa/*" },
    { Sid: "ListMfaDevices", Effect: "Allow", Action: "iam:ListVirtualMFADevices", Resource: "*" },
    {
      Sid: "OwnPasswordAndDeviceWithMfa",
      Effect: "Allow",
      Action: ["iam:ChangePassword", "iam:DeactivateMFADevice", "iam:GetUser"],
      Resource: self,
      Condition: withMfa,
    },
    {
      Sid: "NothingElseWithoutMfa",
      Effect: "Deny",
      NotAction: [...ownDevice, ...anyDevice, "sts:GetSessionToken"],
      Resource: "*",
      Condition: withoutMfa,
    },
    // somebody else's device is not one's own, whatever other policies allow
    { Sid: "NobodyElsesWithoutMfa", Effect: "Deny", Action: ownDevice, NotResource: self, Condition: withoutMfa },
  ];
}
