import { createRoute } from "@hono/zod-openapi";
import { admitMembers } from "../../../guard/guard.ts";
import { includesActivity, oneAtATime } from "../../../http/middleware/one-at-a-time.ts";
import { errors, GUARD_ERRORS, json } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import {
  FocusReport,
  HeatmapQuery,
  HeatmapReport,
  PeriodQuery,
  SharedPeriodQuery,
  StreakQuery,
  StreakReport,
  SummaryQuery,
  SummaryReport,
  TimesheetReport,
} from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Reports"];
const DAYS =
  "Days follow the current user's time zone and day boundary, and have 0 to 25 hours. A running entry counts until `as_of`.";
const guarded = oneAtATime(admitMembers("reports:read"), includesActivity);
/** Also for the time of an organization, by `organization_id`. */
const shared = oneAtATime(admitMembers("reports:read", { isFiltered: true }), includesActivity);
const refusals = errors("VALIDATION_ERROR", "BUSINESS_LOGIC_ERROR", "RATE_LIMIT_EXCEEDED", ...GUARD_ERRORS);

const summary = createRoute({
  method: "get",
  path: "/summary",
  operationId: "getSummary",
  summary: "Get a summary of tracked time",
  description: `Returns the tracked time of a period, in total and by up to two groups, and that of the preceding period of the same length. ${DAYS}`,
  tags,
  ...shared,
  request: { query: SummaryQuery },
  responses: { 200: json(SummaryReport, "The summary"), ...errors("RESOURCE_NOT_FOUND"), ...refusals },
});

const timesheet = createRoute({
  method: "get",
  path: "/timesheet",
  operationId: "getTimesheet",
  summary: "Get a timesheet",
  description: `Returns the tracked time of each project on each day. ${DAYS}`,
  tags,
  ...shared,
  request: { query: SharedPeriodQuery },
  responses: { 200: json(TimesheetReport, "The timesheet"), ...errors("RESOURCE_NOT_FOUND"), ...refusals },
});

const heatmap = createRoute({
  method: "get",
  path: "/heatmap",
  operationId: "getHeatmap",
  summary: "Get a heatmap",
  description: `Returns the covered time of each day of a year. ${DAYS}`,
  tags,
  ...guarded,
  request: { query: HeatmapQuery },
  responses: { 200: json(HeatmapReport, "The heatmap"), ...refusals },
});

const today = createRoute({
  method: "get",
  path: "/today",
  operationId: "getToday",
  summary: "Get today's summary",
  description: `Returns today's tracked time by project. ${DAYS}`,
  tags,
  ...guarded,
  request: { query: StreakQuery },
  responses: { 200: json(SummaryReport, "The summaries of today and yesterday"), ...refusals },
});

const streak = createRoute({
  method: "get",
  path: "/streak",
  operationId: "getStreak",
  summary: "Get the current and longest streak",
  description:
    "A streak is a run of days with at least the covered time that the settings require. A day that is not over yet does not break it.",
  tags,
  ...guarded,
  request: { query: StreakQuery },
  responses: { 200: json(StreakReport, "The streak"), ...refusals },
});

const focus = createRoute({
  method: "get",
  path: "/focus",
  operationId: "getFocus",
  summary: "Get a focus report",
  description: `A focus session is at least 25 minutes of work on one project, without a gap of more than two minutes. ${DAYS}`,
  tags,
  ...guarded,
  request: { query: PeriodQuery },
  responses: { 200: json(FocusReport, "The focus report"), ...refusals },
});

export const reports = createRouter()
  .openapi(summary, async (c) => c.json(await service.summarize(c.var, c.req.valid("query")), 200))
  .openapi(timesheet, async (c) => c.json(await service.getTimesheet(c.var, c.req.valid("query")), 200))
  .openapi(heatmap, async (c) => c.json(await service.getHeatmap(c.var, c.req.valid("query")), 200))
  .openapi(today, async (c) =>
    c.json(await service.summarize(c.var, { ...c.req.valid("query"), group: ["project"] }), 200),
  )
  .openapi(streak, async (c) => c.json(await service.measureStreak(c.var, c.req.valid("query")), 200))
  .openapi(focus, async (c) => c.json(await service.measureFocus(c.var, c.req.valid("query")), 200));
