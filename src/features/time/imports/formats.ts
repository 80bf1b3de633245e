import { z } from "@hono/zod-openapi";
import { type CsvProblem, type CsvRow, parseCsv, unquoteFormula } from "../../../core/csv.ts";
import { canonicalIdentifier } from "../../../core/email-address.ts";
import { AppError } from "../../../core/errors.ts";
import { fromDigits } from "../../../core/whole-number.ts";
import { recordName } from "../../../http/ownership-query.ts";
import { composeName, moment, text, uuid } from "../../../http/schema-parts.ts";
import { COLUMNS, splitTags } from "../formats/csv.ts";
import { Kind } from "../time-entries/schemas.ts";
import { addKeys, type Identity, type Keys, type Statement } from "./keys.ts";
import { findPossibleLengths } from "./lengths.ts";
import { type Columns, columnName, type Field, PRESETS, type Preset } from "./presets.ts";
import type { ImportQuery } from "./schemas.ts";
import { type ForeignRow, readTimes, type Times } from "./spans.ts";
import { DATE_ORDERS, type DateOrder, findOrders, instantOf, localDate, splitDateTime } from "./times.ts";
import { readIntervals } from "./timewarrior.ts";

/** Valid row, with keys that are equal whenever it is read. */
export interface ReadRow extends Keys {
  row: number;
  entry: z.output<ReturnType<typeof entryWith>>;
  times: Times;
  /** Id of the entry in this service's own export. */
  id?: string;
}

/** Invalid row. */
export interface InvalidRow {
  row: number;
  problem: string;
}

const MAX_ROWS = 2_000;
const MAX_COLUMNS = 200;
/** Length of a hundred tags with the longest names and every character escaped. */
const MAX_TAGS_LENGTH = 100 * (2 * 50 + 2);

const nameOrNone = (max: number) => z.union([z.literal("").transform(() => null), recordName(max, "")]);

/** Returns the schema of an entry whose cell of tags `split` splits. */
const entryWith = (split: (cell: string) => string[]) =>
  z.object({
    description: text(0, 3000),
    client: nameOrNone(100),
    project: nameOrNone(100),
    task: nameOrNone(255),
    tags: z
      .string()
      .max(MAX_TAGS_LENGTH)
      .transform(split)
      .pipe(z.array(recordName(50, "")).max(100)),
    kind: Kind,
    /** Null if the file does not say: the project decides. */
    is_billable: z.boolean({ error: "must be yes or no" }).nullable(),
    planned_seconds: z.int().min(0).max(2_147_483_647).nullable(),
  });

const OwnEntry = entryWith(splitTags);
const ForeignEntry = entryWith((cell) => cell.split(",").flatMap((name) => name.trim() || []));

/** Returns the cell of a row in the column with a name. */
type Cells = (column: string) => string;

/** Row of a table, with the number of its first line in the file, or of its interval. */
export interface TableRow {
  row: number;
  cells: Cells;
}

/** Reads the valid and invalid rows of a file. @throws AppError VALIDATION_ERROR for a file in another format */
export async function readFile(file: string, query: ImportQuery): Promise<(ReadRow | InvalidRow)[]> {
  const { format } = query;
  if (format === "csv") {
    if (query.columns) refuse("query.columns", "must be omitted for the csv format");
    const { table, invalid } = readTable(
      file,
      COLUMNS.filter((column) => !OPTIONAL_COLUMNS.includes(column)),
      query,
    );
    return [...invalid, ...table.map(readOwnRow)];
  }
  const preset: Preset = PRESETS[format];
  const columns: Columns = { ...preset.columns, ...query.columns };
  const { table, invalid } =
    format === "timewarrior"
      ? { table: intervalsOf(file), invalid: [] }
      : readTable(file, [], query, columns);
  const rows = table.map(
    ({ row, cells }): ForeignRow => ({ row, cells, ...fieldsOf(cells, columns, preset) }),
  );
  const selected = selectPerson(rows, query);
  const order = findDateOrder(rows, query);
  const read = selected.map((row) => readForeignRow(row, order, format));
  return [
    ...invalid,
    ...read.filter((row) => "problem" in row),
    ...(await addKeys(read.filter((row) => "identity" in row))),
  ];
}

