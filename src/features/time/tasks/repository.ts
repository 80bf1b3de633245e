import { and, eq, isNotNull, isNull } from "drizzle-orm";
import type { PageRequest } from "../../../core/page.ts";
import type { Database } from "../../../database/client.ts";
import { contains } from "../../../database/keyset-pagination.ts";
import type { OwnedChange } from "../../../database/owned.ts";
import type { OwnerQuery } from "../../../database/ownership.ts";
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
  taskRecords.insert(db, actorId, values, projectRecords.requireReadable(db, actorId, values.projectId));

/** Updates a task. The actor must be allowed to read a new project. */
export const updateTask = (
  db: Database,
  change: OwnedChange,
  { done, ...changes }: Changes & { done?: boolean | undefined },
) =>
  taskRecords.update(
    db,
    change,
    { ...changes, doneAt: markedSince(tasks.doneAt, done) },
    projectRecords.requireReadable(db, change.actorId, changes.projectId),
  );
