import { byNameOrAge } from "../../../database/keyset-pagination.ts";
import { ownedRecords } from "../../../database/owned.ts";
import { tasks } from "../../../database/tables/productivity.ts";

export const SORT_KEYS = byNameOrAge(tasks);

export const taskRecords = ownedRecords({
  table: tasks,
  resource: "tasks",
  noun: "task",
  keys: SORT_KEYS,
  columns: {
    id: tasks.id,
    owner_id: tasks.ownerId,
    organization_id: tasks.organizationId,
    project_id: tasks.projectId,
    name: tasks.name,
    description: tasks.description,
    due_at: tasks.dueAt,
    estimate_seconds: tasks.estimateSeconds,
    done_at: tasks.doneAt,
    created_at: tasks.createdAt,
    updated_at: tasks.updatedAt,
  },
});
