import { createRoute, z } from "@hono/zod-openapi";
import { admitMembers } from "../../../guard/guard.ts";
import { idempotent } from "../../../guard/idempotency.ts";
import { expectedTagsOf, IfMatch, sendTagged, tagHeaders } from "../../../http/etag.ts";
import {
  BODY_ERRORS,
  body,
  errors,
  GUARD_ERRORS,
  IDEMPOTENCY_ERRORS,
  json,
  NO_CONTENT,
} from "../../../http/openapi.ts";
import { partialPageHeaders, sendPage } from "../../../http/paging.ts";
import { createRouter } from "../../../http/router.ts";
import { CreateTask, TaskParams, TaskQuery, TaskResponse, UpdateTask } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Tasks"];
const response = { ...json(TaskResponse, "The task"), headers: tagHeaders };

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listTasks",
  summary: "List tasks",
  description: "Lists the current user's tasks. Listing other users' tasks requires `tasks:read_any`.",
  tags,
  ...admitMembers("tasks:read", { isFiltered: true }),
  request: { query: TaskQuery },
  responses: {
    200: { ...json(z.array(TaskResponse), "A page of tasks"), headers: partialPageHeaders },
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createTask",
  summary: "Create a task",
  tags,
  ...idempotent(admitMembers("tasks:create")),
  request: { body: body(CreateTask) },
  responses: {
    201: response,
    ...errors(
      "RESOURCE_NOT_FOUND",
      "BUSINESS_LOGIC_ERROR",
      ...GUARD_ERRORS,
      ...IDEMPOTENCY_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const read = createRoute({
  method: "get",
  path: "/{task_id}",
  operationId: "getTask",
  summary: "Get a task",
  tags,
  ...admitMembers("tasks:read"),
  request: { params: TaskParams },
  responses: { 200: response, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const update = createRoute({
  method: "patch",
  path: "/{task_id}",
  operationId: "updateTask",
  summary: "Update a task",
  description:
    "Changes only the given fields. Moving a task to another project also moves its time entries. A task with more than 10,000 time entries cannot be moved.",
  tags,
  ...admitMembers("tasks:update"),
  request: { params: TaskParams, headers: IfMatch, body: body(UpdateTask) },
  responses: {
    200: response,
    ...errors(
      "RESOURCE_NOT_FOUND",
      "BUSINESS_LOGIC_ERROR",
      "PRECONDITION_FAILED",
      ...GUARD_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/{task_id}",
  operationId: "deleteTask",
  summary: "Delete a task",
  description: "The task's time entries stay. Consider marking the task as done instead.",
  tags,
  ...admitMembers("tasks:delete"),
  request: { params: TaskParams, headers: IfMatch },
  responses: {
    204: NO_CONTENT,
    ...errors("RESOURCE_NOT_FOUND", "PRECONDITION_FAILED", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const restore = createRoute({
  method: "post",
  path: "/{task_id}/restore",
  operationId: "restoreTask",
  summary: "Restore a deleted task",
  tags,
  ...admitMembers("tasks:delete"),
  request: { params: TaskParams },
  responses: {
    200: response,
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

export const tasks = createRouter()
  .openapi(list, async (c) => c.json(sendPage(c, await service.listTasks(c.var, c.req.valid("query"))), 200))
  .openapi(create, async (c) =>
    c.json(sendTagged(c, await service.createTask(c.var, c.req.valid("json"))), 201),
  )
  .openapi(read, async (c) =>
    c.json(sendTagged(c, await service.getTask(c.var, c.req.valid("param").task_id)), 200),
  )
  .openapi(update, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    const { task_id } = c.req.valid("param");
    return c.json(
      sendTagged(c, await service.updateTask(c.var, task_id, c.req.valid("json"), expectedTags)),
      200,
    );
  })
  .openapi(remove, async (c) => {
    await service.deleteTask(c.var, c.req.valid("param").task_id, expectedTagsOf(c.req.valid("header")));
    return c.body(null, 204);
  })
  .openapi(restore, async (c) =>
    c.json(sendTagged(c, await service.restoreTask(c.var, c.req.valid("param").task_id)), 200),
  );
