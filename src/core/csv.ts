/** Media type of CSV (RFC 4180, RFC 7111). */
export const CSV = "text/csv; charset=utf-8";

/**
 * Matches text that a spreadsheet would run as a formula (OWASP, CSV injection), and text that begins with the apostrophe that prevents
 * it: such text gets another apostrophe, so that `unquoteFormula` restores every text. The full-width `=`, `+`, `-` and `@` are escaped
 * here, because one character beyond Latin-1 makes V8 keep all of the bundle with two bytes for each character.
 */
const FORMULA = /^['=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** Matches cells that need quotes. */
const NEEDS_QUOTES = /^[ '=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[,"\r\n\t;|\uFEFF]| $/;

type Cell = string | number | boolean | Date | null;

/** Converts `rows` to CSV (RFC 4180). Text that a spreadsheet would run as a formula is escaped. */
export const toCsv = (rows: readonly (readonly Cell[])[]): string =>
  rows.map((row) => `${row.map(writeCell).join(",")}\r\n`).join("");

function writeCell(cell: Cell): string {
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== "string") return String(cell ?? "");
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Removes the escape that `toCsv` adds to a formula. */
export const unquoteFormula = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;

/** Maximum size of a CSV text. */
interface CsvLimits {
  rows: number;
  columns: number;
}

/** Limit that a CSV text exceeds. */
export type CsvProblem = "rows" | "columns";

/** A row and the number of the line where it begins. It has no cells if a quote is not closed, or closed too early. */
export interface CsvRow {
  row: number;
  cells: string[] | undefined;
}

/** Matches the first line that tells Excel the separator. */
const SEPARATOR_LINE = /^"?sep=([^"\r\n])"?(?:\r\n|\r|\n|$)/i;
const SEPARATORS = [",", ";", "\t", "|"];

/**
 * Parses a CSV text with any common separator and line ending. Returns the rows that are not blank, including the header, or the limit
 * that the text exceeds. A row with a bad quote ends with its line, so that it does not affect other rows.
 */
export function parseCsv(text: string, limits: CsvLimits): CsvRow[] | CsvProblem {
  const [separatorLine = "", separator = separatorOf(text)] = SEPARATOR_LINE.exec(text) ?? [];
  const rows: CsvRow[] = [];
  let place = separatorLine.length;
  let line = separatorLine === "" ? 1 : 2;
  while (place < text.length) {
    const row = line;
    const read = readRow(text, place, separator, limits.columns);
    if (read.cells && read.cells.length > limits.columns) return "columns";
    line += countLineEnds(text.slice(place, read.end));
    place = read.end;
    if (read.cells?.every((cell) => cell.trim() === "")) continue;
    if (rows.length >= limits.rows) return "rows";
    rows.push({ row, cells: read.cells });
  }
  return rows;
}

const countLineEnds = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0;

/** Returns the most frequent separator outside quotes in the first line that is not blank. */
function separatorOf(text: string): string {
  const [line = ""] = /[^\s][^\r\n]*/.exec(text) ?? [];
  const counts = SEPARATORS.map((separator) => line.replace(/"[^"]*"/g, "").split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ",";
}

/** Reads one row from `start`, and returns its cells and where the next row begins. Stops at one column beyond the limit. */
function readRow(text: string, start: number, separator: string, columns: number) {
  const cells: string[] = [];
  for (let place = start; cells.length <= columns; place++) {
    const cell = readQuoted(text, place, separator) ?? readPlain(text, place, separator);
    if (!cell) return { cells: undefined, end: afterLine(text, start) };
    cells.push(cell.value);
    place = cell.end;
    if (text[place] !== separator) return { cells, end: afterLine(text, place) };
  }
  return { cells, end: start };
}

/** Reads the cell at `start` that is in quotes, with blanks around them; undefined without quotes, or with a bad quote. */
function readQuoted(text: string, start: number, separator: string) {
  const open = afterBlanks(text, start, separator);
  if (text[open] !== '"') return undefined;
  let close = text.indexOf('"', open + 1);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  const end = afterBlanks(text, close + 1, separator);
  if (close === -1 || !isEnd(text, end, separator)) return undefined;
  return { value: text.slice(open + 1, close).replaceAll('""', '"'), end };
}

/** Reads the cell at `start` that is not in quotes; undefined if it begins with a quote. */
function readPlain(text: string, start: number, separator: string) {
  if (text[start] === '"') return undefined;
  let end = start;
  while (!isEnd(text, end, separator)) end++;
  return { value: text.slice(start, end), end };
}

/** Returns the place after the blanks at `start` that are not separators. */
function afterBlanks(text: string, start: number, separator: string): number {
  let end = start;
  while ((text[end] === " " || text[end] === "\t") && text[end] !== separator) end++;
  return end;
}

/** Returns whether a cell can end at `place`: before a separator, the end of a line, or the end of the text. */
const isEnd = (text: string, place: number, separator: string) =>
  place >= text.length || text[place] === separator || text[place] === "\n" || text[place] === "\r";

/** Returns the start of the line after `place`. */
function afterLine(text: string, place: number): number {
  let end = place;
  while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end++;
  return text[end] === "\r" && text[end + 1] === "\n" ? end + 2 : end + 1;
}
