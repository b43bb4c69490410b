/** What accounts may cost before somebody is told. */
import { z } from "zod";
import { accountSelection, email, oneOrMany, text } from "../fields.ts";
import { renamedFrom } from "./shared.ts";

const alert = z.strictObject({
  at: z
    .number("has to be a number")
    .positive("has to be more than 0")
    .max(1000, "is more than 1000 percent")
    .describe("Percent of the amount."),
  forecast: z.boolean().default(false).describe("Told when the forecast, not the cost so far, gets there."),
});

export const budget = z.strictObject({
  in: accountSelection.describe("Accounts that get such a budget, one each."),
  name: text(/^[^:\\]{1,35}$/, 'is not the name of a budget: at most 35 characters, without ":" and "\\"')
    .optional()
    .describe("Begins the name of each budget, which ends in the id of the account; the budget's key when left out."),
  amount: z.number("has to be a number").positive("has to be more than 0").describe("What an account may cost."),
  unit: text(/^[A-Z]{3}$/, "is not a currency; write it as in USD")
    .default("USD")
    .describe("Currency of the bill."),
  period: z
    .enum(["daily", "monthly", "quarterly", "annually"])
    .default("monthly")
    .describe("The time that the amount is for."),
  alerts: oneOrMany(alert)
    .default([
      { at: 80, forecast: false },
      { at: 100, forecast: true },
    ])
    .meta({
      description: "When somebody is told: at 80 percent, and when the forecast is above the amount, when left out.",
      examples: [[{ at: 80 }, { at: 100, forecast: true }]],
    }),
  emails: oneOrMany(email).describe("Who is told."),
  renamedFrom,
});
