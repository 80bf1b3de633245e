import { ERRORS, type ErrorCode, notFound } from "../../../core/errors.ts";
import { pageRequest, partsOf } from "../../../core/page.ts";
import { errorCodeOf } from "../../../database/sqlstates.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type {
  BulkResult,
  BulkTimeEntries,
  CreateTimeEntry,
  TimeEntryExportQuery,
  TimeEntryQuery,
  UpdateTimeEntry,
} from "./schemas.ts";

/** A page of one's own entries; of others' too for holders of `time_entries:read_any`. @throws AppError PERMISSION_DENIED */
export const listTimeEntries = ({ db, principal }: PrincipalScope, query: TimeEntryQuery) =>
  repository.listTimeEntries(db, { ...pageRequest(query), ...filterOf(principal.userId, query) });

/**
 * All entries that such a list has on its pages, with the names of what they are about, some at a time. Each time is a round
 * trip behind the guard: who loses the permission meanwhile gets no further. @throws AppError PERMISSION_DENIED
 */
export const exportTimeEntries = ({ db, principal }: PrincipalScope, query: TimeEntryExportQuery) =>
  partsOf((place) =>
    repository.listNamedTimeEntries(db, {
      ...pageRequest({ ...place, sort: query.sort, skip: 0 }),
      ...filterOf(principal.userId, query),
    }),
  );

/** An entry with the names of what it is about. */
export type NamedEntry =
  ReturnType<typeof exportTimeEntries> extends AsyncGenerator<(infer Entry)[]> ? Entry : never;

const filterOf = (actorId: string, query: TimeEntryExportQuery) => ({
  actorId,
  owner: query.owner_id,
  from: query.from,
  to: query.to,
  projectId: query.project_id,
  taskId: query.task_id,
  tagId: query.tag_id,
  kind: query.kind,
  isRunning: query.running,
  q: query.q,
});

/** The entry with `id`. @throws AppError RESOURCE_NOT_FOUND */
export const getTimeEntry = ({ db, principal }: PrincipalScope, id: string) =>
  repository.findTimeEntry(db, principal.userId, id);

/** What runs for the caller, or undefined. */
export const getRunning = ({ db, principal }: PrincipalScope) =>
  repository.findRunningEntry(db, principal.userId);

/**
 * A new entry. One without an end runs, and what ran before is stopped at its start, or now if it began then or later. With an
 * id that it had before, and the same values, it is the one that was made then.
 *
 * @throws AppError RESOURCE_NOT_FOUND for an unknown project, task or tag; BUSINESS_LOGIC_ERROR for a project that is not the
 * task's; RESOURCE_ALREADY_EXISTS for another's id; TIME_CONFLICT
 */
export async function createTimeEntry({ db, principal }: PrincipalScope, input: CreateTimeEntry) {
  const { id = crypto.randomUUID(), ...values } = input;
  return (await repository.createTimeEntry(db, principal.userId, id, values)) ?? notFound("time entry");
}

/** The entry after `changes`. @throws AppError RESOURCE_NOT_FOUND, BUSINESS_LOGIC_ERROR, TIME_CONFLICT, PRECONDITION_FAILED */
export async function updateTimeEntry(
  { db, principal }: PrincipalScope,
  id: string,
  changes: UpdateTimeEntry,
  seen: string[] | undefined,
) {
  const change = { actorId: principal.userId, id, seen };
  return (await repository.updateTimeEntry(db, change, changes)) ?? notFound("time entry");
}

/** The entry, stopped `at` a time or now; one that has ended stays so. @throws AppError RESOURCE_NOT_FOUND, BUSINESS_LOGIC_ERROR, TIME_CONFLICT */
export async function stopTimer({ db, principal }: PrincipalScope, id: string, at: Date | undefined) {
  return (await repository.stopTimeEntry(db, principal.userId, id, at)) ?? notFound("time entry");
}

/** A new running entry like the one with `id`. @throws AppError RESOURCE_NOT_FOUND, TIME_CONFLICT */
export async function resumeTimer({ db, principal }: PrincipalScope, id: string) {
  return (
    (await repository.resumeTimeEntry(db, principal.userId, id, crypto.randomUUID())) ??
    notFound("time entry")
  );
}

/** Deletes an entry. @throws AppError RESOURCE_NOT_FOUND, PRECONDITION_FAILED */
export const deleteTimeEntry = ({ db, principal }: PrincipalScope, id: string, seen: string[] | undefined) =>
  repository.deleteTimeEntry(db, { actorId: principal.userId, id, seen });

/** Brings a deleted entry back. @throws AppError RESOURCE_NOT_FOUND, TIME_CONFLICT */
export const restoreTimeEntry = ({ db, principal }: PrincipalScope, id: string) =>
  repository.restoreTimeEntry(db, { actorId: principal.userId, id });

const DONE = { create: 201, update: 200, delete: 204 } as const;

/**
 * What became of each of many things to do, in order: one that is refused leaves the others alone. One round trip.
 */
export async function doInBulk(
  { db, principal }: PrincipalScope,
  { items }: BulkTimeEntries,
): Promise<BulkResult[]> {
  const operations = items.map(({ data }): repository.BulkOperation | undefined => {
    if (data?.do !== "create") return data;
    const { id = crypto.randomUUID(), ...values } = data.values;
    return { do: "create", id, values };
  });
  const valid = operations.filter((operation) => operation !== undefined);
  const rows = valid.length > 0 ? await repository.doInBulk(db, principal.userId, valid) : [];
  const outcomes = rows[Symbol.iterator]();
  return operations.map((operation, index) => {
    if (!operation) return refusal("VALIDATION_ERROR", problemOf(items[index]));
    const { code, message } = outcomes.next().value ?? { code: null, message: null };
    if (code === null) return { status: DONE[operation.do], id: operation.id };
    const known = errorCodeOf(code);
    return { ...refusal(known ?? "TIME_CONFLICT", known && message), id: operation.id };
  });
}

const refusal = (error: ErrorCode, message: string | null | undefined): BulkResult => ({
  status: ERRORS[error].status,
  error,
  message: message || ERRORS[error].message,
});

const problemOf = (parsed: BulkTimeEntries["items"][number] | undefined) =>
  parsed?.error?.issues.map(({ path, message }) => [...path.map(String), message].join(": ")).join("; ");
