/** Conformance packs and managed rules of AWS Config, and dashboards in files. */

import { packParameters } from "../../../access/conformance-packs.ts";
import { dashboardFile } from "../../../access/monitoring/alarms.ts";
import { limits } from "../../../limits.ts";
import type { Problem } from "../../../problem.ts";
import { didYouMean } from "../../../suggest.ts";
import type { Context } from "../../context.ts";
import { keysAt, nodeAt } from "../../node.ts";
import { parseYaml } from "../../parse.ts";
import { error } from "../../problems.ts";

/** `conformance-pack-file`, `conformance-pack-too-large`, `unknown-pack-parameter`, `dashboard-file`. */
export function checkConfig(context: Context): Problem[] {
  return [...packs(context), ...dashboards(context)];
}

function packs({ manifest, at, text }: Context): Problem[] {
  return Object.entries(manifest.monitoring.config?.conformancePacks ?? {}).flatMap(
    ([key, { pack, file, parameters }]) => {
      const path = ["monitoring", "config", "conformancePacks", key];
      const place = at([...path, "file"]);
      const template = text([...path, "file"], file);
      if (pack === undefined && template === null) return [];
      const size = Buffer.byteLength(template ?? "");
      const most = limits.conformancePackSize.value;
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
