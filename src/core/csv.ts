/** The media type of CSV (RFC 4180, RFC 7111). */
export const CSV = "text/csv; charset=utf-8";

/**
 * What a spreadsheet would take for a formula (OWASP, CSV injection), and the quote that keeps it from that: so that a
 * text which begins with the quote gets one more, and `unquoteFormula` gives every text back.
 */
const FORMULA = /^['=+\-@\t\r\n＝＋－＠]/;

/** What a cell is quoted for. */
const NEEDS_QUOTES = /^[ '=+\-@＝＋－＠]|[,"\r\n\t;|\uFEFF]| $/;

type Cell = string | number | boolean | Date | null;

/** `rows` as lines of CSV (RFC 4180). A text that a spreadsheet would run is quoted, and so is read as text. */
export const toCsv = (rows: readonly (readonly Cell[])[]): string =>
  rows.map((row) => `${row.map(writeCell).join(",")}\r\n`).join("");

function writeCell(cell: Cell): string {
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== "string") return String(cell ?? "");
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The text that `toCsv` made `cell` of. */
export const unquoteFormula = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;

/** How much of a CSV text is read. */
interface CsvLimits {
  rows: number;
  columns: number;
}

/** Why a CSV text is not read: it has more rows or columns than are read. */
export type CsvProblem = "rows" | "columns";

/** A row by its number in the text, blank ones counted; without cells where a quote in it is never closed, or closed too early. */
export interface CsvRow {
  row: number;
  cells: string[] | undefined;
}

/** The line by which Excel is told the separator. */
const SEPARATOR_LINE = /^"?sep=([^"\r\n])"?(?:\r\n|\r|\n|$)/i;
const SEPARATORS = [",", ";", "\t", "|"];

/**
 * Returns the rows of a CSV text that are not blank, the one with the names of its columns included, whichever separator and line ends it
 * has; or the first problem with it, at which reading ends. A row with a bad quote ends with its line, so that it costs no other.
 */
export function parseCsv(text: string, limits: CsvLimits): CsvRow[] | CsvProblem {
  const [told = "", separator = separatorOf(text)] = SEPARATOR_LINE.exec(text) ?? [];
  const rows: CsvRow[] = [];
  let place = told.length;
  for (let row = told === "" ? 1 : 2; place < text.length; row++) {
    const read = readRow(text, place, separator, limits.columns);
    if (read.cells && read.cells.length > limits.columns) return "columns";
    place = read.end;
    if (read.cells?.every((cell) => cell.trim() === "")) continue;
    if (rows.length >= limits.rows) return "rows";
    rows.push({ row, cells: read.cells });
  }
  return rows;
}

/** The separator that the first line with anything in it has most of, outside quotes. */
function separatorOf(text: string): string {
  const [line = ""] = /[^\s][^\r\n]*/.exec(text) ?? [];
  const counts = SEPARATORS.map((separator) => line.replace(/"[^"]*"/g, "").split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ",";
}

/** Reads one row from `start` on, and where the next begins. Reading stops after one column too many. */
function readRow(text: string, start: number, separator: string, columns: number) {
  const cells: string[] = [];
  for (let place = start; cells.length <= columns; place++) {
    const cell = text[place] === '"' ? readQuoted(text, place) : readPlain(text, place, separator);
    if (!cell || !isEnd(text, cell.end, separator)) return { cells: undefined, end: afterLine(text, start) };
    cells.push(cell.value);
    place = cell.end;
    if (text[place] !== separator) return { cells, end: afterLine(text, place) };
  }
  return { cells, end: start };
}

/** The cell whose opening quote is at `start`; undefined where none closes it. */
function readQuoted(text: string, start: number) {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  return end === -1 ? undefined : { value: text.slice(start + 1, end).replaceAll('""', '"'), end: end + 1 };
}

function readPlain(text: string, start: number, separator: string) {
  let end = start;
  while (!isEnd(text, end, separator)) end++;
  return { value: text.slice(start, end), end };
}

/** Whether a cell may end at `place`: before a separator, a line's end or the text's. */
const isEnd = (text: string, place: number, separator: string) =>
  place >= text.length || text[place] === separator || text[place] === "\n" || text[place] === "\r";

/** Where the line after the one of `place` begins. */
function afterLine(text: string, place: number): number {
  let end = place;
  while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end++;
  return text[end] === "\r" && text[end + 1] === "\n" ? end + 2 : end + 1;
}