const CSV_PROBLEMS: Record<CsvProblem, string> = {
  rows: `must have at most ${MAX_ROWS} rows: import the file in parts`,
  columns: `must have at most ${MAX_COLUMNS} columns in each row: export fewer`,
};
const BAD_QUOTE = "unterminated quote, or text after a closing quote";
const TOO_MANY_CELLS =
  "columns: the row has more cells than the first row. Put texts that contain the separator in quotes";

/** Reads the rows of CSV below its first row, which must have the columns `required`, and one of the columns of a start in `columns`. */
function readTable(
  file: string,
  required: readonly string[],
  { format, columns: mapped }: ImportQuery,
  columns?: Columns,
) {
  const read = parseCsv(file, { rows: MAX_ROWS + 1, columns: MAX_COLUMNS });
  if (typeof read === "string") refuse("body", CSV_PROBLEMS[read]);
  const [head, ...rows] = read;
  if (head && !head.cells) refuse("body", `must be CSV: ${BAD_QUOTE} in the first row`);
  const names = head?.cells ?? [];
  const indexes = indexColumns(names);
  const unknown = Object.values(mapped ?? {})
    .flat(2)
    .filter((column) => !indexes.has(column));
  if (unknown.length > 0)
    refuse("query.columns", `must name columns of the file, but it lacks ${unknown.join(", ")}`);
  const starts = [...(columns?.start ?? []), ...(columns?.start_date ?? [])].flat();
  const hasStart = !columns || starts.some((column) => indexes.has(column));
  const missing = [
    ...required.filter((column) => !indexes.has(column)),
    ...(hasStart ? [] : starts.slice(0, 1)),
  ];
  if (missing.length > 0)
    refuse("body", `must be a ${format} file, but lacks the columns ${missing.join(", ")}`);
  const table: TableRow[] = [];
  const invalid: InvalidRow[] = [];
  for (const { row, cells } of rows) {
    const problem = problemOfCells(cells, names.length);
    if (problem) invalid.push({ row, problem });
    else table.push({ row, cells: (column) => cells?.[indexes.get(column) ?? -1]?.trim() ?? "" });
  }
  return { table, invalid };
}

/** Returns the problem with the cells of a row, or undefined if each is in its column. */
function problemOfCells(cells: CsvRow["cells"], columns: number): string | undefined {
  if (!cells) return `quotes: ${BAD_QUOTE}`;
  return cells.slice(columns).some((cell) => cell.trim() !== "") ? TOO_MANY_CELLS : undefined;
}

/** Returns the indexes of columns by their names: the first of columns with the same name. */
const indexColumns = (head: string[]): Map<string, number> =>
  new Map(head.map((name, index): [string, number] => [columnName(name), index]).reverse());

/** Columns of this service's own export that the import does not need. */
const OPTIONAL_COLUMNS: readonly string[] = ["seconds", "source", "owner_id", "created_at", "updated_at"];

/** Reads a row of this service's own export. */
function readOwnRow({ row, cells: quoted }: TableRow): ReadRow | InvalidRow {
  const cells: Cells = (column) => unquoteFormula(quoted(column));
  const [started, ended] = [moment.safeParse(cells("started_at")), moment.safeParse(cells("ended_at"))];
  const entry = OwnEntry.safeParse({
    description: cells("description"),
    client: cells("client"),
    project: cells("project"),
    task: cells("task"),
    tags: cells("tags"),
    kind: cells("kind"),
    is_billable: cells("is_billable").toLowerCase() === "true",
    planned_seconds: cells("planned_seconds") === "" ? null : fromDigits(cells("planned_seconds")),
  });
  const id = uuid().safeParse(cells("id"));
  if (!entry.success) return { row, problem: problemOf(entry.error) };
  if (!id.success) return { row, problem: "id: must be a UUID" };
  if (!started.success) return { row, problem: "started_at: must be an RFC 3339 date-time" };
  if (!ended.success && cells("ended_at") !== "")
    return { row, problem: "ended_at: must be an RFC 3339 date-time" };
  const times = {
    started_at: started.data.toISOString(),
    ended_at: ended.success ? ended.data.toISOString() : null,
  };
  return { row, key: id.data, former_keys: [], id: id.data, entry: entry.data, times };
}

