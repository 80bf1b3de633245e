import { and, eq, gt, gte, isNotNull, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { AppError } from "../../../core/errors.ts";
import { PAGE_ITEMS, type PageRequest } from "../../../core/page.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { violatedExclusion, violatedUniqueConstraint } from "../../../database/errors.ts";
import { contains } from "../../../database/keyset-pagination.ts";
import { type OwnedChange, ownedRecords, shown } from "../../../database/owned.ts";
import { hasRequestedOwner, isWithinReach, type OwnerQuery } from "../../../database/ownership.ts";
import { requireThat, requireUnchanged } from "../../../database/preconditions.ts";
import { buildOnce } from "../../../database/statement-shapes.ts";
import { timeEntries } from "../../../database/tables/productivity.ts";
import { namesFor, runningEntryOf, selectEntry, timeEntryColumns, timeEntryKeys } from "./statements.ts";

interface EntryFilter {
  from?: Date | undefined;
  to?: Date | undefined;
  projectId?: string | undefined;
  taskId?: string | undefined;
  tagId?: string | undefined;
  kind?: (typeof timeEntries.kind.enumValues)[number] | undefined;
  isRunning?: boolean | undefined;
  isBillable?: boolean | undefined;
  q?: string | undefined;
}

interface List extends EntryFilter, OwnerQuery, PageRequest<"started_at"> {}

/** Maximum number of bytes of a page that has more entries than other lists. */
const LONG_PAGE_BYTES = 4_000_000;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Returns the condition for an entry that runs, or lasts longer than a day, as indexes of such entries have it. */
const isLongEntry = () =>
  or(isNull(timeEntries.endedAt), sql`${timeEntries.endedAt} - ${timeEntries.startedAt} > interval '1 day'`);

/**
 * Returns the conditions for an entry that ends after `from`: it began at most a day before `from`, or lasts longer than a day. Both have
 * an index, so that older entries are not read.
 */
function endsAfter(from: Date) {
  const { startedAt, endedAt } = timeEntries;
  const dayBefore = new Date(from.getTime() - DAY_MS);
  const isLong = isLongEntry();
  const isLater = or(isNull(endedAt), gt(endedAt, from));
  const hasRecentStart = gte(startedAt, dayBefore);
  return {
    either: and(or(hasRecentStart, isLong), isLater),
    recent: and(hasRecentStart, isLater),
    long: and(lt(startedAt, dayBefore), isLong, isLater),
  };
}

/** Returns the query for the ids of the entries with the tag, the task or the project of `filter`; undefined without any. */
function idsOf({ tagId, taskId, projectId }: EntryFilter): SQL | undefined {
  if (tagId !== undefined) return sql`select entry_id from time_entry_tags where tag_id = ${tagId}`;
  if (taskId !== undefined) return sql`select id from time_entries where task_id = ${taskId}`;
  if (projectId !== undefined) return sql`select id from time_entries where project_id = ${projectId}`;
  return undefined;
}

/**
 * Returns the condition that an entry matches `filter`, and facts about such entries: few run or last longer than a day. An entry is
 * in a period if any part of it is.
 */
function conditionsOf(filter: EntryFilter) {
  const { from, to, projectId, taskId, tagId, kind, isRunning, isBillable, q } = filter;
  const others = and(
    to && lt(timeEntries.startedAt, to),
    projectId === undefined ? undefined : eq(timeEntries.projectId, projectId),
    taskId === undefined ? undefined : eq(timeEntries.taskId, taskId),
    tagId === undefined
      ? undefined
      : sql`exists (select from time_entry_tags where entry_id = ${timeEntries.id} and tag_id = ${tagId})`,
    kind === undefined ? undefined : eq(timeEntries.kind, kind),
    isRunning === undefined ? undefined : (isRunning ? isNull : isNotNull)(timeEntries.endedAt),
    isBillable === undefined ? undefined : eq(timeEntries.isBillable, isBillable),
    q === undefined ? undefined : contains(timeEntries.description, q),
  );
  const ids = idsOf(filter);
  const withOthers = (condition: SQL | undefined) => and(condition, others) ?? sql`true`;
  if (!from) {
    const parts = isRunning ? { most: sql`false`, few: withOthers(isLongEntry()) } : undefined;
    return { where: others, parts, ids };
  }
  const { either, recent, long } = endsAfter(from);
  return { where: withOthers(either), parts: { most: withOthers(recent), few: withOthers(long) }, ids };
}

const records = ownedRecords({
  table: timeEntries,
  resource: "time_entries",
  noun: "time entry",
  keys: timeEntryKeys,
  columns: timeEntryColumns,
  explain: throwTimeConflict,
});

/** Returns a page of the time entries of `owner`. Other users' entries require `time_entries:read_any`. */
export function listTimeEntries(db: Database, filter: List) {
  const { where, ...narrowing } = conditionsOf(filter);
  const maxBytes = filter.limit > PAGE_ITEMS ? LONG_PAGE_BYTES : undefined;
  return records.list(db, filter, filter, where, { ...narrowing, maxBytes });
}

/** Returns a page of the same list, with the names that the actor may read, and without the length of the list. */
export const listNamedTimeEntries = (db: Database, filter: List) =>
  records.listPart(db, filter, filter, { ...conditionsOf(filter), added: namesFor(filter.actorId) });

/** Functions that return a live entry with its entity tag, and that restore a deleted entry. */
export const { find: findTimeEntry, restore: restoreTimeEntry } = records;

/** Returns the running entry of the actor. */
export async function findRunningEntry(db: Database, actorId: string) {
  const { entry } = await batch(db, { entry: runningEntryOf({ actorId }) });
  return entry.map(shownEntry)[0];
}

/** Number of the newest entries that suggestions come from. */
const SUGGESTING_ENTRIES = 1_000;

/** A description, a project and tags that entries of the actor share, with the task of the newest of them. */
export interface Suggestion extends Record<string, unknown> {
  description: string;
  project_id: string | null;
  task_id: string | null;
  tag_ids: string[];
  uses: number;
  last_used_at: string;
}

/**
 * Returns what the actor's newest entries of the scopes in `query` were about, most frequent first, without deleted and archived records.
 * An entry counts with its first 20 tags: so few rows are read, with any number of tags.
 */
export async function listSuggestions(
  db: Database,
  query: Pick<OwnerQuery, "actorId" | "organization">,
  q: string | undefined,
  limit: number,
) {
  const { actorId } = query;
  const { rows } = await db.execute<Suggestion>(sql`
    select description, project_id, (array_agg(task_id order by started_at desc))[1] as task_id, tag_ids,
           count(*)::int as uses, instant_text(max(started_at)) as last_used_at
      from (
        select e.description, p.id as project_id, t.id as task_id, e.started_at, array(
                 select g.id
                   from (select tag_id from time_entry_tags where entry_id = e.id order by tag_id limit 20) as et
                   join tags g on g.id = et.tag_id and not g.is_deleted and ${isWithinReach(sql`g`, actorId, "tags", "read")}
                  order by g.id) as tag_ids
          from (
            select id, description, project_id, task_id, started_at from time_entries e
             where ${hasRequestedOwner(sql`e`, query, "time_entries")} and not is_deleted
             order by started_at desc, id desc limit ${SUGGESTING_ENTRIES}) as e
          left join projects p on p.id = e.project_id and not p.is_deleted and p.archived_at is null
           and ${isWithinReach(sql`p`, actorId, "projects", "read")}
          left join tasks t on t.id = e.task_id and not t.is_deleted and t.done_at is null
           and (p.id is not null or e.project_id is null) and ${isWithinReach(sql`t`, actorId, "tasks", "read")}
         where (e.description <> '' or p.id is not null or t.id is not null) and ${q === undefined ? sql`true` : contains(sql`e.description`, q)}
      ) as newest
     group by description, project_id, tag_ids
     order by uses desc, max(started_at) desc, description limit ${limit}`);
  return rows;
}

type Entry = typeof timeEntries.$inferInsert;

/** Fields that `update_time_entry` reads from its `p_values`. */
export interface EntryChangesPayload {
  project_id?: Entry["projectId"];
  task_id?: Entry["taskId"];
  tag_ids?: readonly string[] | undefined;
  description?: Entry["description"];
  started_at?: Entry["startedAt"] | undefined;
  ended_at?: Entry["endedAt"];
  kind?: Entry["kind"];
  planned_seconds?: Entry["plannedSeconds"];
  is_billable?: Entry["isBillable"];
}

/** Fields that `create_time_entry` reads from its `p_values`. It decides the values of absent fields. */
export interface NewEntryPayload extends EntryChangesPayload {
  organization_id?: string | undefined;
  source?: Entry["source"];
  external_id?: Entry["externalId"];
}

/** Creates an entry with the database's `create_time_entry`, which stops a running entry if the new entry runs. */
export const createTimeEntry = (db: Database, actorId: string, id: string, values: NewEntryPayload) =>
  runEntryFunction(db, id, sql`create_time_entry(${actorId}, ${id}, ${JSON.stringify(values)}::jsonb)`);

/** Updates the fields of an entry that `values` contains. */
export async function updateTimeEntry(
  db: Database,
  { actorId, id, expectedTags }: OwnedChange,
  values: EntryChangesPayload,
) {
  const work = batch(db, {
    preconditions: prepareChange(db, { actorId, id, expectedTags }, "update"),
    updated: db.execute(sql`select update_time_entry(${actorId}, ${id}, ${JSON.stringify(values)}::jsonb)`),
    entry: entryWith({ id }),
  });
  return (await work.catch(rethrow)).entry.map(shownEntry)[0];
}

/** Stops a running entry. */
export const stopTimeEntry = (db: Database, actorId: string, id: string, at: Date | undefined) =>
  runEntryFunction(
    db,
    id,
    sql`stop_time_entry(${actorId}, ${id}, ${at?.toISOString() ?? null}::timestamptz)`,
  );

/** Starts a new entry, with the id `newId`, as a copy of the entry with `id`. */
export const resumeTimeEntry = (db: Database, actorId: string, id: string, newId: string) =>
  runEntryFunction(db, newId, sql`resume_time_entry(${actorId}, ${id}, ${newId})`);

/** Marks an entry as deleted. */
export async function deleteTimeEntry(
  db: Database,
  { actorId, id, expectedTags }: OwnedChange,
): Promise<void> {
  await batch(db, {
    preconditions: prepareChange(db, { actorId, id, expectedTags }, "delete"),
    deleted: db.execute(sql`select delete_time_entry(${actorId}, ${id})`),
  });
}

/** Item of `bulk_time_entries`. A created entry has its new id. */
export type BulkOperation =
  | { do: "create"; id: string; values: NewEntryPayload }
  | { do: "update"; id: string; values: EntryChangesPayload }
  | { do: "delete"; id: string };

interface BulkRow extends Record<string, unknown> {
  /** SQLSTATE of the error that stopped the item; null if it succeeded. */
  code: string | null;
  violated: string | null;
  message: string | null;
}

/** Runs `operations` independently of each other. Returns one row for each, in order. */
export async function changeTimeEntries(db: Database, actorId: string, operations: BulkOperation[]) {
  const { rows } = await db.execute<BulkRow>(sql`
    select code, violated, message from bulk_time_entries(${actorId}, ${JSON.stringify(operations)}::jsonb) order by item`);
  return rows;
}

const shownEntry = <Value extends object>({ value, tag }: { value: Value; tag: string }) => ({
  value: shown(value),
  tag,
});

/** Selects the live entry with `id`. */
const entryWith = buildOnce((db, { id }) => selectEntry(db, sql`${timeEntries.id} = ${id}`), ["id"]);

/**
 * Requires first that the actor may change the entry, and then that its version is one of `expectedTags`: in reverse order, a refusal would
 * reveal the version of another user's entry. The lock serializes all later changes to the owner's time.
 */
const prepareChange = (
  db: Database,
  { actorId, id, expectedTags }: OwnedChange,
  action: "update" | "delete",
) =>
  [
    requireThat(
      db,
      sql`exists (select from ${timeEntries} where id = ${id} and not is_deleted and ${records.isFor(actorId, action)})`,
      "notFound",
      "Time entry not found.",
    ),
    db.execute(sql`select lock_time(owner_id) from ${timeEntries} where id = ${id}`),
    requireUnchanged(db, sql`(select version::text from ${timeEntries} where id = ${id})`, expectedTags),
  ] as const;

async function runEntryFunction(db: Database, id: string, work: SQL) {
  const done = batch(db, {
    done: db.execute(sql`select ${work}`),
    entry: entryWith({ id }),
  });
  return (await done.catch(rethrow)).entry.map(shownEntry)[0];
}

/** Throws a time conflict if a constraint on times caused `error`. @throws AppError TIME_CONFLICT */
function throwTimeConflict(error: unknown): void {
  const isRunning = violatedUniqueConstraint(error) === "time_entries_running_key";
  if (!isRunning && violatedExclusion(error) !== "time_entries_no_overlap") return;
  const message = isRunning
    ? "Another time entry is running. Stop it, then retry."
    : "The entry overlaps another time entry.";
  throw new AppError("TIME_CONFLICT", { message, cause: error });
}

function rethrow(error: unknown): never {
  throwTimeConflict(error);
  throw error;
}
