import { api, call, callTagged } from "../../api/client.ts";
import { ApiError } from "../../api/errors.ts";
import type { Schemas } from "../../api/types.ts";
import { type Change, type Entry, type EntryValues, isConflict, missingFrom, type Work } from "./changes.ts";

/** The entry after a change; undefined if it is deleted. */
export type Kept = Entry | undefined;

/** Thrown when another device has changed the same fields. */
export class Conflict extends Error {
  readonly theirs: Entry;

  constructor(theirs: Entry) {
    super("PRECONDITION_FAILED");
    this.theirs = theirs;
  }
}

/** Times that an edit is compared with the entry again, when another device changes it in between. */
const ATTEMPTS = 3;

/**
 * Sends a change. A change that is sent again does nothing more: an entry has the id that this device chose, an edit is compared with what
 * the server has, and the other changes have no further effect when they are repeated.
 *
 * @throws ApiError, Conflict
 */
export function send({ entryId, work }: Change): Promise<Kept> {
  switch (work.do) {
    case "create":
      return create(entryId, work);
    case "stop":
      return stop(entryId, work.at);
    case "edit":
      return edit(entryId, work.base, work.values);
    case "delete":
      return remove(entryId);
    case "restore":
      return restore(entryId);
  }
}

const pathOf = (id: string) => ({ params: { path: { entry_id: id } } });

const read = (id: string) => callTagged(api.GET("/time-entries/{entry_id}", pathOf(id)));

async function create(id: string, { entry, stops }: Extract<Work, { do: "create" }>): Promise<Entry> {
  if (stops && entry.ended_at !== null) await stopOther(stops);
  try {
    return await call(api.POST("/time-entries", { body: bodyOf(entry) }));
  } catch (error) {
    // It was sent before, and changed since.
    if (isCode(error, "RESOURCE_ALREADY_EXISTS")) return (await read(id)).data;
    throw error;
  }
}

/** Returns the body of the request that creates an entry. Without a project of its own, it is billable as the server decides. */
function bodyOf(entry: Entry): Schemas["CreateTimeEntry"] {
  const {
    id,
    organization_id,
    project_id,
    task_id,
    tag_ids,
    description,
    started_at,
    ended_at,
    is_billable,
  } = entry;
  const scope = organization_id === undefined ? {} : { organization_id };
  return { id, ...scope, project_id, task_id, tag_ids, description, started_at, ended_at, is_billable };
}

async function stop(id: string, at: string): Promise<Entry> {
  const entry = await call(api.POST("/time-entries/{entry_id}/stop", { ...pathOf(id), body: { at } }));
  if (entry.ended_at !== at) throw new Conflict(entry);
  return entry;
}

/** Stops the entry that ran when a now ended one started, unless another device has stopped or deleted it. */
async function stopOther({ id, at }: { id: string; at: string }): Promise<void> {
  try {
    await call(api.POST("/time-entries/{entry_id}/stop", { ...pathOf(id), body: { at } }));
  } catch (error) {
    if (!isCode(error, "RESOURCE_NOT_FOUND") && !isCode(error, "BUSINESS_LOGIC_ERROR")) throw error;
  }
}

async function edit(id: string, base: Entry, values: Partial<EntryValues>): Promise<Entry> {
  for (let attempt = 1; ; attempt++) {
    const { data: theirs, tag } = await read(id);
    if (isConflict(base, theirs, values)) throw new Conflict(theirs);
    const body = missingFrom(theirs, values);
    // With another project, the server decides whether the entry is billable unless the request says so.
    if ("project_id" in body && values.is_billable !== undefined) body.is_billable = values.is_billable;
    if (Object.keys(body).length === 0) return theirs;
    const params = { path: { entry_id: id }, header: { "If-Match": tag } };
    try {
      return await call(api.PATCH("/time-entries/{entry_id}", { params, body }));
    } catch (error) {
      if (!isCode(error, "PRECONDITION_FAILED") || attempt === ATTEMPTS) throw error;
    }
  }
}

async function remove(id: string): Promise<undefined> {
  try {
    await call(api.DELETE("/time-entries/{entry_id}", pathOf(id)));
  } catch (error) {
    if (!isCode(error, "RESOURCE_NOT_FOUND")) throw error;
  }
}

async function restore(id: string): Promise<Entry> {
  try {
    return await call(api.POST("/time-entries/{entry_id}/restore", pathOf(id)));
  } catch (error) {
    // It was restored before.
    if (isCode(error, "RESOURCE_NOT_FOUND")) return (await read(id)).data;
    throw error;
  }
}

const isCode = (error: unknown, code: ApiError["code"]): boolean =>
  error instanceof ApiError && error.code === code;
