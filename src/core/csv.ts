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

/** The rows of a CSV text, whichever separator and line ends it has; none for one that never closes a quote. */
export function parseCsv(text: string): string[][] | undefined {
  const { data, errors } = Papa.parse<string[]>(text, { skipEmptyLines: "greedy" });
  return errors.some(({ type }) => type === "Quotes") ? undefined : data;
}
