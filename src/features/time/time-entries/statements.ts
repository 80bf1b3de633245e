import { and, isNull, type SQL, sql } from "drizzle-orm";
import type { Database } from "../../../database/client.ts";
import { isOwnedBy, isReadableBy } from "../../../database/ownership.ts";
import { buildOnce } from "../../../database/statement-shapes.ts";
import { inOrderOfNames } from "../../../database/tables/names.ts";
import { timeEntries } from "../../../database/tables/productivity.ts";

/** Columns of an entry that the API returns. */
export const timeEntryColumns = {
  id: timeEntries.id,
  owner_id: timeEntries.ownerId,
  organization_id: timeEntries.organizationId,
  project_id: timeEntries.projectId,
  task_id: timeEntries.taskId,
  tag_ids: sql<
    string[]
  >`array(select tag_id from time_entry_tags where entry_id = ${timeEntries.id} order by tag_id)`.as(
    "tag_ids",
  ),
  description: timeEntries.description,
  started_at: timeEntries.startedAt,
  ended_at: timeEntries.endedAt,
  kind: timeEntries.kind,
  planned_seconds: timeEntries.plannedSeconds,
  is_billable: timeEntries.isBillable,
  source: timeEntries.source,
  created_at: timeEntries.createdAt,
  updated_at: timeEntries.updatedAt,
};

export const timeEntryKeys = { started_at: { by: timeEntries.startedAt, type: "timestamptz" } } as const;

/**
 * Returns the names of an entry's client, project, task and tags that `readerId` may read, by permission, scope and owner. Names of
 * deleted records are included, as lists also show the ids of those.
 */
export function namesFor(readerId: string) {
  const isFor = (table: SQL, resource: string) => isReadableBy(table, readerId, resource);
  const client = sql`
    select c.name from projects p join clients c on c.id = p.client_id
    where p.id = time_entries.project_id and ${isFor(sql`p`, "projects")} and ${isFor(sql`c`, "clients")}`;
  const project = sql`select p.name from projects p where p.id = time_entries.project_id and ${isFor(sql`p`, "projects")}`;
  const task = sql`select t.name from tasks t where t.id = time_entries.task_id and ${isFor(sql`t`, "tasks")}`;
  const tags = sql`
    select t.name from time_entry_tags et join tags t on t.id = et.tag_id
    where et.entry_id = time_entries.id and ${isFor(sql`t`, "tags")} order by ${inOrderOfNames(sql`t.name`)}`;
  return {
    client: sql<string | null>`(${client})`.as("client"),
    project: sql<string | null>`(${project})`.as("project"),
    task: sql<string | null>`(${task})`.as("task"),
    tags: sql<string[]>`array(${tags})`.as("tags"),
  };
}

/** Selects the live entries that meet the condition, with their entity tags. */
export const selectEntry = (db: Database, condition: SQL | undefined) =>
  db
    .select({ value: timeEntryColumns, tag: sql<string>`${timeEntries.version}::text` })
    .from(timeEntries)
    .where(and(condition, sql`not ${timeEntries.isDeleted}`));

/** Selects the running entry of a user. */
export const runningEntryOf = buildOnce(
  (db, { actorId }) => selectEntry(db, and(isOwnedBy(timeEntries, actorId), isNull(timeEntries.endedAt))),
  ["actorId"],
);
