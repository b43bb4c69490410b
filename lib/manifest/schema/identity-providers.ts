/** Who vouches for callers from outside AWS: OIDC and SAML providers, trust anchors of IAM Roles Anywhere. */
import { z } from "zod";
import { accountKey, accountSelection, oneOrMany, tags, text } from "../fields.ts";
import { exactlyOne } from "../together.ts";
import { renamedFrom } from "./shared.ts";

const oidc = z.strictObject({
  url: text(
    /^https:\/\/[\w.-]+(:\d+)?(\/[\w.~/-]*)?$/,
    "is not the issuer of an OIDC provider; it begins with https://",
  )
    .transform((url) => url.replace(/\/$/, ""))
    .meta({
      description: "The issuer, as the tokens name it.",
      examples: [
        "https://gitlab.example.com",
        "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
      ],
    }),
  clientIds: oneOrMany(z.string().min(1, "must not be empty").max(255, "is longer than 255 characters"))
    .default([])
    .describe("Audiences. Those of the roles that trust the provider are added by themselves."),
  thumbprints: oneOrMany(text(/^[0-9a-f]{40}$/, "is not a thumbprint; it has 40 hexadecimal digits, in lower case"))
    .default([])
    .describe("Of the certificate authority, where it is a private one."),
});

const saml = z.strictObject({
  file: text(/^[^\0]+\.xml$/, "is not the name of an XML file").describe(
    "Metadata of the identity provider, relative to this file.",
  ),
  name: text(/^[\w.-]{1,128}$/, "is not the name of a SAML provider")
    .optional()
    .describe("Name; the key when left out."),
});

export const identityProvider = z
  .strictObject({
    in: accountSelection.describe("Accounts that trust the provider."),
    oidc: oidc.optional().describe("An OpenID Connect provider."),
    saml: saml.optional().describe("A SAML 2.0 provider."),
    tags,
    renamedFrom,
  })
  .check(exactlyOne('say what it is: "oidc" or "saml"', ["oidc", "saml"]));

export const trustAnchor = z
  .strictObject({
    in: accountSelection.describe("Accounts that trust the certificate authority."),
    name: text(/^[\w -]{1,255}$/, "is not the name of a trust anchor: letters, digits, blanks, _ and -")
      .optional()
      .describe("Name; the key when left out."),
    pca: text(
      /^arn:aws[a-z-]*:acm-pca:[a-z0-9-]+:\d{12}:certificate-authority\/[\w-]+$/,
      "is not the ARN of a private CA",
    )
      .optional()
      .describe("A certificate authority of AWS Private CA, by ARN."),
    bundle: text(/^[^\0]+\.pem$/, "is not the name of a PEM file")
      .optional()
      .describe("Certificates of another certificate authority, in a PEM file, relative to this file."),
    ids: z
      .record(accountKey, text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "is not the id of a trust anchor"))
      .default({})
      .describe("Ids that AWS gave it, by account key, once it exists. Roles that trust it wait for them."),
    tags,
    renamedFrom,
  })
  .check(exactlyOne('say which certificate authority: "pca" or "bundle"', ["pca", "bundle"]));
