/** Where in the code the cause of a finding is written. */
import type { Location } from "../../lib/finding.ts";
import { parseAddress } from "../address.ts";
import type { Attribute, Block } from "./block.ts";
import { blockOf, type Code, callOfForeign } from "./code.ts";
import { documentAt, type Spot, statementSpot } from "./documents.ts";
import { expressionOf, follow } from "./references.ts";
import { type Scope, scopeOf, type Written } from "./scope.ts";
import type { Locatable } from "./source.ts";
import { statementLine } from "./statements.ts";
import { Reader, type Variables } from "./values.ts";

/** The line of a finding's cause; `null` when the code does not hold it. */
export function locationOf(code: Code, finding: Locatable, variables: Variables): Location | null {
  const address = parseAddress(finding.address);
  const found = address && blockOf(code, address);
  if (!found) return null;
  const scope = scopeOf(found.block, found.module, address);
  const { file, line, module } = spotOf(code, found.block, scope, finding, variables);
  const call = callOfForeign(module);
  return call ? { file: call.file, line: call.line } : { file, line };
}

function spotOf(code: Code, block: Block, scope: Scope, finding: Locatable, variables: Variables): Spot {
  const { attribute: path, statement } = finding;
  const attribute = attributeAt(block, path);
  const { module } = scope.place;
  if (!attribute) return { file: block.file, line: (innermost(block, path) ?? block).line, module };
  const written = { attribute, scope };
  // what the whole is about is set where somebody gives it to the module
  if (statement === null) return lineIn(follow(code, expressionOf(written), "var"));
  const home = follow(code, expressionOf(written));
  const document = documentAt(home.node, home.scope.place);
  if (document) return statementSpot(code, document, statement.index, statement.sid);
  const origin = statement.index === null ? null : new Reader(code, variables).statement(written, statement.index);
  if (origin) return lineIn(origin.written, origin.at);
  const line = statement.index === null ? home.attribute.line : statementLine(home.attribute, statement.index);
  return { file: home.attribute.file, line, module: home.scope.place.module };
}

function lineIn({ attribute, scope }: Written, at = 0): Spot {
  const { file, line, expression } = attribute;
  const breaks = expression.slice(0, at).split("\n").length - 1;
  return { file, line: line + breaks, module: scope.place.module };
}

const step = /^(?<name>[^[]+)(?:\[(?<index>\d+)\])?$/;

/** The nested block that a path such as `inline_policy[0].policy` leads to, or the one that generates it. */
function innermost(block: Block, path: string): Block | null {
  return path
    .split(".")
    .slice(0, -1)
    .reduce<Block | null>((outer, part) => {
      const { name, index = "0" } = step.exec(part)?.groups ?? {};
      const written = outer?.blocks.filter(({ head }) => head[0] === name) ?? [];
      const generated = outer?.blocks.filter(({ head }) => head[0] === "dynamic" && head[1] === name) ?? [];
      return (generated.length > 0 ? generated[0] : written[Number(index)]) ?? null;
    }, block);
}

/** The attribute at a path; of a list in it, the whole. */
export function attributeAt(block: Block, path: string): Attribute | undefined {
  const name = step.exec(path.split(".").at(-1) ?? "")?.groups?.name;
  return innermost(block, path)?.attributes.get(name ?? "");
}
