import { toCsv } from "../../../core/csv.ts";
import type { NamedEntry } from "../time-entries/service.ts";

/** Column names in the first line of the CSV, by which the import finds the columns. */
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

/** Writes entries as CSV, with a first line of column names. */
export async function* writeCsv(pages: AsyncIterable<readonly NamedEntry[]>) {
  let head: string = toCsv([COLUMNS]);
  for await (const entries of pages) {
    yield head + toCsv(entries.map((entry) => COLUMNS.map((column) => cellOf(entry, column))));
    head = "";
  }
}

function cellOf(entry: NamedEntry, column: (typeof COLUMNS)[number]) {
  if (column === "tags") return joinTags(entry.tags);
  if (column === "seconds")
    return entry.ended_at && (Number(entry.ended_at) - Number(entry.started_at)) / 1000;
  return entry[column];
}

/** Returns names as one cell, separated by commas. Commas and backslashes in names get a backslash. */
export const joinTags = (names: readonly string[]): string =>
  names.map((name) => name.replace(/[\\,]/g, "\\$&")).join(", ");

/** Returns the names in a cell that `joinTags` wrote. */
export const splitTags = (cell: string): string[] =>
  [...cell.matchAll(/(?:\\.|[^\\,])+/gs)].flatMap(([name]) => name.replace(/\\(.)/gs, "$1").trim() || []);
