import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { requireAll, requirePermission } from "../../../guard/guard.ts";
import type { AppEnv } from "../../../http/context.ts";
import { MEBIBYTE } from "../../../http/middleware/body.ts";
import { oneAtATime } from "../../../http/middleware/one-at-a-time.ts";
import { errors, GUARD_ERRORS, json } from "../../../http/openapi.ts";
import { jsonBodyOfAnyType, readJson } from "../../../http/request-body.ts";
import { createRouter } from "../../../http/router.ts";
import { sendJsonStream } from "../../../http/streaming.ts";
import { isLongPeriod } from "./days.ts";
import { machineOf } from "./heartbeats.ts";
import { GoalOfToday, Goals } from "./schemas/goals.ts";
import {
  Heartbeats,
  Ignored,
  NoExperts,
  SentHeartbeat,
  SentHeartbeats,
  SentObject,
  TakenHeartbeat,
  TakenHeartbeats,
  WaitingHeartbeat,
} from "./schemas/heartbeats.ts";
import { Agents, Leaders, Machines, Person, Projects } from "./schemas/people.ts";
import {
  DayQuery,
  DurationsQuery,
  GoalParams,
  LeadersQuery,
  ListQuery,
  ProjectsQuery,
  ReportQuery,
  StatsParams,
  SummariesQuery,
  UserParams,
} from "./schemas/queries.ts";
import { AllTime, Durations, Stats, StatusBar, Summaries } from "./schemas/reports.ts";
import * as service from "./service.ts";

const tags = ["WakaTime"];

// With an API key, only the database knows the caller: no handler here may need the principal.
const sendGuard = requirePermission(service.SEND_PERMISSION, {
  acceptsApiKey: true,
  bodyBytes: MEBIBYTE,
  canQueue: true,
});
const readGuard = requirePermission("activity:read", { acceptsApiKey: true });
const summaryGuard = oneAtATime(readGuard, (c) => isLongPeriod(c.req.query()));
const statsGuard = oneAtATime(readGuard, (c) => isLongPeriod({ range: c.req.param("range") }));
const goalsGuard = requireAll(["goals:read", "reports:read"], { acceptsApiKey: true });
const lookupErrors = errors("RESOURCE_NOT_FOUND", "BAD_REQUEST", ...GUARD_ERRORS);
const reportErrors = errors("RESOURCE_NOT_FOUND", "BAD_REQUEST", "BUSINESS_LOGIC_ERROR", ...GUARD_ERRORS);

const ANY_MEDIA_TYPE =
  "The body is read as JSON under any media type, and also if it is encoded twice, as some clients send it.";

const QUEUED =
  "The database does not respond. Valid heartbeats wait in a queue, and are stored when it responds, if the caller may still send them.";

const sendMany = createRoute({
  method: "post",
  path: "/users/{user}/heartbeats.bulk",
  operationId: "sendHeartbeats",
  summary: "Send heartbeats",
  description: `Accepts up to 1,000 heartbeats. Any after those get no response: send them again. Each heartbeat is accepted or rejected on its own. A heartbeat that is already stored changes nothing and gets the same response as before. ${ANY_MEDIA_TYPE}`,
  tags,
  ...sendGuard,
  request: { params: UserParams, body: jsonBodyOfAnyType(SentHeartbeats) },
  responses: {
    201: json(TakenHeartbeats, "The result for each heartbeat"),
    202: json(TakenHeartbeats, `The result for each heartbeat; some are queued. ${QUEUED}`),
    ...reportErrors,
  },
});

const sendOne = createRoute({
  method: "post",
  path: "/users/{user}/heartbeats",
  operationId: "sendHeartbeat",
  summary: "Send a heartbeat",
  description: ANY_MEDIA_TYPE,
  tags,
  ...sendGuard,
  request: { params: UserParams, body: jsonBodyOfAnyType(SentHeartbeat) },
  responses: {
    201: json(TakenHeartbeat, "The heartbeat"),
    202: json(WaitingHeartbeat, QUEUED),
    ...reportErrors,
  },
});

const listHeartbeats = createRoute({
  method: "get",
  path: "/users/{user}/heartbeats",
  operationId: "listHeartbeats",
  summary: "List heartbeats of a day",
  description: "Returns all heartbeats of the day, without pages. The response is streamed.",
  tags,
  ...readGuard,
  request: { params: UserParams, query: DayQuery },
  responses: { 200: json(Heartbeats, "The heartbeats, in order"), ...lookupErrors },
});

const statusBar = createRoute({
  method: "get",
  path: "/users/{user}/statusbar/today",
  operationId: "getStatusBar",
  summary: "Get today's activity for status bars",
  tags,
  ...readGuard,
  request: { params: UserParams, query: ReportQuery },
  responses: { 200: json(StatusBar, "Today"), ...reportErrors },
});

