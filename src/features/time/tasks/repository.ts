import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { PageRequest } from "../../../core/page.ts";
import type { Database } from "../../../database/client.ts";
import { contains } from "../../../database/keyset-pagination.ts";
import type { OwnedChange } from "../../../database/owned.ts";
import { isOwnedBy, isPersonal, isWithinReach, type OwnerQuery } from "../../../database/ownership.ts";
import { requireThat } from "../../../database/preconditions.ts";
import { markedSince } from "../../../database/tables/columns.ts";
import { tasks } from "../../../database/tables/productivity.ts";
import { projectRecords } from "../projects/statements.ts";
import { type SORT_KEYS, taskRecords } from "./statements.ts";

interface Filter extends PageRequest<keyof typeof SORT_KEYS>, OwnerQuery {
  q?: string | undefined;
  projectId?: string | undefined;
  isDone?: boolean | undefined;
}

/** Returns a page of the tasks of an owner. */
export function listTasks(db: Database, filter: Filter) {
  const { q, projectId, isDone } = filter;
  const where = and(
    q === undefined ? undefined : contains(tasks.name, q),
    projectId === undefined ? undefined : eq(tasks.projectId, projectId),
    isDone === undefined ? undefined : (isDone ? isNotNull : isNull)(tasks.doneAt),
  );
  return taskRecords.list(db, filter, filter, where);
}

type Changes = {
  [Field in keyof typeof tasks.$inferInsert]?: (typeof tasks.$inferInsert)[Field] | undefined;
};

/** Creates a task. The actor must be allowed to read its project. */
export const insertTask = (db: Database, actorId: string, values: Changes) =>
  taskRecords.insert(
    db,
    actorId,
    values,
    projectRecords.requireReadable(db, actorId, values.projectId, values.organizationId ?? null),
  );

/**
 * Updates a task. The actor must be allowed to read a new project, and the time that other users have on the task: it moves too, and the
 * managers of the new project read it.
 */
export const updateTask = (
  db: Database,
  change: OwnedChange,
  { done, ...changes }: Changes & { done?: boolean | undefined },
) =>
  taskRecords.update(
    db,
    change,
    { ...changes, doneAt: markedSince(tasks.doneAt, done) },
    projectRecords.requireReadable(
      db,
      change.actorId,
      changes.projectId,
      taskRecords.organizationOf(change.id),
    ),
    ...(changes.projectId === undefined
      ? []
      : [
          requireThat(
            db,
            movesReadTime(change, changes.projectId),
            "forbidden",
            "Other members have time on this task that you may not read. Ask a member who reads it to move the task.",
          ),
        ]),
  );

/** Returns the condition that a move of the task to a project of its organization moves only time that is the actor's, or that the actor reads. */
const movesReadTime = ({ actorId, id }: OwnedChange, projectId: string | null) => sql`
  not exists (
    select from ${tasks} t join time_entries e on e.task_id = t.id
     where t.id = ${id} and not (${isPersonal(sql`t`)}) and t.project_id is distinct from ${projectId}::uuid
       and not (${isOwnedBy(sql`e`, actorId)}) and not (${isWithinReach(sql`e`, actorId, "time_entries", "read")}))`;
