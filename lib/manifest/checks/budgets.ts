/** Budgets. */
import type { Problem } from "../../problem.ts";
import { allowance } from "../allowance.ts";
import type { Context } from "../context.ts";
import { error } from "../problems.ts";
import { checkSelection } from "./access.ts";

/** `forecast-of-daily-budget`, `too-many-budget-alerts`, `too-many-budget-emails`, and what `checkSelection` reports. */
export function checkBudgets(context: Context): Problem[] {
  const { manifest, at } = context;
  const [mostAlerts, mostEmails] = [
    allowance(manifest, "alertsPerBudget"),
    allowance(manifest, "emailsPerBudgetAlert"),
  ];
  return Object.entries(manifest.budgets).flatMap(([key, budget]) => {
    const path = ["budgets", key];
    const problems = checkSelection(budget.in, [...path, "in"], "budget", context);
    const forecast = budget.period === "daily" ? budget.alerts.findIndex((alert) => alert.forecast) : -1;
    if (forecast >= 0) {
      const hint = "write alerts: without forecast, or a longer period";
      const message = "AWS forecasts no costs of a single day";
      problems.push(error("forecast-of-daily-budget", at([...path, "alerts", forecast]), message, { hint }));
    }
    if (budget.alerts.length > mostAlerts.value) {
      const message = `${budget.alerts.length} alerts; ${mostAlerts.says}`;
      problems.push(error("too-many-budget-alerts", at([...path, "alerts"]), message));
    }
    if (budget.emails.length > mostEmails.value) {
      const message = `${budget.emails.length} e-mail addresses; ${mostEmails.says} for an alert`;
      const hint = "write to a mailing list";
      problems.push(error("too-many-budget-emails", at([...path, "emails"]), message, { hint }));
    }
    return problems;
  });
}
