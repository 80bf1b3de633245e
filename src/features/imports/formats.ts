import { z } from "@hono/zod-openapi";
import { type CsvProblem, parseCsv, unquoteFormula } from "../../core/csv.ts";
import { canonicalIdentifier } from "../../core/email-address.ts";
import { AppError } from "../../core/errors.ts";
import { recordName } from "../../core/owned-parts.ts";
import { moment, text } from "../../core/schema-parts.ts";
import { sha256 } from "../../core/security/encoding.ts";
import { COLUMNS, splitTags } from "../exports/service.ts";
import { Kind } from "../time-entries/schemas.ts";
import type { ImportQuery } from "./schemas.ts";
import { type DateOrder, localTime, orderOf, secondsOf } from "./times.ts";

/** A row that can be tried. */
export interface ReadRow {
  row: number;
  /** The same whenever this row is read. */
  key: string;
  entry: z.output<ReturnType<typeof entryWith>>;
  times: Times;
  /** What it is called here, if it came from here. */
  id?: string;
}

/** Instants, or what clocks showed. */
type Times =
  | { started_at: string; ended_at: string | null }
  | { local_start: string; local_end: string | null; seconds: number | null };

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
    is_billable: z.boolean(),
    planned_seconds: z.int().min(0).max(2_147_483_647).nullable(),
  });

const OwnEntry = entryWith(splitTags);
const ForeignEntry = entryWith((cell) => cell.split(",").flatMap((name) => name.trim() || []));

/** One row by the names of its columns. */
type Cells = (column: string) => string;

/** The rows of a file, good and bad. @throws AppError VALIDATION_ERROR for what is no such file */
export async function readFile(file: string, query: ImportQuery): Promise<(ReadRow | BadRow)[]> {
  const read = parseCsv(file, { rows: MAX_ROWS + 1, columns: MAX_COLUMNS });
  if (typeof read === "string") refuse("body", CSV_PROBLEMS[read]);
  const [head = [], ...rows] = read;
  const places = placesOf(head);
  const table = rows.map((row) => (column: string) => row[places.get(column) ?? -1]?.trim() ?? "");
  const demand = (columns: readonly string[]) => {
    const missing = columns.filter((column) => !places.has(column));
    if (missing.length > 0)
      refuse("body", `lacks the columns ${missing.join(", ")}: is it a ${query.format} file?`);
  };
  if (query.format === "csv") {
    demand(COLUMNS.filter((column) => !NEEDLESS.includes(column)));
    return table.map((cells, index) => readOwn((column) => unquoteFormula(cells(column)), index + 2));
  }
  demand(["start date", "start time"]);
  const mine = ofOnePerson(table, query);
  const order = dateOrder(table, query);
  return Promise.all(withPlaces(mine).map((place) => readForeign(place, order)));
}

const CSV_PROBLEMS: Record<CsvProblem, string> = {
  quotes: "is no CSV: a quote is never closed",
  rows: `has over ${MAX_ROWS} rows: import them in parts`,
  columns: `has a row with over ${MAX_COLUMNS} columns: export fewer`,
};

/** Where the columns are, by their names: the first of those with one name. */
const placesOf = (head: string[]): Map<string, number> =>
  new Map(head.map((name, place): [string, number] => [name.trim().toLowerCase(), place]).reverse());

/** What the export tells and the import does not ask. */
const NEEDLESS: readonly string[] = ["seconds", "source", "owner_id", "created_at", "updated_at"];

