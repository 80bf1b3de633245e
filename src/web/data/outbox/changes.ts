import type { Schemas } from "../../api/types.ts";

export type Entry = Schemas["TimeEntryResponse"];

/** Fields of an entry that the app changes. */
export type EntryValues = Pick<
  Entry,
  "description" | "project_id" | "task_id" | "tag_ids" | "started_at" | "ended_at" | "is_billable"
>;

/** Effect of a change on its entry. */
export type Work =
  | { do: "create"; entry: Entry }
  | { do: "stop"; at: string }
  | { do: "edit"; base: Entry; values: Partial<EntryValues> }
  | { do: "delete" }
  | { do: "restore"; entry: Entry };

/** Reason why a change could not be kept. With `theirs`, another device has changed the same fields. */
export interface Problem {
  code: string;
  message: string;
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
    .reduce<Entry[]>(applyChange, [...entries])
    .sort((one, other) => Date.parse(other.started_at) - Date.parse(one.started_at));

function applyChange(entries: Entry[], { entryId, at, work }: Change): Entry[] {
  const known = entries.find(({ id }) => id === entryId);
  const replace = (entry: Entry) => entries.map((other) => (other.id === entryId ? entry : other));
  switch (work.do) {
    case "create":
      if (work.entry.ended_at === null)
        return [...stopOthers(entries, work.entry, at), ...(known ? [] : [work.entry])];
      return known ? entries : [...entries, work.entry];
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

/** Ends what is running when another entry starts: at its start, or now if that is before its own. */
const stopOthers = (entries: Entry[], started: Entry, now: string): Entry[] =>
  entries.map((entry) => {
    if (entry.ended_at !== null || entry.id === started.id) return entry;
    const isLater = Date.parse(entry.started_at) >= Date.parse(started.started_at);
    return { ...entry, ended_at: isLater ? now : started.started_at };
  });

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
