import { CSV, toCsv } from "../../../core/csv.ts";
import { beginCalendar, calendarEvent, endCalendar, ICALENDAR } from "../../../core/icalendar.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import { JSON_LINES, toLines } from "../../../http/json-lines.ts";
import type { TimeEntryExportQuery } from "../time-entries/schemas.ts";
import { exportTimeEntries } from "../time-entries/service.ts";
import type { ExportType } from "./schemas.ts";

type Pages = ReturnType<typeof exportTimeEntries>;
type Entry = Pages extends AsyncGenerator<(infer Item)[]> ? Item : never;

interface Form {
  type: string;
  file: string;
  write: (pages: Pages) => AsyncGenerator<string>;
}

/** How each form of an export is made of the pages of entries, and what it is sent as. */
const FORMS: Record<ExportType, Form> = {
  "text/csv": { type: CSV, file: "time-entries.csv", write: writeCsv },
  "application/x-ndjson": { type: JSON_LINES, file: "time-entries.ndjson", write: toLines },
  "text/calendar": { type: ICALENDAR, file: "time-entries.ics", write: (pages) => writeCalendar(pages) },
};

/** The entries that a list with this query has, all of them, as text that comes in parts. @throws AppError PERMISSION_DENIED */
export function exportAs(scope: PrincipalScope, query: TimeEntryExportQuery, wanted: ExportType) {
  const { write, ...form } = FORMS[wanted];
  return { ...form, parts: write(exportTimeEntries(scope, query)) };
}

/** What the first line of the CSV says, and the import looks for. */
export const COLUMNS = [
  "id",
  "started_at",
  "ended_at",
  "seconds",
  "kind",
  "description",
  "client",
  "project",
  "task",
  "tags",
  "is_billable",
  "planned_seconds",
  "source",
  "owner_id",
  "created_at",
  "updated_at",
] as const;

async function* writeCsv(pages: Pages) {
  let head: string = toCsv([COLUMNS]);
  for await (const entries of pages) {
    yield head + toCsv(entries.map((entry) => COLUMNS.map((column) => cellOf(entry, column))));
    head = "";
  }
}

function cellOf(entry: Entry, column: (typeof COLUMNS)[number]) {
  if (column === "tags") return joinTags(entry.tags);
  if (column === "seconds")
    return entry.ended_at && (Number(entry.ended_at) - Number(entry.started_at)) / 1000;
  return entry[column];
}

/** Names in one cell: commas between them, and a backslash before those within. */
export const joinTags = (names: readonly string[]): string =>
  names.map((name) => name.replace(/[\\,]/g, "\\$&")).join(", ");

/** The names that `joinTags` joined. */
export const splitTags = (cell: string): string[] =>
  [...cell.matchAll(/(?:\\.|[^\\,])+/gs)].flatMap(([name]) => name.replace(/\\(.)/gs, "$1").trim() || []);

/** The entries as a calendar; with a name, one that is read again and again. */
export async function* writeCalendar(pages: AsyncIterable<readonly Entry[]>, name?: string) {
  let head = beginCalendar(name);
  for await (const entries of pages) {
    yield head + entries.map((entry) => calendarEvent(eventOf(entry))).join("");
    head = "";
  }
  yield endCalendar();
}

/** What a calendar shows of an entry. */
const eventOf = (entry: Entry) => ({
  uid: entry.id,
  createdAt: entry.created_at,
  changedAt: entry.updated_at ?? entry.created_at,
  start: entry.started_at,
  end: entry.ended_at,
  summary: entry.description || entry.task || entry.project || "Time entry",
  description: [entry.client, entry.project, entry.task].filter(Boolean).join(" / "),
  categories: entry.tags,
});
