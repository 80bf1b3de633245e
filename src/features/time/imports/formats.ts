import { z } from "@hono/zod-openapi";
import { type CsvProblem, type CsvRow, parseCsv, unquoteFormula } from "../../../core/csv.ts";
import { canonicalIdentifier } from "../../../core/email-address.ts";
import { AppError } from "../../../core/errors.ts";
import { fromDigits } from "../../../core/whole-number.ts";
import { recordName } from "../../../http/ownership-query.ts";
import { moment, text, uuid } from "../../../http/schema-parts.ts";
import { COLUMNS, splitTags } from "../formats/csv.ts";
import { Kind } from "../time-entries/schemas.ts";
import { addKeys, type Identity, type Keys } from "./keys.ts";
import { readingsOf } from "./lengths.ts";
import { type Columns, type Field, PRESETS, type Preset } from "./presets.ts";
import type { ImportQuery } from "./schemas.ts";
import { foreignTimes, type Place, type Times } from "./spans.ts";
import { type DateOrder, ordersOf, partsOf } from "./times.ts";
import { readIntervals } from "./timewarrior.ts";

/** A row that can be tried, by keys that are the same whenever it is read. */
export interface ReadRow extends Keys {
  row: number;
  entry: z.output<ReturnType<typeof entryWith>>;
  times: Times;
  /** What it is called here, if it came from here. */
  id?: string;
}

/** A row that can't. */
export interface BadRow {
  row: number;
  problem: string;
}

const MAX_ROWS = 2_000;
const MAX_COLUMNS = 200;
/** As much as a hundred tags with the longest names take, every letter of them escaped. */
const MAX_TAGS_LENGTH = 100 * (2 * 50 + 2);

const nameOrNone = (max: number) => z.union([z.literal("").transform(() => null), recordName(max, "")]);

/** An entry whose cell of tags `split` takes apart. */
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
    /** Null where the file does not say: then it is as its project is. */
    is_billable: z.boolean({ error: "must be yes or no" }).nullable(),
    planned_seconds: z.int().min(0).max(2_147_483_647).nullable(),
  });

const OwnEntry = entryWith(splitTags);
const ForeignEntry = entryWith((cell) => cell.split(",").flatMap((name) => name.trim() || []));

/** One row by the names of its columns. */
type Cells = (column: string) => string;

/** A row of a table, by its number in the file. */
export interface TableRow {
  row: number;
  cells: Cells;
}

/** The rows of a file, good and bad. @throws AppError VALIDATION_ERROR for what is no such file */
export async function readFile(file: string, query: ImportQuery): Promise<(ReadRow | BadRow)[]> {
  const { format } = query;
  if (format === "csv") {
    if (query.columns) refuse("query.columns", "must be omitted for the csv format");
    const { table, bad } = readTable(
      file,
      COLUMNS.filter((column) => !NEEDLESS.includes(column)),
      query,
    );
    return [...bad, ...table.map(readOwn)];
  }
  const preset: Preset = PRESETS[format];
  const columns: Columns = { ...preset.columns, ...query.columns };
  const { table, bad } =
    format === "timewarrior" ? { table: intervalsOf(file), bad: [] } : readTable(file, [], query, columns);
  const rows = table.map(({ row, cells }): Place => ({ row, cells, ...fieldsOf(cells, columns, preset) }));
  const mine = ofOnePerson(rows, query);
  const order = dateOrder(rows, query);
  const read = mine.map((place) => readForeign(place, order, format));
  return [
    ...bad,
    ...read.filter((row) => "problem" in row),
    ...(await addKeys(read.filter((row) => "identity" in row))),
  ];
}

const CSV_PROBLEMS: Record<CsvProblem, string> = {
  rows: `must have at most ${MAX_ROWS} rows: import the file in parts`,
  columns: `must have at most ${MAX_COLUMNS} columns in each row: export fewer`,
};
const BAD_QUOTE = "unterminated quote, or text after a closing quote";