function intervalsOf(file: string): TableRow[] {
  const rows = readIntervals(file);
  if (!rows) refuse("body", "must be the output of timew export: a list of intervals in JSON");
  if (rows.length > MAX_ROWS) refuse("body", CSV_PROBLEMS.rows);
  return rows;
}

/** Returns a function for the text of each field of a row, and the unit of lengths. */
function fieldsOf(cells: Cells, columns: Columns, preset: Preset) {
  const columnFor = (field: Field) =>
    columns[field]?.find((column) => [column].flat().some((name) => cells(name) !== "")) ?? [];
  const textOf = (field: Field) =>
    [columnFor(field)]
      .flat()
      .flatMap((name) => cells(name) || [])
      .join(field === "description" ? "\n" : " ");
  const named = unitOf([columnFor("duration")].flat().join(" "));
  return { textOf, unit: named ?? preset.unit, isUnitNamed: named !== undefined };
}

/** Returns the unit in the name of a column of lengths, if it has one. */
function unitOf(column: string) {
  const words = column.toLowerCase().replace(/[^a-z]+/g, " ");
  if (/\b(min|mins|minutes)\b/.test(words)) return "minutes";
  if (/\b(s|sec|secs|seconds)\b/.test(words)) return "seconds";
  return /\b(h|hr|hrs|hours|decimal)\b/.test(words) ? "hours" : undefined;
}

/** Invalid row, or valid row without keys yet. */
type UnkeyedRow = InvalidRow | (Omit<ReadRow, keyof Keys> & { identity: Identity });

/** Reads a row of another program. */
function readForeignRow(foreign: ForeignRow, order: DateOrder, format: ImportQuery["format"]): UnkeyedRow {
  const { row, cells, textOf, unit, isUnitNamed } = foreign;
  const entry = (format === "timewarrior" ? OwnEntry : ForeignEntry).safeParse({
    description: textOf("description"),
    client: textOf("client"),
    project: textOf("project"),
    task: textOf("task"),
    tags: textOf("tags"),
    kind: format === "clockify" && /^break$/i.test(cells("type")) ? "break" : "work",
    is_billable: billableOf(textOf("billable")),
    planned_seconds: null,
  });
  if (!entry.success) return { row, problem: problemOf(entry.error) };
  const length = textOf("duration");
  const lengths = findPossibleLengths(length, unit, isUnitNamed);
  if (length !== "" && lengths.length === 0)
    return { row, problem: "duration: must be a length such as 1:30:00, 1h 30m, 90 min or 1.5" };
  const span = readTimes(foreign, lengths, order);
  if (typeof span === "string") return { row, problem: span };
  // Earlier releases read neither activities nor breaks of Clockify. Their keys must stay equal.
  const isReport = format === "toggl" || format === "clockify";
  const task = isReport && cells("task") === "" ? null : entry.data.task;
  const stored = { ...entry.data, task, kind: "work", is_billable: entry.data.is_billable ?? false };
  // Earlier releases read lengths in this form only.
  const hadLength = /^\d+:[0-5]\d:[0-5]\d$/.test(length);
  const normalized = { ...stored, tags: [...new Set(stored.tags)].sort() };
  const withLineEnds = (end: string) => ({
    ...normalized,
    description: stored.description.replaceAll(/\r\n?|\n/g, end),
  });
  const identity: Identity = {
    meaning: [withLineEnds("\n"), span.meaning],
    written: [stored, hadLength ? span.written.withLength : span.written.withoutLength],
    alternatives: [
      ...span.alternatives.flatMap((times): Statement[] => [
        [stored, times],
        [normalized, times],
      ]),
      // Earlier releases distinguished line ends.
      ...(/[\r\n]/.test(stored.description)
        ? [normalized, withLineEnds("\r\n")].map((entry): Statement => [entry, span.meaning])
        : []),
    ],
  };
  return { row, entry: entry.data, times: span.times, identity };
}

