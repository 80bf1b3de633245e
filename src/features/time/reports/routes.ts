import { createRoute } from "@hono/zod-openapi";
import { requirePermission } from "../../../guard/guard.ts";
import { includesActivity, oneAtATime } from "../../../http/middleware/one-at-a-time.ts";
import { errors, GUARD_ERRORS, json } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import {
  FocusReport,
  HeatmapQuery,
  HeatmapReport,
  PeriodQuery,
  StreakQuery,
  StreakReport,
  SummaryQuery,
  SummaryReport,
  TimesheetReport,
} from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Reports"];
const OWN = "Days are the viewer's own, of 0 to 25 hours; what runs counts until `as_of`.";
const reading = oneAtATime(requirePermission("reports:read"), includesActivity);
const refusals = errors("VALIDATION_ERROR", "BUSINESS_LOGIC_ERROR", "RATE_LIMIT_EXCEEDED", ...GUARD_ERRORS);

const summary = createRoute({
  method: "get",
  path: "/summary",
  operationId: "getSummary",
  summary: "How long was worked, and on what",
  description: `In all, and by up to two groups; and in as many days before. ${OWN}`,
  tags,
  ...reading,
  request: { query: SummaryQuery },
  responses: { 200: json(SummaryReport, "The summary"), ...refusals },
});

const timesheet = createRoute({
  method: "get",
  path: "/timesheet",
  operationId: "getTimesheet",
  summary: "Projects by days",
  description: OWN,
  tags,
  ...reading,
  request: { query: PeriodQuery },
  responses: { 200: json(TimesheetReport, "The timesheet"), ...refusals },
});

const heatmap = createRoute({
  method: "get",
  path: "/heatmap",
  operationId: "getHeatmap",
  summary: "How much of each day of a year was worked",
  description: OWN,
  tags,
  ...reading,
  request: { query: HeatmapQuery },
  responses: { 200: json(HeatmapReport, "The year"), ...refusals },
});

const today = createRoute({
  method: "get",
  path: "/today",
  operationId: "getToday",
  summary: "How long was worked today, and on what",
  description: `By project. ${OWN}`,
  tags,
  ...reading,
  request: { query: StreakQuery },
  responses: { 200: json(SummaryReport, "Today, and yesterday"), ...refusals },
});

const streak = createRoute({
  method: "get",
  path: "/streak",
  operationId: "getStreak",
  summary: "Days in a row",
  description:
    "A day counts that was worked for as long as the settings ask for. Today does not break a row that it has not met yet.",
  tags,
  ...reading,
  request: { query: StreakQuery },
  responses: { 200: json(StreakReport, "The streak"), ...refusals },
});

const focus = createRoute({
  method: "get",
  path: "/focus",
  operationId: "getFocus",
  summary: "How undisturbed the work was",
  description: `Sessions are stretches of 25 minutes or more on one project, with no gap over two minutes. ${OWN}`,
  tags,
  ...reading,
  request: { query: PeriodQuery },
  responses: { 200: json(FocusReport, "The focus"), ...refusals },
});

export const reports = createRouter()
  .openapi(summary, async (c) => c.json(await service.summarize(c.var, c.req.valid("query")), 200))
  .openapi(timesheet, async (c) => c.json(await service.fillTimesheet(c.var, c.req.valid("query")), 200))
  .openapi(heatmap, async (c) => c.json(await service.drawHeatmap(c.var, c.req.valid("query")), 200))
  .openapi(today, async (c) =>
    c.json(await service.summarize(c.var, { ...c.req.valid("query"), group: ["project"] }), 200),
  )
  .openapi(streak, async (c) => c.json(await service.measureStreak(c.var, c.req.valid("query")), 200))
  .openapi(focus, async (c) => c.json(await service.measureFocus(c.var, c.req.valid("query")), 200));
