/** What the file of a team may say. */
import { z } from "zod";
import {
  accountSelection,
  duration,
  managedPolicyKey,
  oneOrMany,
  policyPath,
  tags,
  text,
  unitPath,
} from "../fields.ts";
import { needs } from "../together.ts";
import { sentence } from "./shared.ts";
import { trustKinds } from "./trust-kinds.ts";

/** A key, or many: one `*` stands for any text. */
const keys = oneOrMany(
  text(
    /^(?=.{1,64}$)[A-Za-z0-9._@+-]*\*?[A-Za-z0-9._@+-]*$/,
    'is not a key, nor a pattern with one "*", such as shop-*',
  ),
);

/** A value of a tag, or many: one `*` stands for any text. */
const valuePattern = text(/^[^*]{0,256}\*?[^*]{0,256}$/, 'is not a value, nor a pattern with one "*"');

const files = oneOrMany(
  text(
    /^(?=.{1,200}$)([A-Za-z0-9_@+-][\w.@+ -]*\/|\.\.\/)*([A-Za-z0-9_@+-][\w.@+ -]*|\*\*|[\w@+-][\w.@+ -]*\*[\w.@+ -]*|\*[\w.@+ -]*)$/,
    'is not the name of a file, nor a pattern such as teams/shop/** or teams/shop-*.yaml; only the last part holds a "*"',
  ),
);

const owners = oneOrMany(
  text(
    /^(@[\w.-]+(\/[\w.-]+)*|[^\s@<>#\\]+@[^\s@<>#\\]+\.[^\s@<>#\\]+)$/,
    "is not an owner; write @name, @organization/team or an e-mail address",
  ),
);

const mayDeclare = z
  .strictObject({
    accounts: keys.optional().meta({ description: "Accounts, by key or pattern.", examples: ["shop-*"] }),
    units: oneOrMany(unitPath).optional().describe("Units that its accounts may be in, and everything below them."),
    tags: tags.describe("Tags that its accounts carry."),
    tagValues: z
      .record(z.string().min(1, "must not be empty"), oneOrMany(valuePattern))
      .optional()
      .meta({
        description:
          "Values that tags of its accounts, roles and permission sets may have, by key. A tag that a policy compares, or that is an attribute for access control, may be set only when it is named here or under tags.",
        examples: [{ env: ["dev", "test"], project: "shop-*" }],
      }),
    groups: keys.optional().describe("Groups, by key or pattern."),
    permissionSets: keys.optional().describe("Permission sets, by key and name, or pattern."),
    roles: keys.optional().describe("Roles, by key and name, or pattern."),
    in: accountSelection.optional().describe("Accounts that its roles may be in."),
    path: policyPath
      .default("/")
      .describe("Path of its roles, with everything below it; roles without a path when left out."),
    trust: oneOrMany(z.enum(trustKinds))
      .default(["service", "role", "permissionSet"])
      .describe("Kinds of trust that its roles may have; from outside the organization only those that are named."),
    boundary: managedPolicyKey
      .optional()
      .describe("Key of the managed policy that its roles and permission sets have as permissions boundary."),
    longestSession: duration("1h", "12h").optional().describe("Longest session of its roles and permission sets."),
    reason: sentence.optional().describe("Why its roles and permission sets need no boundary."),
  })
  .check(
    needs('"roles" needs "in": the accounts they may be in', ["roles"], ["in"]),
    needs(
      '"roles" and "permissionSets" need a "boundary", the most they may allow, or a "reason" why there is none',
      ["roles", "permissionSets"],
      ["boundary", "reason"],
    ),
  )
  .describe("What may be defined.");

const mayGrant = z
  .strictObject({
    groups: keys.default([]).describe("Groups it may grant to, by key or pattern."),
    users: keys.default([]).describe("Single users it may grant to, by key or pattern; none when left out."),
    permissionSets: keys.describe("Permission sets it may grant, by key or pattern."),
    to: accountSelection.describe("Accounts it may grant in."),
    longest: duration("1d", "3650d").optional().describe("How far ahead a grant may end; with it, every grant ends."),
  })
  .describe("Who may be granted what, where.");

export const delegation = z
  .strictObject({
    files: files.meta({
      description: "Files of the team, relative to this file. Of several delegations of one file, all have to allow.",
      examples: ["teams/shop/**"],
    }),
    owners: owners.optional().meta({
      description: "Who reviews these files: the lines of CODEOWNERS.",
      examples: [["@securecart/shop"]],
    }),
    mayDeclare: mayDeclare.optional(),
    mayGrant: mayGrant.optional(),
  })
  .describe("What the files of a team may say; nothing else may stand in them.");