/** Returns whether a cell says billable: null if it says nothing, undefined if it is not understood. */
function billableOf(cell: string): boolean | null | undefined {
  if (cell === "" || /^undetermined$/i.test(cell)) return null;
  if (/^(yes|true|1|y|x|billable|billed|paid|ja|oui|s[ií])$/i.test(cell)) return true;
  return /^(no|false|0|n|(not |non-?)billable|nein|non)$/i.test(cell) ? false : undefined;
}

/**
 * Returns the rows of the requested person, or all rows of the only person and those without a person. Rows without a date, such as the
 * rests of a row with a bad quote, are no evidence of another person.
 */
function selectPerson(rows: ForeignRow[], { email }: ImportQuery) {
  const personOf = ({ textOf }: ForeignRow) => personName(textOf("user"));
  const person = email === undefined ? undefined : personName(email);
  if (person !== undefined) {
    const selected = rows.filter((row) => personOf(row) === person);
    if (selected.length === 0 && rows.length > 0)
      refuse("query.email", `must name a person in the file: ${describePeople(rows)}`);
    return selected;
  }
  const people = new Set(rows.filter(hasDate).map(personOf));
  people.delete("");
  if (people.size > 1) refuse("query.email", "must be given: the file has entries of several people");
  return rows;
}

/** Returns whether the start of a row has a date that is valid in some order. */
function hasDate({ textOf }: ForeignRow): boolean {
  const start = textOf("start");
  const date = splitDateTime(start).date || textOf("start_date");
  return instantOf(start) !== undefined || DATE_ORDERS.some((order) => localDate(date, order) !== undefined);
}

/** Returns the email or name of a person, in the form that is compared. */
const personName = (text: string) => canonicalIdentifier(composeName(text)).toLowerCase();

/** Returns a text that names the people in a file, for the error about another person. */
function describePeople(rows: ForeignRow[]): string {
  const people = [...new Set(rows.flatMap(({ textOf }) => textOf("user") || []))];
  if (people.length === 0) return "the file names no people. Omit this parameter";
  const named = people.slice(0, MAX_NAMED_PEOPLE).map((name) => name.slice(0, 100));
  const others = people.length - named.length;
  return `the file has entries of ${named.join(", ")}${others > 0 ? ` and ${others} more` : ""}`;
}

const MAX_NAMED_PEOPLE = 3;

/** Returns the order of day and month in dates: the requested order, the order that a date of the file proves, or the usual order. */
function findDateOrder(rows: ForeignRow[], { date_order: requested }: ImportQuery): DateOrder {
  if (requested) return requested;
  const { isNeeded, proven, usual } = findOrders(
    rows.flatMap(({ textOf }) => [
      ...[textOf("start_date"), textOf("end_date")],
      ...[textOf("start"), textOf("end")].map((text) => splitDateTime(text).date),
    ]),
  );
  const orders = new Set([...proven, ...(usual ? [usual] : [])]);
  if (orders.size > 1)
    refuse(
      "body",
      "must have all dates in one order: export the file again, split it, or set date_order, which fails the rows in the other order",
    );
  const [order] = orders;
  if (isNeeded && !order) refuse("query.date_order", "must be given: no date in the file shows the order");
  return order ?? "dmy";
}

const problemOf = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => [...path.map(String), message].join(": ")).join("; ");

function refuse(field: string, message: string): never {
  throw new AppError("VALIDATION_ERROR", { details: [{ field, message, type: "custom" }] });
}
