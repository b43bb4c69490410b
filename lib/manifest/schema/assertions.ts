/** Sentences about access that have to stay true, whoever edits the manifest. */
import { z } from "zod";
import { accountSelection, groupKey, oneOrMany, permissionSetKey, roleKey, userKey } from "../fields.ts";
import { atLeastOne, exactlyOne } from "../together.ts";
import { sentence } from "./shared.ts";

const groups = oneOrMany(groupKey).default([]);
const users = oneOrMany(userKey).default([]);
const permissionSets = oneOrMany(permissionSetKey).default([]);
const roles = oneOrMany(roleKey).default([]);

const never = z
  .strictObject({
    groups: groups.describe("Groups, and their members through any other group, where members are known."),
    users: users.describe("Users, directly or through groups."),
    permissionSets: permissionSets.describe("Only as one of these; when left out, in any way, through roles as well."),
    roles: roles.describe("Only into these roles, through any number of others."),
    to: accountSelection.optional().describe("Only there; anywhere when left out."),
  })
  .check(
    atLeastOne('"never" needs "groups", "users", "permissionSets" or "roles"', [
      "groups",
      "users",
      "permissionSets",
      "roles",
    ]),
  );

const always = z
  .strictObject({
    groups: groups.describe("Each of these groups."),
    users: users.describe("Each of these users, directly or through a group."),
    permissionSets: permissionSets.describe("One of these; any when left out."),
    to: accountSelection.describe("In every one of these accounts."),
  })
  .check(atLeastOne('"always" needs "groups" or "users"', ["groups", "users"]));

const only = z
  .strictObject({
    groups: groups.describe("These groups may."),
    users: users.describe("These users may."),
    roles: roles.describe("Whoever comes through one of these roles may."),
    permissionSets: permissionSets.describe(
      "Nobody else has one of these; when left out, nobody else gets in at all, through roles neither.",
    ),
    to: accountSelection.optional().describe("There; anywhere when left out."),
  })
  .check(atLeastOne('"only" needs "groups", "users" or "roles"', ["groups", "users", "roles"]));

/** What an assertion is called: a sentence, which is shown when it does not hold. */
export const assertionName = sentence.max(200, "is longer than 200 characters");

export const assertion = z
  .strictObject({
    never: never.optional().describe("Nothing in the manifest gives this."),
    always: always.optional().describe("Each of the groups and users has this, in each of the accounts."),
    only: only.optional().describe("Nobody has this but these. Break-glass users are not counted."),
  })
  .check(exactlyOne('an assertion says one of "never", "always" and "only"', ["never", "always", "only"]));
