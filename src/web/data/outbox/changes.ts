import type { Schemas } from "../../api/types.ts";

export type Entry = Schemas["TimeEntryResponse"];

/** Fields of an entry that the app changes. */
export type EntryValues = Pick<
  Entry,
  "description" | "project_id" | "task_id" | "tag_ids" | "started_at" | "ended_at" | "is_billable"
>;

/** Creation of an entry. `stops` is the entry that ran then, as far as this device knew, with its new end. */
interface Create {
  do: "create";
  entry: Entry;
  stops?: { id: string; at: string };
}

/** Effect of a change on its entry. */
export type Work =
  | Create
  | { do: "stop"; at: string }
  | { do: "edit"; base: Entry; values: Partial<EntryValues> }
  | { do: "delete" }
  | { do: "restore"; entry: Entry };

/** Reason why a change could not be kept. With `theirs`, another device has changed the same fields. */
export interface Problem {
  code: string;
  message: string;
  /** Problems by the name of the field. */
  fields?: Record<string, string>;
  theirs?: Entry;
}

/** A change that waits to be sent. */
export interface Change {
  /** Place in the order. */
  key: number;
  userId: string;
  entryId: string;
  /** Time at which it was made. */
  at: string;
  work: Work;
  problem?: Problem;
}

/** A change that has no place in the order yet. */
export type NewChange = Omit<Change, "key">;

/** Returns entries as they are once the server has all changes, newest first. */
export const applyChanges = (entries: readonly Entry[], changes: readonly Change[]): Entry[] =>
  changes
    .map((change) => settle(change, changes))
    .reduce<Entry[]>(applyChange, [...entries])
    .sort((one, other) => Date.parse(other.started_at) - Date.parse(one.started_at));

function applyChange(entries: Entry[], { entryId, at, work }: Change): Entry[] {
  const known = entries.find(({ id }) => id === entryId);
  const replace = (entry: Entry) => entries.map((other) => (other.id === entryId ? entry : other));
  switch (work.do) {
    case "create":
      return [...stopOthers(entries, work, at), ...(known ? [] : [work.entry])];
    case "stop":
      return known?.ended_at === null ? replace({ ...known, ended_at: work.at }) : entries;
    case "edit":
      return known ? replace({ ...known, ...work.values }) : entries;
    case "delete":
      return entries.filter(({ id }) => id !== entryId);
    case "restore":
      return known ? entries : [...entries, work.entry];
  }
}

/** Returns when a running entry ends because another one starts: at its start, or now if that is before its own. */
export const endBefore = (running: Entry, started: Entry, now: string): string =>
  Date.parse(running.started_at) >= Date.parse(started.started_at) ? now : started.started_at;

/** Ends the running entry when another one starts. One that has already ended ends only the entry that ran when it started. */
const stopOthers = (entries: Entry[], { entry: started, stops }: Create, now: string): Entry[] =>
  entries.map((entry) => {
    if (entry.ended_at !== null || entry.id === started.id || entry.owner_id !== started.owner_id)
      return entry;
    if (started.ended_at === null) return { ...entry, ended_at: endBefore(entry, started, now) };
    return entry.id === stops?.id ? { ...entry, ended_at: stops.at } : entry;
  });

/**
 * Returns the change as it is sent: an entry that has ended by a later change is created with its end. Otherwise it would stop an entry that
 * another device has started in the meantime.
 */
export function settle(change: Change, changes: readonly Change[]): Change {
  const { key, entryId, work } = change;
  if (work.do !== "create" || work.entry.ended_at !== null) return change;
  const ends = changes.flatMap((later): string[] => {
    if (later.key <= key) return [];
    if (later.work.do === "stop" && later.entryId === entryId) return [later.work.at];
    return later.work.do === "create" && later.work.stops?.id === entryId ? [later.work.stops.at] : [];
  });
  const [end] = ends;
  if (end === undefined || Date.parse(end) < Date.parse(work.entry.started_at)) return change;
  return { ...change, work: { ...work, entry: { ...work.entry, ended_at: end } } };
}

/** Returns the fields that a change sets. */
export const valuesOf = ({ work }: Change): Partial<EntryValues> =>
  work.do === "edit" ? work.values : work.do === "stop" ? { ended_at: work.at } : {};

/** Returns the change that could not be kept, and that an edit of its entry corrects, if there is one. */
export const findRefused = (changes: readonly Change[], entryId: string): Change | undefined =>
  changes.find(
    (change) => change.entryId === entryId && change.problem && ["create", "edit"].includes(change.work.do),
  );

/** Returns the work of a refused change after an edit, and the later changes of the entry that it then contains. */
export function correct(
  { key, entryId, work }: Change,
  changes: readonly Change[],
  values: Partial<EntryValues>,
): { work: Work; contained: Change[] } {
  const contained = changes.filter(
    (other) => other.key > key && other.entryId === entryId && ["edit", "stop"].includes(other.work.do),
  );
  const all: Partial<EntryValues> = Object.assign({}, ...contained.map(valuesOf), values);
  if (work.do === "create") return { work: { ...work, entry: { ...work.entry, ...all } }, contained };
  if (work.do === "edit") return { work: { ...work, values: { ...work.values, ...all } }, contained };
  return { work, contained: [] };
}

/** Returns the next change to send: the oldest without a problem, unless one of the same entry before it has a problem. */
export function nextOf(changes: readonly Change[]): Change | undefined {
  const stuck = new Set(changes.flatMap(({ entryId, problem }) => (problem ? [entryId] : [])));
  return changes.find(({ entryId }) => !stuck.has(entryId));
}

const isSame = (one: unknown, other: unknown): boolean =>
  Array.isArray(one) && Array.isArray(other)
    ? one.length === other.length && one.every((item) => other.includes(item))
    : one === other;

/** Returns the fields of an edit that `theirs` doesn't have yet. */
export const missingFrom = (theirs: Entry, values: Partial<EntryValues>): Partial<EntryValues> =>
  Object.fromEntries(
    Object.entries(values).filter(([name, value]) => !isSame(theirs[name as keyof EntryValues], value)),
  );

/** Returns whether another device has changed a field of an edit to another value. */
export const isConflict = (base: Entry, theirs: Entry, values: Partial<EntryValues>): boolean =>
  Object.keys(missingFrom(theirs, values)).some(
    (name) => !isSame(theirs[name as keyof EntryValues], base[name as keyof EntryValues]),
  );

/** Fate of a change after an answer with this code. */
export type Fate = "later" | "signed-out" | "refused";

const LATER = new Set([
  "OFFLINE",
  "DATABASE_CONNECTION_ERROR",
  "DATABASE_ERROR",
  "DATABASE_LIMIT_EXCEEDED",
  "IDEMPOTENCY_KEY_IN_USE",
  "INTERNAL_SERVER_ERROR",
  "RATE_LIMIT_EXCEEDED",
  "SERVICE_BUSY",
]);
const SIGNED_OUT = new Set(["INVALID_CREDENTIALS", "INVALID_TOKEN", "TOKEN_EXPIRED", "INACTIVE_USER"]);

/** Returns what becomes of a change that the server answered with an error. */
export function fateOf(code: string): Fate {
  if (LATER.has(code)) return "later";
  return SIGNED_OUT.has(code) ? "signed-out" : "refused";
}
