import { AppError, notFound } from "../../../core/errors.ts";
import { failureOf } from "../../../database/sqlstates.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import { type InvalidRow, type ReadRow, readFile } from "./formats.ts";
import * as repository from "./repository.ts";
import { type ImportQuery, type ImportResult, LISTED_IMPORTS } from "./schemas.ts";

/** Number of rows in the sample of a result. */
const SAMPLE_ROWS = 10;

/**
 * Imports the entries of a file for the caller, and creates the missing records that they name. Returns the result of each row. Invalid
 * rows do not stop valid ones. If anything else fails, nothing is added. Entries of earlier imports stay unchanged.
 *
 * @throws AppError VALIDATION_ERROR for a file in another format, or an unknown zone
 */
export async function importFile(
  { db, principal }: PrincipalScope,
  file: Uint8Array,
  query: ImportQuery,
): Promise<ImportResult> {
  const rows = await readFile(decode(file), query);
  const valid = rows.filter((row): row is ReadRow => "entry" in row).sort(byPrecision);
  const work = {
    id: crypto.randomUUID(),
    actorId: principal.userId,
    source: query.format,
    zone: query.timezone,
    isDryRun: query.dry_run ?? false,
  };
  const outcomes = await repository.importRows(
    db,
    work,
    valid.map(({ row, key, former_keys, id, entry, times }) => ({
      row,
      key,
      former_keys,
      id,
      ...entry,
      ...times,
    })),
  );
  outcomes.sort((a, b) => a.line - b.line);
  const created = outcomes.filter(({ code }) => code === null);
  const duplicates = outcomes.filter(({ code }) => code === "known").length;
  const errors = [
    ...rows.filter((row): row is InvalidRow => "problem" in row).map(toInvalid),
    ...outcomes.filter(({ code }) => code !== null && code !== "known").map(toError),
  ].sort((a, b) => a.row - b.row);
  const made = { ...repository.NO_RECORDS };
  for (const kind of created.flatMap((outcome) => outcome.made)) made[kind] += 1;
  const entries = new Map(valid.map(({ row, entry }) => [row, entry]));
  return {
    dry_run: work.isDryRun,
    import_id: work.isDryRun || created.length === 0 ? null : work.id,
    rows: rows.length,
    created: created.length,
    duplicates,
    failed: errors.length,
    made,
    errors,
    sample: created
      .slice(0, SAMPLE_ROWS)
      .flatMap((outcome) => sampleOf(outcome, entries.get(outcome.line)) ?? []),
  };
}

/** Returns the caller's latest imports that can be undone. */
export const listImports = ({ db, principal }: PrincipalScope) =>
  repository.listImports(db, principal.userId, LISTED_IMPORTS);

/**
 * Undoes an import of the caller: deletes its unchanged entries, and the records that it created and that are not in use.
 *
 * @throws AppError RESOURCE_NOT_FOUND
 */
export async function undoImport({ db, principal }: PrincipalScope, id: string) {
  const undone = await repository.undoImport(db, principal.userId, id);
  if (!undone) notFound("import");
  const { removed, kept, ...removedRecords } = undone;
  return { removed, kept, removed_with_it: removedRecords };
}

/** Sorts entries with only a day after all others, so that they fill the time between those. */
const byPrecision = (a: ReadRow, b: ReadRow) => Number("day" in a.times) - Number("day" in b.times);

const toInvalid = ({ row, problem }: InvalidRow) => ({
  row,
  error: "VALIDATION_ERROR" as const,
  message: problem,
});

const OVERLAPS = "23P01";

function toError({ line, code, message }: repository.RowOutcome): ImportResult["errors"][number] {
  if (failureOf(code) === "ruleViolation")
    return { row: line, error: "VALIDATION_ERROR", message: message ?? "The row is not valid." };
  if (code === OVERLAPS)
    return { row: line, error: "TIME_CONFLICT", message: "The entry overlaps another time entry." };
  return {
    row: line,
    error: "RESOURCE_ALREADY_EXISTS",
    message: "Another request added the same record at the same time. Try again.",
  };
}

function sampleOf(
  { line, starts, ends }: repository.RowOutcome,
  entry: ReadRow["entry"] | undefined,
): ImportResult["sample"][number] | undefined {
  if (!entry || starts === null || ends === null) return undefined;
  const { description, client, project, task, tags } = entry;
  return {
    row: line,
    started_at: new Date(starts).toISOString(),
    ended_at: new Date(ends).toISOString(),
    description,
    client,
    project,
    task,
    tags,
  };
}

function decode(file: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(file);
    if (!text.includes("\u0000")) return text;
  } catch {
    // Not UTF-8. The error below also covers text with NUL.
  }
  const details = [{ field: "body", message: "must be text in UTF-8", type: "custom" }];
  throw new AppError("VALIDATION_ERROR", { details });
}