const statusBarOfToday = createRoute({
  ...statusBar,
  path: "/users/{user}/status_bar/today",
  operationId: "getStatusBarOfToday",
  summary: "Get today's activity (alternative path)",
});

const summaries = createRoute({
  method: "get",
  path: "/users/{user}/summaries",
  operationId: "listActivitySummaries",
  summary: "List daily activity summaries",
  description:
    "The time between two heartbeats counts for the earlier one, unless it is longer than the idle timeout. Filters select from the counted time, and never change how it is counted. Each account can request one summary of more than a week at a time: a second request during the first gets 429.",
  tags,
  ...summaryGuard,
  request: { params: UserParams, query: SummariesQuery },
  responses: { 200: json(Summaries, "The days, in order"), ...reportErrors },
});

const durations = createRoute({
  method: "get",
  path: "/users/{user}/durations",
  operationId: "listActivityDurations",
  summary: "List activity durations of a day",
  tags,
  ...readGuard,
  request: { params: UserParams, query: DurationsQuery },
  responses: { 200: json(Durations, "The durations, in order of time"), ...reportErrors },
});

const stats = createRoute({
  method: "get",
  path: "/users/{user}/stats/{range}",
  operationId: "getActivityStats",
  summary: "Get activity statistics of a period",
  description:
    "Each account can request statistics of one period of more than a week at a time: a second request during the first gets 429.",
  tags,
  ...statsGuard,
  request: { params: StatsParams, query: ReportQuery },
  responses: {
    200: json(Stats, "The statistics"),
    202: json(Stats, "The statistics of a part of the period: the rest is not added up yet"),
    ...reportErrors,
  },
});

const statsOfWeek = createRoute({
  ...stats,
  path: "/users/{user}/stats",
  operationId: "getRecentActivityStats",
  summary: "Get last 7 days' statistics",
  request: { params: UserParams, query: ReportQuery },
});

const leaders = createRoute({
  method: "get",
  path: "/leaders",
  operationId: "listActivityLeaders",
  summary: "List activity leaders",
  description:
    "The list has only the caller, with the activity of the last 7 days: users do not see each other's heartbeats.",
  tags,
  ...readGuard,
  request: { query: LeadersQuery },
  responses: {
    200: json(Leaders, "The caller"),
    ...errors("BAD_REQUEST", "BUSINESS_LOGIC_ERROR", ...GUARD_ERRORS),
  },
});

const allTime = createRoute({
  method: "get",
  path: "/users/{user}/all_time_since_today",
  operationId: "getAllTime",
  summary: "Get the all-time activity total",
  tags,
  ...readGuard,
  request: { params: UserParams, query: ReportQuery },
  responses: { 200: json(AllTime, "The total since the first heartbeat"), ...reportErrors },
});

const person = createRoute({
  method: "get",
  path: "/users/{user}",
  operationId: "getActivityUser",
  summary: "Get the user for WakaTime clients",
  tags,
  ...readGuard,
  request: { params: UserParams },
  responses: { 200: json(Person, "The current user"), ...lookupErrors },
});

const projects = createRoute({
  method: "get",
  path: "/users/{user}/projects",
  operationId: "listActivityProjects",
  summary: "List projects named by heartbeats",
  tags,
  ...readGuard,
  request: { params: UserParams, query: ProjectsQuery },
  responses: { 200: json(Projects, "The projects, most recent first"), ...lookupErrors },
});

const agents = createRoute({
  method: "get",
  path: "/users/{user}/user_agents",
  operationId: "listActivityUserAgents",
  summary: "List programs that sent heartbeats",
  tags,
  ...readGuard,
  request: { params: UserParams, query: ListQuery },
  responses: { 200: json(Agents, "The programs, most recent first"), ...lookupErrors },
});

const machines = createRoute({
  method: "get",
  path: "/users/{user}/machine_names",
  operationId: "listActivityMachines",
  summary: "List machines that sent heartbeats",
  tags,
  ...readGuard,
  request: { params: UserParams, query: ListQuery },
  responses: { 200: json(Machines, "The machines, most recent first"), ...lookupErrors },
});

const goals = createRoute({
  method: "get",
  path: "/users/{user}/goals",
  operationId: "listActivityGoals",
  summary: "List goals for WakaTime clients",
  description:
    "Lists the goals of `/goals` that are not archived. They count all time that `/goals/progress` counts, not only heartbeats.",
  tags,
  ...goalsGuard,
  request: { params: UserParams },
  responses: { 200: json(Goals, "The goals"), ...reportErrors },
});

