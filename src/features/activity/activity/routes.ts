import { createRoute } from "@hono/zod-openapi";
import { requireAll, requirePermission } from "../../../guard/guard.ts";
import { idempotent } from "../../../guard/idempotency.ts";
import { oneAtATime } from "../../../http/middleware/one-at-a-time.ts";
import { BODY_ERRORS, body, errors, GUARD_ERRORS, IDEMPOTENCY_ERRORS, json } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { ActivityEntries, ActivityQuery, ActivityReport, CreateActivityEntries, DryRun } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Activity"];

/** Errors for too much activity in one report, and for a second report at the same time. */
const TOO_MUCH = ["BUSINESS_LOGIC_ERROR", "RATE_LIMIT_EXCEEDED"] as const;

const summary = createRoute({
  method: "get",
  path: "/summary",
  operationId: "getActivitySummary",
  summary: "Get an activity summary",
  description:
    "Summarizes activity by day, and by the categories and projects that the current user's rules assign. Activity that several tracking clients report counts once. Idle time does not count.",
  tags,
  ...oneAtATime(requirePermission("activity:read")),
  request: { query: ActivityQuery },
  responses: {
    200: json(ActivityReport, "The summary"),
    ...errors("VALIDATION_ERROR", ...TOO_MUCH, ...GUARD_ERRORS),
  },
});

const dryRun = createRoute({
  method: "post",
  path: "/rules/dry-run",
  operationId: "tryActivityRules",
  summary: "Try activity rules",
  description: "Summarizes activity by the given rules, or by the current user's rules. Nothing is saved.",
  tags,
  ...oneAtATime(requirePermission("activity:read")),
  request: { body: body(DryRun) },
  responses: {
    200: json(ActivityReport, "The summary by these rules"),
    ...errors(...TOO_MUCH, ...GUARD_ERRORS, ...BODY_ERRORS),
  },
});

const entries = createRoute({
  method: "post",
  path: "/entries",
  operationId: "createActivityEntries",
  summary: "Create time entries from activity",
  description:
    "Creates a time entry for each stretch of activity that a rule matches and no time entry covers. Repeating the request adds only new entries. Entries that were changed or deleted since then stay as they are.",
  tags,
  ...idempotent(oneAtATime(requireAll(["activity:read", "time_entries:create"]))),
  request: { body: body(CreateActivityEntries) },
  responses: {
    200: json(ActivityEntries, "The entries that were created, or would be in a dry run"),
    ...errors(...TOO_MUCH, ...GUARD_ERRORS, ...IDEMPOTENCY_ERRORS, ...BODY_ERRORS),
  },
});

export const activity = createRouter()
  .openapi(summary, async (c) => c.json(await service.summarizeActivity(c.var, c.req.valid("query")), 200))
  .openapi(dryRun, async (c) => c.json(await service.tryRules(c.var, c.req.valid("json")), 200))
  .openapi(entries, async (c) => c.json(await service.createEntries(c.var, c.req.valid("json")), 200));
