/** What each account may cost, and who is told before it does. Applied in the management account, which gets the bill. */
import type { Construct } from "constructs";
import type { AccessGraph, Budget } from "../lib/access/graph.ts";
import { BudgetsBudget } from "./aws.ts";
import { BaseStack } from "./base-stack.ts";
import type { StackInfo } from "./plan-order.ts";

export type BudgetsProps = Pick<AccessGraph, "organization" | "accounts" | "budgets" | "terraform">;

export class BudgetsStack extends BaseStack {
  constructor(scope: Construct, info: StackInfo, props: BudgetsProps) {
    super(scope, info, props);
    for (const budget of props.budgets) this.budget(budget);
  }

  private budget({ key, account, name, amount, unit, period, alerts, emails }: Budget): void {
    this.add(BudgetsBudget, [key, account], {
      name,
      budgetType: "COST",
      limitAmount: String(amount),
      limitUnit: unit,
      timeUnit: period,
      // the bill of a single account is its own
      ...(this.account(account).alone
        ? {}
        : { costFilter: [{ name: "LinkedAccount", values: [this.accountId(account)] }] }),
      notification: alerts.map(({ at, forecast }) => ({
        comparisonOperator: "GREATER_THAN",
        threshold: at,
        thresholdType: "PERCENTAGE",
        notificationType: forecast ? "FORECASTED" : "ACTUAL",
        subscriberEmailAddresses: [...emails],
      })),
    });
  }
}