/** A row of our own export. */
function readOwn(cells: Cells, row: number): ReadRow | BadRow {
  const [started, ended] = [moment.safeParse(cells("started_at")), moment.safeParse(cells("ended_at"))];
  const entry = OwnEntry.safeParse({
    ...textsOf(cells),
    tags: cells("tags"),
    kind: cells("kind"),
    is_billable: cells("is_billable").toLowerCase() === "true",
    planned_seconds: cells("planned_seconds") === "" ? null : Number(cells("planned_seconds")),
  });
  const id = z.uuid().safeParse(cells("id"));
  if (!entry.success) return { row, problem: problemOf(entry.error) };
  if (!id.success) return { row, problem: "id: is none" };
  if (!started.success) return { row, problem: "started_at: is no instant" };
  if (!ended.success && cells("ended_at") !== "") return { row, problem: "ended_at: is no instant" };
  const times = {
    started_at: started.data.toISOString(),
    ended_at: ended.success ? ended.data.toISOString() : null,
  };
  return { row, key: id.data, id: id.data, entry: entry.data, times };
}

interface Place {
  cells: Cells;
  row: number;
  /** How many rows before it in the file are the same. */
  nth: number;
}

/** A row of Toggl or Clockify. What names it is all that it says; of rows that say the same, also which of them it is. */
async function readForeign({ cells, row, nth }: Place, order: DateOrder): Promise<ReadRow | BadRow> {
  const entry = ForeignEntry.safeParse({
    ...textsOf(cells),
    tags: cells("tags"),
    kind: "work",
    is_billable: /^(yes|true|1)$/i.test(cells("billable")),
    planned_seconds: null,
  });
  if (!entry.success) return { row, problem: problemOf(entry.error) };
  const start = localTime(cells("start date"), cells("start time"), order);
  if (start === undefined) return { row, problem: "start: is no date and time" };
  const [endDate, endTime] = [
    cells("end date") || cells("stop date"),
    cells("end time") || cells("stop time"),
  ];
  const end = endTime ? localTime(endDate, endTime, order) : null;
  if (end === undefined) return { row, problem: "end: is no date and time" };
  const seconds = secondsOf(cells("duration") || cells("duration (h)")) ?? null;
  const times = { local_start: start, local_end: end, seconds };
  return { row, key: await sha256(JSON.stringify([entry.data, times, nth])), entry: entry.data, times };
}

const textsOf = (cells: Cells) => ({
  description: cells("description"),
  client: cells("client"),
  project: cells("project"),
  task: cells("task"),
});

/** The rows of the person asked for; all, where there is one only. */
function ofOnePerson(table: Cells[], { email }: ImportQuery) {
  const personOf = (cells: Cells) =>
    canonicalIdentifier(cells("email") || cells("user") || cells("member")).toLowerCase();
  const wanted = email === undefined ? undefined : canonicalIdentifier(email.trim()).toLowerCase();
  const rows = table.map((cells, index) => ({ cells, row: index + 2 }));
  if (wanted !== undefined) return rows.filter(({ cells }) => personOf(cells) === wanted);
  if (new Set(table.map(personOf)).size > 1)
    refuse("query.email", "is needed: the file has entries of several people");
  return rows;
}

function dateOrder(table: Cells[], query: ImportQuery): DateOrder {
  const told = orderOf(
    table.flatMap((cells) => [cells("start date"), cells("end date"), cells("stop date")]),
  );
  if (query.date_order) return query.date_order;
  if (told === "none") return refuse("body", "has dates in more than one order");
  return told === "any"
    ? "dmy"
    : (told ?? refuse("query.date_order", "is needed: no date of the file tells"));
}

/** Each row with how often it was there before. */
function withPlaces(rows: { cells: Cells; row: number }[]): Place[] {
  const seen = new Map<string, number>();
  return rows.map(({ cells, row }) => {
    const name = JSON.stringify(SAID.map(cells));
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    return { cells, row, nth };
  });
}

/** The columns that say what a row is. */
const SAID = [
  ...[
    "start date",
    "start time",
    "end date",
    "end time",
    "stop date",
    "stop time",
    "duration",
    "duration (h)",
  ],
  ...["description", "client", "project", "task", "tags", "billable"],
];

const problemOf = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => [...path.map(String), message].join(": ")).join("; ");

function refuse(field: string, message: string): never {
  throw new AppError("VALIDATION_ERROR", { details: [{ field, message, type: "custom" }] });
}
