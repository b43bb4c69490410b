/** Every way into one account, for people and for spreadsheets. */
import type { PathKind, PathRow } from "../../lib/access/reach/paths.ts";
import type { View } from "./view.ts";

const words: Record<PathKind, string> = {
  assignment: "Identity Center",
  user: "IAM user",
  breakGlass: "break-glass",
  identityCenter: "could let itself in",
  role: "role",
  delegatedAdministrator: "delegated administrator",
  executionRole: "execution role",
  root: "root user",
};

export const paths: View<PathRow> = {
  noun: "row",
  table: {
    WAY: ({ kind }) => words[kind],
    WHO: ({ who }) => who,
    HOW: ({ how }) => how,
    OPEN: ({ answer }) => answer,
    UNTIL: ({ until }) => until,
    WHERE: where,
    BECAUSE: ({ because }) => because,
  },
  csv: {
    way: ({ kind }) => words[kind],
    who: ({ who }) => who,
    how: ({ how }) => how,
    open: ({ answer }) => answer,
    until: ({ until }) => until,
    because: ({ because }) => because,
    where,
  },
};

function where({ place }: PathRow): string | null {
  return place === null ? null : `${place.file}:${place.line}`;
}
