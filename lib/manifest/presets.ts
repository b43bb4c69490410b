/** Organization policies that ship with Gatehouse, by name. */
import { dataPerimeter } from "./presets/data-perimeter.ts";
import { guardrails } from "./presets/guardrails.ts";
import { managementPolicies } from "./presets/management-policies.ts";
import type { Preset } from "./presets/preset.ts";

export type { Preset, PresetContext, PresetOption, PresetOptions, PresetRequest } from "./presets/preset.ts";
export { noOptions } from "./presets/preset.ts";

export const presetNames = [
  "deny-root-user",
  "deny-leave-organization",
  "deny-iam-users",
  "deny-s3-public-access-changes",
  "protect-monitoring",
  "region-allow-list",
  "require-imdsv2",
  "data-perimeter-identities",
  "data-perimeter-resources",
  "data-perimeter-networks",
  "ai-opt-out",
  "no-public-images",
] as const;
export type PresetName = (typeof presetNames)[number];

export const presets: Readonly<Record<PresetName, Preset>> = { ...guardrails, ...dataPerimeter, ...managementPolicies };
