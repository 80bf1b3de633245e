import { createRoute, z } from "@hono/zod-openapi";
import { requireAll, requirePermission } from "../../../guard/guard.ts";
import { idempotent } from "../../../guard/idempotency.ts";
import { expectedTagsOf, IfMatch, sendTagged, tagHeaders } from "../../../http/etag.ts";
import { includesActivity, oneAtATime } from "../../../http/middleware/one-at-a-time.ts";
import {
  BODY_ERRORS,
  body,
  errors,
  GUARD_ERRORS,
  IDEMPOTENCY_ERRORS,
  json,
  NO_CONTENT,
} from "../../../http/openapi.ts";
import { pageHeaders, sendPage } from "../../../http/paging.ts";
import { createRouter } from "../../../http/router.ts";
import {
  CreateGoal,
  GoalParams,
  GoalProgress,
  GoalQuery,
  GoalResponse,
  ProgressQuery,
  UpdateGoal,
} from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Goals"];
const response = { ...json(GoalResponse, "The goal"), headers: tagHeaders };

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listGoals",
  summary: "List goals",
  description: "Lists the current user's goals. Listing other users' goals requires `goals:read_any`.",
  tags,
  ...requirePermission("goals:read"),
  request: { query: GoalQuery },
  responses: {
    200: { ...json(z.array(GoalResponse), "A page of goals"), headers: pageHeaders },
    ...errors("VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createGoal",
  summary: "Create a goal",
  description:
    "A goal counts all time except breaks. If it names a client, project, task, tag or kind, it counts only the time that matches all of them.",
  tags,
  ...idempotent(requirePermission("goals:create")),
  request: { body: body(CreateGoal) },
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

const progress = createRoute({
  method: "get",
  path: "/progress",
  operationId: "getGoalProgress",
  summary: "Get goal progress",
  description:
    "Returns the current period, the previous periods and the streak of each goal that is not archived. Days follow the current user's time zone and day boundary. A running entry counts until `as_of`.",
  tags,
  ...oneAtATime(requireAll(["goals:read", "reports:read"]), includesActivity),
  request: { query: ProgressQuery },
  responses: {
    200: json(GoalProgress, "The progress"),
    ...errors("VALIDATION_ERROR", "BUSINESS_LOGIC_ERROR", "RATE_LIMIT_EXCEEDED", ...GUARD_ERRORS),
  },
});

const read = createRoute({
  method: "get",
  path: "/{goal_id}",
  operationId: "getGoal",
  summary: "Get a goal",
  tags,
  ...requirePermission("goals:read"),
  request: { params: GoalParams },
  responses: { 200: response, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const update = createRoute({
  method: "patch",
  path: "/{goal_id}",
  operationId: "updateGoal",
  summary: "Update a goal",
  description: "Changes only the given fields. Past periods are measured against the updated goal as well.",
  tags,
  ...requirePermission("goals:update"),
  request: { params: GoalParams, headers: IfMatch, body: body(UpdateGoal) },
  responses: {
    200: response,
    ...errors("RESOURCE_NOT_FOUND", "PRECONDITION_FAILED", ...GUARD_ERRORS, ...BODY_ERRORS),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/{goal_id}",
  operationId: "deleteGoal",
  summary: "Delete a goal",
  tags,
  ...requirePermission("goals:delete"),
  request: { params: GoalParams, headers: IfMatch },
  responses: {
    204: NO_CONTENT,
    ...errors("RESOURCE_NOT_FOUND", "PRECONDITION_FAILED", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const restore = createRoute({
  method: "post",
  path: "/{goal_id}/restore",
  operationId: "restoreGoal",
  summary: "Restore a deleted goal",
  tags,
  ...requirePermission("goals:delete"),
  request: { params: GoalParams },
  responses: {
    200: response,
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

export const goals = createRouter()
  .openapi(list, async (c) => c.json(sendPage(c, await service.listGoals(c.var, c.req.valid("query"))), 200))
  .openapi(create, async (c) =>
    c.json(sendTagged(c, await service.createGoal(c.var, c.req.valid("json"))), 201),
  )
  .openapi(progress, async (c) => c.json(await service.measureGoals(c.var, c.req.valid("query")), 200))
  .openapi(read, async (c) =>
    c.json(sendTagged(c, await service.getGoal(c.var, c.req.valid("param").goal_id)), 200),
  )
  .openapi(update, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    const { goal_id } = c.req.valid("param");
    return c.json(
      sendTagged(c, await service.updateGoal(c.var, goal_id, c.req.valid("json"), expectedTags)),
      200,
    );
  })
  .openapi(remove, async (c) => {
    await service.deleteGoal(c.var, c.req.valid("param").goal_id, expectedTagsOf(c.req.valid("header")));
    return c.body(null, 204);
  })
  .openapi(restore, async (c) =>
    c.json(sendTagged(c, await service.restoreGoal(c.var, c.req.valid("param").goal_id)), 200),
  );