/** The rows of CSV under its first, which must have the columns `needed`, and a beginning by `columns`. */
function readTable(
  file: string,
  needed: readonly string[],
  { format, columns: mapped }: ImportQuery,
  columns?: Columns,
) {
  const read = parseCsv(file, { rows: MAX_ROWS + 1, columns: MAX_COLUMNS });
  if (typeof read === "string") refuse("body", CSV_PROBLEMS[read]);
  const [head, ...rows] = read;
  if (head && !head.cells) refuse("body", `must be CSV: ${BAD_QUOTE} in the first row`);
  const places = placesOf(head?.cells ?? []);
  const lacking = Object.values(mapped ?? {})
    .flat(2)
    .filter((column) => !places.has(column));
  if (lacking.length > 0)
    refuse("query.columns", `must name columns of the file, but it lacks ${lacking.join(", ")}`);
  const begins = [...(columns?.start ?? []), ...(columns?.start_date ?? [])].flat();
  const hasBeginning = !columns || begins.some((column) => places.has(column));
  const missing = [
    ...needed.filter((column) => !places.has(column)),
    ...(hasBeginning ? [] : begins.slice(0, 1)),
  ];
  if (missing.length > 0)
    refuse("body", `must be a ${format} file, but lacks the columns ${missing.join(", ")}`);
  return {
    table: rows.flatMap(({ row, cells }) =>
      cells ? { row, cells: (column: string) => cells[places.get(column) ?? -1]?.trim() ?? "" } : [],
    ),
    bad: rows.flatMap(({ row, cells }: CsvRow): BadRow[] =>
      cells ? [] : [{ row, problem: `quotes: ${BAD_QUOTE}` }],
    ),
  };
}

/** Where the columns are, by their names: the first of those with one name. */
const placesOf = (head: string[]): Map<string, number> =>
  new Map(head.map((name, place): [string, number] => [name.trim().toLowerCase(), place]).reverse());

/** What the export tells and the import does not ask. */
const NEEDLESS: readonly string[] = ["seconds", "source", "owner_id", "created_at", "updated_at"];

