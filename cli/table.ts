/** Rows as text: aligned columns for people, CSV for spreadsheets. */

/** Aligns columns by two spaces; the last column is not padded. `header` paints the first row. */
export function renderTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  header: (text: string) => string = (text) => text,
): string {
  const lines = [columns, ...rows].map((row) => row.map(visible));
  const widths = columns.map((_, column) =>
    lines.reduce((widest, line) => Math.max(widest, [...(line[column] ?? "")].length), 0),
  );
  const texts = lines.map((line) =>
    line
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - [...cell].length))
      .join("  ")
      .trimEnd(),
  );
  return texts.map((text, index) => `${index === 0 ? header(text) : text}\n`).join("");
}

/** RFC 4180. A cell that a spreadsheet would run as a formula starts with an apostrophe instead. */
export function renderCsv(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

/** https://owasp.org/www-community/attacks/CSV_Injection */
function csvCell(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: whoever prints the file would send them to the terminal
  const shown = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, "\u{fffd}");
  const inert = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(shown) ? `'${shown}` : shown;
  return /[",;\t\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** Control characters would move the cursor or colour the terminal. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\u{fffd}");
}
