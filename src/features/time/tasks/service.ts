import { pageRequest } from "../../../core/page.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { CreateTask, TaskQuery, UpdateTask } from "./schemas.ts";
import * as statements from "./statements.ts";

/** Returns a page of the caller's tasks, or of other users' tasks for holders of `tasks:read_any`. @throws AppError PERMISSION_DENIED */
export const listTasks = ({ db, principal }: PrincipalScope, query: TaskQuery) =>
  repository.listTasks(db, {
    ...pageRequest(query),
    actorId: principal.userId,
    owner: query.owner_id,
    organization: query.organization_id,
    isCounted: query.count,
    isDeleted: query.deleted,
    q: query.q,
    projectId: query.project_id,
    isDone: query.done,
  });

/** Returns the task with `id`. @throws AppError RESOURCE_NOT_FOUND */
export const getTask = ({ db, principal }: PrincipalScope, id: string) =>
  statements.taskRecords.find(db, principal.userId, id);

/** Creates a task. @throws AppError RESOURCE_NOT_FOUND for an unknown project */
export const createTask = ({ db, principal }: PrincipalScope, input: CreateTask) =>
  repository.insertTask(db, principal.userId, { ...toRow(input), organizationId: input.organization_id });

/** Updates a task. @throws AppError RESOURCE_NOT_FOUND, PRECONDITION_FAILED */
export const updateTask = (
  { db, principal }: PrincipalScope,
  id: string,
  changes: UpdateTask,
  expectedTags: string[] | undefined,
) => repository.updateTask(db, { actorId: principal.userId, id, expectedTags }, toRow(changes));

/** Deletes a task; its time entries stay. @throws AppError RESOURCE_NOT_FOUND, PRECONDITION_FAILED */
export const deleteTask = (
  { db, principal }: PrincipalScope,
  id: string,
  expectedTags: string[] | undefined,
) => statements.taskRecords.remove(db, { actorId: principal.userId, id, expectedTags });

/** Restores a deleted task. @throws AppError RESOURCE_NOT_FOUND */
export const restoreTask = ({ db, principal }: PrincipalScope, id: string) =>
  statements.taskRecords.restore(db, { actorId: principal.userId, id });

const toRow = ({
  organization_id: _,
  project_id: projectId,
  estimate_seconds: estimateSeconds,
  due_at: dueAt,
  ...rest
}: UpdateTask & Pick<CreateTask, "organization_id">) => ({
  ...rest,
  projectId,
  estimateSeconds,
  dueAt,
});
