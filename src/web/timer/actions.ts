import { loadLatest, presentRunning } from "../data/entries.ts";
import { findProject } from "../data/names.ts";
import { type Entry, type EntryValues, endBefore } from "../data/outbox/changes.ts";
import { newId } from "../data/outbox/id.ts";
import { keep } from "../data/outbox/outbox.ts";
import { inScope, type Scope, scopeOf } from "../data/scope.ts";
import { sessionUserId } from "../data/session.ts";
import { say } from "./announcer.ts";
import { attempt } from "./attempt.ts";

/** Fields with the subject of a new entry, in its scope. */
export type Subject = Partial<
  Pick<EntryValues, "description" | "project_id" | "task_id" | "tag_ids" | "is_billable">
> & { scope: Scope };

/** Returns an entry as the server will have it. */
function toEntry({ scope, ...subject }: Subject, startedAt: number, endedAt: number | null): Entry {
  const now = new Date().toISOString();
  return {
    id: newId(),
    owner_id: sessionUserId() ?? "",
    ...inScope(scope),
    project_id: null,
    task_id: null,
    tag_ids: [],
    description: "",
    is_billable: findProject(subject.project_id)?.is_billable ?? false,
    ...subject,
    started_at: new Date(startedAt).toISOString(),
    ended_at: endedAt === null ? null : new Date(endedAt).toISOString(),
    kind: "work",
    planned_seconds: null,
    source: "manual",
    created_at: now,
    updated_at: null,
  };
}

/** Starts the timer, also at an earlier time. A running entry is stopped. */
export async function startTimer(subject: Subject, startedAt = Date.now()): Promise<void> {
  const entry = toEntry(subject, startedAt, null);
  const other = presentRunning();
  const stops = other && { id: other.id, at: endBefore(other, entry, new Date().toISOString()) };
  await keep(entry.id, { do: "create", entry, ...(stops && { stops }) });
  say("started", entry);
}

/** Adds an entry that has ended. */
export async function addEntry(subject: Subject, startedAt: number, endedAt: number): Promise<Entry> {
  const entry = toEntry(subject, startedAt, endedAt);
  await keep(entry.id, { do: "create", entry });
  return entry;
}

/** Stops the timer, if it runs. Tells if it fails. */
export async function stopTimer(): Promise<void> {
  const entry = presentRunning();
  if (!entry) return;
  const at = new Date(Math.max(Date.now(), Date.parse(entry.started_at))).toISOString();
  if (await attempt(keep(entry.id, { do: "stop", at }))) say("stopped", { ...entry, ended_at: at });
}

/** Starts the timer with the subject of an entry, in its scope. Tells if it fails. */
export async function continueEntry(entry: Entry): Promise<void> {
  const { description, project_id, task_id, tag_ids, is_billable } = entry;
  await attempt(
    startTimer({ scope: scopeOf(entry), description, project_id, task_id, tag_ids, is_billable }),
  );
}

let isContinuing = false;

/** Starts the timer with the subject of the latest entry of the present scope, unless it runs. Tells if it fails. */
export async function continueLast(): Promise<void> {
  if (isContinuing || presentRunning()) return;
  isContinuing = true;
  await attempt(startLatest());
  isContinuing = false;
}

async function startLatest(): Promise<void> {
  const [latest] = await loadLatest();
  // Something may have started while the entries were on their way.
  if (latest && !presentRunning()) await continueEntry(latest);
}

/** Changes fields of an entry. */
export async function editEntry(base: Entry, values: Partial<EntryValues>): Promise<void> {
  if (Object.keys(values).length > 0) await keep(base.id, { do: "edit", base, values });
}

/** Deletes an entry. */
export const deleteEntry = (entry: Entry): Promise<void> => keep(entry.id, { do: "delete" });

/** Restores an entry that was deleted. */
export const restoreEntry = (entry: Entry): Promise<void> => keep(entry.id, { do: "restore", entry });

let field: HTMLElement | null = null;

/** Remembers the field of the timer, to give it the focus by a key. */
export function setTimerField(element: HTMLElement | null): void {
  field = element;
}

/** Gives the field of the timer the focus. */
export const focusTimer = (): void => field?.focus();