const goal = createRoute({
  method: "get",
  path: "/users/{user}/goals/{goal_id}",
  operationId: "getActivityGoal",
  summary: "Get a goal for WakaTime clients",
  tags,
  ...goalsGuard,
  request: { params: GoalParams },
  responses: { 200: json(GoalOfToday, "The goal"), ...reportErrors },
});

const experts = createRoute({
  method: "post",
  path: "/users/{user}/file_experts",
  operationId: "listFileExperts",
  summary: "List file experts",
  description: "Always returns an empty list: users do not see who else works on a file.",
  tags,
  ...readGuard,
  request: { params: UserParams, body: jsonBodyOfAnyType(SentObject) },
  responses: { 200: json(NoExperts, "An empty list"), ...lookupErrors },
});

const pluginError = createRoute({
  method: "post",
  path: "/plugins/errors",
  operationId: "reportPluginError",
  summary: "Report a plugin error",
  description: "Accepted for compatibility, and discarded.",
  tags,
  ...sendGuard,
  responses: { 201: json(Ignored, "Discarded"), ...errors(...GUARD_ERRORS) },
});

// WakaTime's clients know 400, but not 422.
export const wakaTime = createRouter({ invalid: "BAD_REQUEST", ignoresUnknown: true })
  .openapi(sendMany, async (c) => {
    const sent = readJson(await c.req.text(), SentHeartbeats.or(SentObject));
    const items = Array.isArray(sent) ? sent : [sent];
    const { user } = c.req.valid("param");
    const responses = await service.acceptHeartbeats(c.var, user, items, senderOf(c));
    return c.json({ responses }, responses.some(([, status]) => status === 202) ? 202 : 201);
  })
  .openapi(sendOne, async (c) => {
    const item = readJson(await c.req.text(), SentObject);
    const response = await service.acceptHeartbeat(c.var, c.req.valid("param").user, item, senderOf(c));
    return response[1] === 201 ? c.json(response[0], 201) : c.json(response[0], 202);
  })
  .openapi(listHeartbeats, async (c) =>
    sendJsonStream(c, service.writeHeartbeats(c.var, c.req.valid("param").user, c.req.valid("query"))),
  )
  .openapi(statusBar, async (c) =>
    c.json(await service.getStatusBar(c.var, c.req.valid("param").user, c.req.valid("query")), 200),
  )
  .openapi(statusBarOfToday, async (c) =>
    c.json(await service.getStatusBar(c.var, c.req.valid("param").user, c.req.valid("query")), 200),
  )
  .openapi(summaries, async (c) =>
    c.json(await service.summarize(c.var, c.req.valid("param").user, c.req.valid("query")), 200),
  )
  .openapi(durations, async (c) =>
    c.json(await service.listDurations(c.var, c.req.valid("param").user, c.req.valid("query")), 200),
  )
  .openapi(stats, async (c) => {
    const { user, range } = c.req.valid("param");
    const found = await service.getStats(c.var, user, range, c.req.valid("query"));
    return c.json(found, found.data.is_up_to_date ? 200 : 202);
  })
  .openapi(statsOfWeek, async (c) => {
    const { user } = c.req.valid("param");
    const found = await service.getStats(c.var, user, "last_7_days", c.req.valid("query"));
    return c.json(found, found.data.is_up_to_date ? 200 : 202);
  })
  .openapi(leaders, async (c) => c.json(await service.getLeaders(c.var, c.req.valid("query")), 200))
  .openapi(allTime, async (c) =>
    c.json(await service.getAllTime(c.var, c.req.valid("param").user, c.req.valid("query")), 200),
  )
  .openapi(person, async (c) => c.json(await service.getPerson(c.var, c.req.valid("param").user), 200))
  .openapi(projects, async (c) =>
    c.json(await service.listProjects(c.var, c.req.valid("param").user, c.req.valid("query")), 200),
  )
  .openapi(agents, async (c) =>
    c.json(await service.listAgents(c.var, c.req.valid("param").user, c.req.valid("query")), 200),
  )
  .openapi(machines, async (c) =>
    c.json(await service.listMachines(c.var, c.req.valid("param").user, c.req.valid("query")), 200),
  )
  .openapi(goals, async (c) => c.json(await service.listGoals(c.var, c.req.valid("param").user), 200))
  .openapi(goal, async (c) => {
    const { user, goal_id } = c.req.valid("param");
    return c.json(await service.getGoal(c.var, user, goal_id), 200);
  })
  .openapi(experts, async (c) => c.json(await service.listNothing(c.var, c.req.valid("param").user), 200))
  .openapi(pluginError, (c) => c.json({ data: null }, 201));

/** Returns the sender of a request's heartbeats, as its headers describe it. */
const senderOf = (c: Context<AppEnv>) => {
  const agent = c.req.header("User-Agent");
  return { agent, machine: machineOf(c.req.header("X-Machine-Name"), agent), zone: c.req.header("Timezone") };
};
