import { createRoute, z } from "@hono/zod-openapi";
import { requirePermission } from "../../../guard/guard.ts";
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
import { createRouter } from "../../../http/router.ts";
import {
  ActivityRuleOrder,
  ActivityRuleParams,
  ActivityRuleResponse,
  CreateActivityRule,
  UpdateActivityRule,
} from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Activity"];
const response = { ...json(ActivityRuleResponse, "The rule"), headers: tagHeaders };
const listResponse = json(
  z.array(ActivityRuleResponse),
  "All rules, in the order in which they are evaluated",
);

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listActivityRules",
  summary: "List activity rules",
  description: "Lists the current user's rules in order. The first rule that matches an activity wins.",
  tags,
  ...requirePermission("activity:read"),
  responses: { 200: listResponse, ...errors(...GUARD_ERRORS) },
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createActivityRule",
  summary: "Create an activity rule",
  description: "Appends the rule to the end of the list.",
  tags,
  ...idempotent(requirePermission("activity:update")),
  request: { body: body(CreateActivityRule) },
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

const order = createRoute({
  method: "put",
  path: "/order",
  operationId: "orderActivityRules",
  summary: "Order activity rules",
  description: "Sets the order in which rules are evaluated. Name each rule exactly once.",
  tags,
  ...requirePermission("activity:update"),
  request: { body: body(ActivityRuleOrder) },
  responses: { 200: listResponse, ...errors("BUSINESS_LOGIC_ERROR", ...GUARD_ERRORS, ...BODY_ERRORS) },
});

const read = createRoute({
  method: "get",
  path: "/{rule_id}",
  operationId: "getActivityRule",
  summary: "Get an activity rule",
  tags,
  ...requirePermission("activity:read"),
  request: { params: ActivityRuleParams },
  responses: { 200: response, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const update = createRoute({
  method: "patch",
  path: "/{rule_id}",
  operationId: "updateActivityRule",
  summary: "Update an activity rule",
  description: "Changes only the given fields.",
  tags,
  ...requirePermission("activity:update"),
  request: { params: ActivityRuleParams, headers: IfMatch, body: body(UpdateActivityRule) },
  responses: {
    200: response,
    ...errors("RESOURCE_NOT_FOUND", "PRECONDITION_FAILED", ...GUARD_ERRORS, ...BODY_ERRORS),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/{rule_id}",
  operationId: "deleteActivityRule",
  summary: "Delete an activity rule",
  description: "Time entries that were created by the rule stay unchanged.",
  tags,
  ...requirePermission("activity:delete"),
  request: { params: ActivityRuleParams, headers: IfMatch },
  responses: {
    204: NO_CONTENT,
    ...errors("RESOURCE_NOT_FOUND", "PRECONDITION_FAILED", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

export const activityRules = createRouter()
  .openapi(list, async (c) => c.json(await service.listRules(c.var), 200))
  .openapi(create, async (c) =>
    c.json(sendTagged(c, await service.createRule(c.var, c.req.valid("json"))), 201),
  )
  .openapi(order, async (c) => c.json(await service.orderRules(c.var, c.req.valid("json")), 200))
  .openapi(read, async (c) =>
    c.json(sendTagged(c, await service.getRule(c.var, c.req.valid("param").rule_id)), 200),
  )
  .openapi(update, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    const { rule_id } = c.req.valid("param");
    return c.json(
      sendTagged(c, await service.updateRule(c.var, rule_id, c.req.valid("json"), expectedTags)),
      200,
    );
  })
  .openapi(remove, async (c) => {
    await service.deleteRule(c.var, c.req.valid("param").rule_id, expectedTagsOf(c.req.valid("header")));
    return c.body(null, 204);
  });
