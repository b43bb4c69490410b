/** Conformance packs and managed rules of AWS Config, and dashboards in files. */

import { configRules } from "../../../access/config-rules.ts";
import { packParameters } from "../../../access/conformance-packs.ts";
import { dashboardFile } from "../../../access/monitoring/alarms.ts";
import type { Problem } from "../../../problem.ts";
import { didYouMean } from "../../../suggest.ts";
import { allowance } from "../../allowance.ts";
import type { Context } from "../../context.ts";
import { keysAt, nodeAt } from "../../node.ts";
import { parseYaml } from "../../parse.ts";
import { error, warning } from "../../problems.ts";

/**
 * `unknown-config-rule`, `unknown-rule-parameter`, `conformance-pack-file`, `conformance-pack-too-large`,
 * `unknown-pack-parameter`, `dashboard-file`.
 */
export function checkConfig(context: Context): Problem[] {
  return [...rules(context), ...packs(context), ...dashboards(context)];
}

/** Warnings, because AWS adds rules and parameters. */
function rules({ manifest, at }: Context): Problem[] {
  return Object.entries(manifest.monitoring.config?.rules ?? {}).flatMap(([key, { identifier, parameters }]) => {
    const path = ["monitoring", "config", "rules", key];
    const known = configRules().get(identifier);
    if (known === undefined) {
      const message = `no managed rule "${identifier}" is known${didYouMean(identifier, configRules())}`;
      return [warning("unknown-config-rule", at([...path, "identifier"]), message)];
    }
    return Object.keys(parameters)
      .filter((name) => !known.includes(name))
      .map((name) => {
        const message = `${identifier} has no parameter "${name}"${didYouMean(name, known)}`;
        return warning("unknown-rule-parameter", at([...path, "parameters", name]), message);
      });
  });
}

function packs({ manifest, at, text }: Context): Problem[] {
  return Object.entries(manifest.monitoring.config?.conformancePacks ?? {}).flatMap(
    ([key, { pack, file, parameters }]) => {
      const path = ["monitoring", "config", "conformancePacks", key];
      const place = at([...path, "file"]);
      const template = text([...path, "file"], file);
      if (pack === undefined && template === null) return [];
      const size = Buffer.byteLength(template ?? "");
      const most = allowance(manifest, "conformancePackSize").value;
      const tooLarge = `this conformance pack has ${size} bytes; AWS takes ${most}`;
      const found = template === null ? null : readTemplate(template);
      if (found?.hasResources === false) {
        const hint = "it is a CloudFormation template whose Resources are AWS Config rules";
        return [
          error("conformance-pack-file", place, "this file is no conformance pack: it has no Resources", { hint }),
        ];
      }
      const known = pack === undefined ? (found?.parameters ?? []) : Object.keys(packParameters(pack));
      return [
        ...(size > most ? [error("conformance-pack-too-large", place, tooLarge)] : []),
        ...Object.keys(parameters)
          .filter((name) => !known.includes(name))
          .map((name) => {
            const meant = didYouMean(name, known);
            const all = known.length === 0 ? "this pack has none" : `known parameters: ${known.join(", ")}`;
            const message = `unknown parameter "${name}"${meant}`;
            const hint = meant === "" ? all : null;
            return error("unknown-pack-parameter", at([...path, "parameters", name]), message, { hint });
          }),
      ];
    },
  );
}

/** What of a template is asked for; a text that is no YAML has no resources. */
function readTemplate(text: string): { hasResources: boolean; parameters: readonly string[] } {
  const { node } = parseYaml({ name: "template", text });
  if (node === null) return { hasResources: false, parameters: [] };
  return { hasResources: nodeAt(node, ["Resources"])?.kind === "map", parameters: keysAt(node, ["Parameters"]) };
}

function dashboards(context: Context): Problem[] {
  return Object.entries(context.manifest.monitoring.dashboards).flatMap(([key, { file }]) => {
    const path = ["monitoring", "dashboards", key, "file"];
    const isWrong = context.text(path, file) !== null && dashboardFile(context, key, file) === null;
    return isWrong ? [error("dashboard-file", context.at(path), "this file is no JSON object, as a dashboard is")] : [];
  });
}
