/** What the Terraform code behind a plan tells the analyzer. */
import type { Finding, Location } from "../../lib/finding.ts";
import type { ExtractOptions } from "../extract.ts";
import type { Plan } from "../plan.ts";

/** What of a finding says where its cause is written. */
export type Locatable = Pick<Finding, "plan" | "address" | "attribute" | "statement">;

export interface Source {
  /** Where the cause of a finding about a plan with these variables is written; `null` when the code does not hold it. */
  locate(finding: Locatable, variables: Plan["variables"]): Location | null;
  /** Whether an access manifest says what stands here, in so many words: somebody decided it there. */
  declares?(finding: Locatable): boolean;
  /** Reads documents that a plan with these variables does not show; `null` when there is no code. */
  documents: ((variables: Plan["variables"]) => NonNullable<ExtractOptions["documentFor"]>) | null;
}