/** A row of our own export. */
function readOwn({ row, cells: quoted }: TableRow): ReadRow | BadRow {
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

/** What a row says in each field, and what a number alone counts as its length. */
function fieldsOf(cells: Cells, columns: Columns, preset: Preset) {
  const chosen = (field: Field) =>
    columns[field]?.find((column) => [column].flat().some((name) => cells(name) !== "")) ?? [];
  const said = (field: Field) =>
    [chosen(field)]
      .flat()
      .flatMap((name) => cells(name) || [])
      .join(field === "description" ? "\n" : " ");
  const named = unitOf([chosen("duration")].flat().join(" "));
  return { said, unit: named ?? preset.unit, isUnitNamed: named !== undefined };
}

/** The unit that the name of a column of lengths says, if it says one. */
function unitOf(column: string) {
  const words = column.toLowerCase().replace(/[^a-z]+/g, " ");
  if (/\b(min|mins|minutes)\b/.test(words)) return "minutes";
  if (/\b(s|sec|secs|seconds)\b/.test(words)) return "seconds";
  return /\b(h|hr|hrs|hours|decimal)\b/.test(words) ? "hours" : undefined;
}

/** A row that is named by all that it says. */
type Unnamed = BadRow | (Omit<ReadRow, keyof Keys> & { identity: Identity });

/** A row of another program's. */
function readForeign(place: Place, order: DateOrder, format: ImportQuery["format"]): Unnamed {
  const { row, cells, said, unit, isUnitNamed } = place;
  const entry = (format === "timewarrior" ? OwnEntry : ForeignEntry).safeParse({
    description: said("description"),
    client: said("client"),
    project: said("project"),
    task: said("task"),
    tags: said("tags"),
    kind: format === "clockify" && /^break$/i.test(cells("type")) ? "break" : "work",
    is_billable: billableOf(said("billable")),
    planned_seconds: null,
  });
  if (!entry.success) return { row, problem: problemOf(entry.error) };
  const length = said("duration");
  const lengths = readingsOf(length, unit, isUnitNamed);
  if (length !== "" && lengths.length === 0)
    return { row, problem: "duration: must be a length such as 1:30:00, 1h 30m, 90 min or 1.5" };
  const span = foreignTimes(place, lengths, order);
  if (typeof span === "string") return { row, problem: span };
  // As before Clockify's activities and breaks were read, so that these rows are known again.
  const isReport = format === "toggl" || format === "clockify";
  const task = isReport && cells("task") === "" ? null : entry.data.task;
  const taken = { ...entry.data, task, kind: "work", is_billable: entry.data.is_billable ?? false };
  // Earlier releases took no length down that was in another form.
  const wasRead = /^\d+:[0-5]\d:[0-5]\d$/.test(length);
  const meant = { ...taken, tags: [...new Set(taken.tags)].sort() };
  const identity: Identity = {
    meaning: [meant, span.meaning],
    written: [taken, wasRead ? span.written.withLength : span.written.withoutLength],
    otherwise: span.otherwise.flatMap((times) => [
      [taken, times],
      [meant, times],
    ]),
  };
  return { row, entry: entry.data, times: span.times, identity };
}

/** What a cell says of being billable: null for nothing, undefined for what is not understood. */
function billableOf(cell: string): boolean | null | undefined {
  if (cell === "" || /^undetermined$/i.test(cell)) return null;
  if (/^(yes|true|1|y|x|billable|billed|paid)$/i.test(cell)) return true;
  return /^(no|false|0|n|(not |non-?)billable)$/i.test(cell) ? false : undefined;
}

/** The rows of the person asked for; all, where there is one only. */
function ofOnePerson(rows: Place[], { email }: ImportQuery) {
  const personOf = ({ said }: Place) => canonicalIdentifier(said("user")).toLowerCase();
  const wanted = email === undefined ? undefined : canonicalIdentifier(email.trim()).toLowerCase();
  if (wanted !== undefined) {
    const theirs = rows.filter((row) => personOf(row) === wanted);
    if (theirs.length === 0 && rows.length > 0)
      refuse("query.email", `must name a person in the file: ${peopleIn(rows)}`);
    return theirs;
  }
  if (new Set(rows.map(personOf)).size > 1)
    refuse("query.email", "must be given: the file has entries of several people");
  return rows;
}

/** Whose rows a file has, as advice to a caller who asked for another person's. */
function peopleIn(rows: Place[]): string {
  const people = [...new Set(rows.flatMap(({ said }) => said("user") || []))];
  if (people.length === 0) return "the file names no people. Omit this parameter";
  const named = people.slice(0, NAMED_PEOPLE).map((name) => name.slice(0, 100));
  const others = people.length - named.length;
  return `the file has entries of ${named.join(", ")}${others > 0 ? ` and ${others} more` : ""}`;
}

const NAMED_PEOPLE = 3;

/** The order of the numbers in dates: as asked for, as one of the file proves, or as is usual. */
function dateOrder(rows: Place[], { date_order: asked }: ImportQuery): DateOrder {
  if (asked) return asked;
  const { isNeeded, proven, usual } = ordersOf(
    rows.flatMap(({ said }) => [
      ...[said("start_date"), said("end_date")],
      ...[said("start"), said("end")].map((text) => partsOf(text).date),
    ]),
  );
  const told = new Set([...proven, ...(usual ? [usual] : [])]);
  if (told.size > 1) refuse("body", "must have all dates in one order: export the file again, or split it");
  const [order] = told;
  if (isNeeded && !order) refuse("query.date_order", "must be given: no date in the file shows the order");
  return order ?? "dmy";
}

const problemOf = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => [...path.map(String), message].join(": ")).join("; ");

function refuse(field: string, message: string): never {
  throw new AppError("VALIDATION_ERROR", { details: [{ field, message, type: "custom" }] });
}
