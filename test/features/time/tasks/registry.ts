import { bytesOf, page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import { UNKNOWN_ID } from "../../../support/fixtures.ts";
import type { Registry } from "../../../support/registry-entry.ts";
import { newName, recordsAt } from "../../../support/time-records.ts";

const tasks = recordsAt("/tasks", "task_id");

export default {
  listTasks: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
    special: () => ({ query: `?organization_id=${UNKNOWN_ID}` }),
    answerSize: page(RECORD_BYTES + bytesOf(255 + 3000)),
  },
  createTask: {
    access: [401, 403, 201, 201, 201, 403, 401],
    valid: () => ({ body: newName() }),
    special: () => ({ body: { name: "x", project_id: UNKNOWN_ID } }),
    anonymousBody: {},
  },
  getTask: {
    access: [401, 200, 404, 200, 200, 403, 401],
    valid: (fixtures) => tasks.ofRecord(fixtures),
  },
  updateTask: {
    access: [401, 403, 404, 200, 200, 403, 401],
    valid: (fixtures) => tasks.ofRecord(fixtures, newName()),
    anonymousBody: {},
  },
  deleteTask: {
    access: [401, 403, 404, 204, 204, 403, 401],
    valid: (fixtures) => tasks.ofRecord(fixtures),
  },
  restoreTask: {
    access: [401, 403, 404, 200, 200, 403, 401],
    valid: tasks.ofDeleted,
    storesNoText: "takes no text",
  },
} satisfies Registry;
