import { createRoute } from "@hono/zod-openapi";
import { requireAll, requirePermission } from "../../../guard/guard.ts";
import { idempotent } from "../../../guard/idempotency.ts";
import { oneAtATime } from "../../../http/middleware/one-at-a-time.ts";
import { BODY_ERRORS, body, errors, GUARD_ERRORS, IDEMPOTENCY_ERRORS, json } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { ActivityEntries, ActivityQuery, ActivityReport, CreateActivityEntries, DryRun } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Activity"];

/** Of activity at once, in one request or in two. */
const TOO_MUCH = ["BUSINESS_LOGIC_ERROR", "RATE_LIMIT_EXCEEDED"] as const;

const summary = createRoute({
  method: "get",
  path: "/summary",
  operationId: "getActivitySummary",
  summary: "What one was busy with, as programs saw it",
  description:
    "By days, and by the categories and projects that one's rules say. What was seen twice counts once; where nobody was there, nothing counts.",
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
  summary: "See what rules would make of what was seen",
  description: "Of those given, or of one's own. Nothing is kept.",
  tags,
  ...oneAtATime(requirePermission("activity:read")),
  request: { body: body(DryRun) },
  responses: {
    200: json(ActivityReport, "What the summary would be"),
    ...errors(...TOO_MUCH, ...GUARD_ERRORS, ...BODY_ERRORS),
  },
});

const entries = createRoute({
  method: "post",
  path: "/entries",
  operationId: "createActivityEntries",
  summary: "Turn activity into time entries",
  description:
    "Each stretch that rules know becomes one, where there is none yet. So asking again adds only what is new; what was changed or deleted since stays so.",
  tags,
  ...idempotent(oneAtATime(requireAll(["activity:read", "time_entries:create"]))),
  request: { body: body(CreateActivityEntries) },
  responses: {
    200: json(ActivityEntries, "What was made, or would be"),
    ...errors(...TOO_MUCH, ...GUARD_ERRORS, ...IDEMPOTENCY_ERRORS, ...BODY_ERRORS),
  },
});

export const activity = createRouter()
  .openapi(summary, async (c) => c.json(await service.summarizeActivity(c.var, c.req.valid("query")), 200))
  .openapi(dryRun, async (c) => c.json(await service.tryRules(c.var, c.req.valid("json")), 200))
  .openapi(entries, async (c) => c.json(await service.makeEntries(c.var, c.req.valid("json")), 200));
