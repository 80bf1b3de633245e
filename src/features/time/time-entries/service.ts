import { ERRORS, type ErrorCode, notFound } from "../../../core/errors.ts";
import { pageRequest, partsOf } from "../../../core/page.ts";
import { errorCodeOf } from "../../../database/sqlstates.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type {
  BulkResult,
  BulkTimeEntries,
  CreateTimeEntry,
  SuggestionQuery,
  TimeEntryExportQuery,
  TimeEntryQuery,
  UpdateTimeEntry,
} from "./schemas.ts";

/**
 * Returns a page of the caller's entries, or of other users' entries for holders of `time_entries:read_any`. @throws AppError
 * PERMISSION_DENIED
 */
export const listTimeEntries = ({ db, principal }: PrincipalScope, query: TimeEntryQuery) =>
  repository.listTimeEntries(db, {
    ...pageRequest(query),
    ...filterOf(principal.userId, query),
    isDeleted: query.deleted,
    isCounted: query.count,
  });

/** Returns descriptions with the project and tags that the caller used for them lately, most frequent first. */
export const listSuggestions = (
  { db, principal }: PrincipalScope,
  { organization_id: organization = "none", q, limit }: SuggestionQuery,
) => repository.listSuggestions(db, { actorId: principal.userId, organization }, q, limit);

/**
 * Returns all entries that match a query, in parts, with the names of their related records. Each part is a round trip after the guard, so
 * the export ends if the caller loses the permission.
 *
 * @throws AppError PERMISSION_DENIED
 */
export const exportTimeEntries = ({ db, principal }: PrincipalScope, query: TimeEntryExportQuery) =>
  partsOf((place) =>
    repository.listNamedTimeEntries(db, {
      ...pageRequest({ ...place, sort: query.sort, skip: 0 }),
      ...filterOf(principal.userId, query),
    }),
  );

/** Time entry with the names of its related records. */
export type NamedEntry =
  ReturnType<typeof exportTimeEntries> extends AsyncGenerator<(infer Entry)[]> ? Entry : never;

const filterOf = (actorId: string, query: TimeEntryExportQuery) => ({
  actorId,
  owner: query.team_id ? "all" : query.owner_id,
  team: query.team_id,
  organization: query.organization_id,
  from: query.from,
  to: query.to,
  projectId: query.project_id,
  taskId: query.task_id,
  tagId: query.tag_id,
  kind: query.kind,
  isRunning: query.running,
  isBillable: query.billable,
  q: query.q,
});

/** Returns the entry with `id`. @throws AppError RESOURCE_NOT_FOUND */
export const getTimeEntry = ({ db, principal }: PrincipalScope, id: string) =>
  repository.findTimeEntry(db, principal.userId, id);

/** Returns the running entry of the caller, or undefined. */
export const getRunningEntry = ({ db, principal }: PrincipalScope) =>
  repository.findRunningEntry(db, principal.userId);

/**
 * Creates an entry. Without an end it is running, and the entry that was running stops at its start, or now if that entry began then or
 * later. If an entry with this id and these values exists, returns it.
 *
 * @throws AppError RESOURCE_NOT_FOUND for an unknown project, task or tag; BUSINESS_LOGIC_ERROR for a task of
 * another project; RESOURCE_ALREADY_EXISTS for the id of another entry; TIME_CONFLICT
 */
export async function createTimeEntry({ db, principal }: PrincipalScope, input: CreateTimeEntry) {
  const { id = crypto.randomUUID(), ...values } = input;
  return (await repository.createTimeEntry(db, principal.userId, id, values)) ?? notFound("time entry");
}

/** Updates an entry. @throws AppError RESOURCE_NOT_FOUND, BUSINESS_LOGIC_ERROR, TIME_CONFLICT, PRECONDITION_FAILED */
export async function updateTimeEntry(
  { db, principal }: PrincipalScope,
  id: string,
  changes: UpdateTimeEntry,
  expectedTags: string[] | undefined,
) {
  const change = { actorId: principal.userId, id, expectedTags };
  return (await repository.updateTimeEntry(db, change, changes)) ?? notFound("time entry");
}

/**
 * Stops an entry at the given time, or now. An entry that has ended stays unchanged. @throws AppError RESOURCE_NOT_FOUND,
 * BUSINESS_LOGIC_ERROR, TIME_CONFLICT
 */
export async function stopTimer({ db, principal }: PrincipalScope, id: string, at: Date | undefined) {
  return (await repository.stopTimeEntry(db, principal.userId, id, at)) ?? notFound("time entry");
}

/** Starts a new entry as a copy of the entry with `id`. @throws AppError RESOURCE_NOT_FOUND, TIME_CONFLICT */
export async function resumeTimer({ db, principal }: PrincipalScope, id: string) {
  return (
    (await repository.resumeTimeEntry(db, principal.userId, id, crypto.randomUUID())) ??
    notFound("time entry")
  );
}

/** Deletes an entry. @throws AppError RESOURCE_NOT_FOUND, PRECONDITION_FAILED */
export const deleteTimeEntry = (
  { db, principal }: PrincipalScope,
  id: string,
  expectedTags: string[] | undefined,
) => repository.deleteTimeEntry(db, { actorId: principal.userId, id, expectedTags });

/** Restores a deleted entry. @throws AppError RESOURCE_NOT_FOUND, TIME_CONFLICT */
export const restoreTimeEntry = ({ db, principal }: PrincipalScope, id: string) =>
  repository.restoreTimeEntry(db, { actorId: principal.userId, id });

const SUCCESS_STATUS = { create: 201, update: 200, delete: 204 } as const;

/** Runs many operations in one round trip. A failed operation does not affect the others. Returns the results in order. */
export async function changeTimeEntries(
  { db, principal }: PrincipalScope,
  { items }: BulkTimeEntries,
): Promise<BulkResult[]> {
  const operations = items.map(({ data }): repository.BulkOperation | undefined => {
    if (data?.do !== "create") return data;
    const { id = crypto.randomUUID(), ...values } = data.values;
    return { do: "create", id, values };
  });
  const valid = operations.filter((operation) => operation !== undefined);
  const rows = valid.length > 0 ? await repository.changeTimeEntries(db, principal.userId, valid) : [];
  const outcomes = rows[Symbol.iterator]();
  return operations.map((operation, index) => {
    if (!operation) return refusal("VALIDATION_ERROR", problemOf(items[index]));
    const { code, message } = outcomes.next().value ?? { code: null, message: null };
    if (code === null) return { status: SUCCESS_STATUS[operation.do], id: operation.id };
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
