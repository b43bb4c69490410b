/** One answer of `access` in every format. */
import type { Context } from "../command.ts";
import { renderCsv, renderTable } from "../table.ts";

/** Head of a column, and what a row has in it. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => string | null>>;

export interface View<Row> {
  /** What a row is: `row`, `way in`. */
  noun: string;
  /** For people: `null` is shown as a dash, a column that has nothing in it not at all. */
  table: Columns<Row>;
  /** For spreadsheets: `null` is an empty cell. */
  csv: Columns<Row>;
  /** What is said below the table. */
  below?: (rows: readonly Row[], bold: (text: string) => string) => string;
}

export const formats = ["table", "json", "csv"] as const;
export type Format = (typeof formats)[number];

/** Rows that are written at once: tens of thousands as one text would take the memory twice. */
const atOnce = 1000;

/** Prints the rows on standard output. JSON is a list with a row a line. */
export function print<Row>(rows: readonly Row[], view: View<Row>, { io, format, paint }: Context<Format>): void {
  const write = (text: string) => io.stdout.write(text);
  switch (format) {
    case "json": {
      write("[");
      for (let from = 0; from < rows.length; from += atOnce) {
        const lines = rows.slice(from, from + atOnce).map((row) => `\n${JSON.stringify(row)}`);
        write(`${from === 0 ? "" : ","}${lines.join(",")}`);
      }
      write("\n]\n");
      break;
    }
    case "csv":
      write(renderCsv(Object.keys(view.csv), cells(rows, view.csv, "")));
      break;
    case "table": {
      const columns = filled(rows, view.table);
      write(renderTable(Object.keys(columns), cells(rows, columns, "-"), paint.stdout.bold));
      write(view.below?.(rows, paint.stdout.bold) ?? "");
      break;
    }
  }
}

function filled<Row>(rows: readonly Row[], columns: Columns<Row>): Columns<Row> {
  if (rows.length === 0) return columns;
  return Object.fromEntries(Object.entries(columns).filter(([, cell]) => rows.some((row) => cell(row) !== null)));
}

function cells<Row>(rows: readonly Row[], columns: Columns<Row>, nothing: string): string[][] {
  const read = Object.values(columns);
  return rows.map((row) => read.map((cell) => cell(row) ?? nothing));
}
