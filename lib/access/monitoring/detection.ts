/** IAM Access Analyzer, GuardDuty, Security Hub: who administers them, and in which Regions. */
import { byCodeUnit } from "../../finding.ts";
import { type Context, regionsOf } from "../../manifest/context.ts";
import type { Monitoring } from "../graph.ts";
import { sortedSet } from "../sorted.ts";

type Detection = Pick<Monitoring, "accessAnalyzer" | "guardDuty" | "securityHub">;

/** In a single account there is nobody to delegate to: the account itself stands for the administrator. */
export function resolveDetection({ manifest, at }: Context): Detection {
  const { accessAnalyzer, guardDuty, securityHub } = manifest.monitoring;
  const common = (service: "accessAnalyzer" | "guardDuty" | "securityHub", administrator: string | undefined) => ({
    place: at(["monitoring", service]),
    administrator: administrator ?? manifest.organization.managementAccount,
  });
  const regions = (written: readonly string[] | undefined) => sortedSet(written ?? regionsOf(manifest));
  return {
    accessAnalyzer: accessAnalyzer
      ? {
          ...common("accessAnalyzer", accessAnalyzer.administrator),
          externalRegions: accessAnalyzer.external ? regions(accessAnalyzer.regions) : [],
          unusedAccessDays: daysOf(accessAnalyzer.unusedAccess),
        }
      : null,
    guardDuty: guardDuty
      ? {
          ...common("guardDuty", guardDuty.administrator),
          regions: regions(guardDuty.regions),
          features: sortedSet(guardDuty.features),
          findings: guardDuty.findings,
        }
      : null,
    securityHub: securityHub
      ? {
          ...common("securityHub", securityHub.administrator),
          regions: regions(securityHub.regions),
          standards: [...new Set(securityHub.standards)].sort(byCodeUnit),
          defaultStandards: securityHub.newAccounts === "default-standards",
        }
      : null,
  };
}

/** 90 days is what AWS suggests. */
function daysOf(unused: boolean | { days: number }): number | null {
  if (typeof unused === "object") return unused.days;
  return unused ? 90 : null;
}
