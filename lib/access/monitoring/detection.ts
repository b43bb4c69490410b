/** IAM Access Analyzer, GuardDuty, Security Hub: who administers them, and in which Regions. */
import { regionsOf } from "../../manifest/context.ts";
import { securityHubStandards } from "../../manifest/schema/monitoring/detection.ts";
import type { Manifest } from "../../manifest/schema.ts";
import type { Monitoring } from "../graph.ts";
import { sortedSet } from "../sorted.ts";

type Detection = Pick<Monitoring, "accessAnalyzer" | "guardDuty" | "securityHub">;

export function resolveDetection(manifest: Manifest): Detection {
  const { accessAnalyzer, guardDuty, securityHub } = manifest.monitoring;
  const { managementAccount } = manifest.organization;
  const regions = (written: readonly string[] | undefined) => sortedSet(written ?? regionsOf(manifest));
  return {
    accessAnalyzer:
      accessAnalyzer === undefined
        ? null
        : {
            administrator: accessAnalyzer.administrator ?? managementAccount,
            externalRegions: accessAnalyzer.external ? regions(accessAnalyzer.regions) : [],
            unusedAccessDays: daysOf(accessAnalyzer.unusedAccess),
          },
    guardDuty:
      guardDuty === undefined
        ? null
        : {
            administrator: guardDuty.administrator,
            regions: regions(guardDuty.regions),
            features: sortedSet(guardDuty.features),
            findings: guardDuty.findings,
          },
    securityHub:
      securityHub === undefined
        ? null
        : {
            administrator: securityHub.administrator,
            regions: regions(securityHub.regions),
            standards: sortedSet(securityHub.standards.map((name) => securityHubStandards[name])),
            defaultStandards: securityHub.newAccounts === "default-standards",
          },
  };
}

/** 90 days is what AWS suggests. */
function daysOf(unused: boolean | { days: number }): number | null {
  if (typeof unused === "object") return unused.days;
  return unused ? 90 : null;
}
