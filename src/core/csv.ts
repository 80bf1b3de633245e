import Papa from "papaparse";

/** The media type of CSV (RFC 4180, RFC 7111). */
export const CSV = "text/csv; charset=utf-8";

/**
 * What a spreadsheet would take for a formula (OWASP, CSV injection), and the quote that keeps it from that: so that a
 * text which begins with the quote gets one more, and `unquoteFormula` gives every text back.
 */
const FORMULA = /^['=+\-@\t\r\n＝＋－＠]/;

type Cell = string | number | boolean | Date | null;

/** `rows` as lines of CSV (RFC 4180). A text that a spreadsheet would run is quoted, and so is read as text. */
export const toCsv = (rows: readonly (readonly Cell[])[]): string =>
  rows.length === 0
    ? ""
    : `${Papa.unparse(
        rows.map((row) => [...row]),
        { newline: "\r\n", escapeFormulae: FORMULA },
      )}\r\n`;

/** The text that `toCsv` made `cell` of. */
export const unquoteFormula = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;

/** How much of a CSV text is read. */
interface CsvLimits {
  rows: number;
  columns: number;
}

/** Why a CSV text is not read: a quote is never closed or stands where none may, or it has more rows or columns than are read. */
export type CsvProblem = "quotes" | "rows" | "columns";

/**
 * Returns the rows of a CSV text that are not blank, the one with the names of its columns included, whichever separator and line ends it
 * has; or the first problem with it, at which reading ends.
 */
export function parseCsv(text: string, limits: CsvLimits): string[][] | CsvProblem {
  const rows: string[][] = [];
  let problem: CsvProblem | undefined;
  Papa.parse<string[]>(text, {
    skipEmptyLines: "greedy",
    step: ({ data: row, errors }, parser) => {
      problem = errors.some(({ type }) => type === "Quotes") ? "quotes" : problemOf(row, rows.length, limits);
      if (problem) parser.abort();
      else rows.push(row);
    },
  });
  return problem ?? rows;
}

function problemOf(row: string[], before: number, { rows, columns }: CsvLimits): CsvProblem | undefined {
  if (row.length > columns) return "columns";
  return before >= rows ? "rows" : undefined;
}
