import { createRoute, z } from "@hono/zod-openapi";
import { admitMembers } from "../../../guard/guard.ts";
import { idempotent } from "../../../guard/idempotency.ts";
import { expectedTagsOf, IfMatch, sendTagged, tagHeaders } from "../../../http/etag.ts";
import { MEBIBYTE } from "../../../http/middleware/body.ts";
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
import {
  BulkResults,
  BulkTimeEntries,
  CreateTimeEntry,
  StartTimer,
  StopTimer,
  SuggestionQuery,
  TimeEntryParams,
  TimeEntryQuery,
  TimeEntryResponse,
  TimeEntrySuggestion,
  UpdateTimeEntry,
} from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Time"];
const response = { ...json(TimeEntryResponse, "The time entry"), headers: tagHeaders };

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listTimeEntries",
  summary: "List time entries",
  description:
    "Lists the current user's time entries, newest first by default. Listing other users' time entries requires `time_entries:read_any`.",
  tags,
  ...admitMembers("time_entries:read", { isFiltered: true }),
  request: { query: TimeEntryQuery },
  responses: {
    200: { ...json(z.array(TimeEntryResponse), "A page of time entries"), headers: partialPageHeaders },
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createTimeEntry",
  summary: "Create a time entry",
  description:
    "Without an end, the new entry is running. An entry that is already running stops when the new entry starts. If the running entry began at that time or later, it stops now instead and keeps its time. An entry with a task belongs to the task's project; a different project is refused. A client that chooses the id can repeat the request without creating a second entry.",
  tags,
  ...idempotent(admitMembers("time_entries:create")),
  request: { body: body(CreateTimeEntry) },
  responses: {
    201: response,
    ...errors(
      "RESOURCE_NOT_FOUND",
      "RESOURCE_ALREADY_EXISTS",
      "BUSINESS_LOGIC_ERROR",
      "TIME_CONFLICT",
      ...GUARD_ERRORS,
      ...IDEMPOTENCY_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const start = createRoute({
  method: "post",
  path: "/start",
  operationId: "startTimer",
  summary: "Start the timer",
  description:
    "Creates a running entry. An entry that is already running stops when the new entry starts. If the running entry began at that time or later, it stops now instead and keeps its time.",
  tags,
  ...idempotent(admitMembers("time_entries:create")),
  request: { body: body(StartTimer) },
  responses: {
    201: response,
    ...errors(
      "RESOURCE_NOT_FOUND",
      "RESOURCE_ALREADY_EXISTS",
      "BUSINESS_LOGIC_ERROR",
      "TIME_CONFLICT",
      ...GUARD_ERRORS,
      ...IDEMPOTENCY_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const current = createRoute({
  method: "get",
  path: "/current",
  operationId: "getRunningTimer",
  summary: "Get the running time entry",
  tags,
  ...admitMembers("time_entries:read"),
  responses: {
    200: json(
      z.object({ entry: z.union([TimeEntryResponse, z.null()]) }).openapi("RunningTimer"),
      "The running entry, or null",
    ),
    ...errors(...GUARD_ERRORS),
  },
});

const suggestions = createRoute({
  method: "get",
  path: "/suggestions",
  operationId: "listTimeEntrySuggestions",
  summary: "List suggestions for time entries",
  description:
    "Lists the distinct combinations of description, project and tags in the current user's latest 1,000 entries of a scope, most frequent first, with live projects, tasks and tags that are neither archived nor done.",
  tags,
  ...admitMembers("time_entries:read", { isFiltered: true }),
  request: { query: SuggestionQuery },
  responses: {
    200: json(z.array(TimeEntrySuggestion), "The suggestions"),
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const bulk = createRoute({
  method: "post",
  path: "/bulk",
  operationId: "changeTimeEntriesInBulk",
  summary: "Change time entries in bulk",
  description:
    "Creates, updates and deletes up to 1,000 time entries. Each item succeeds or fails on its own. The results are in the order of the items.",
  tags,
  ...idempotent(
    admitMembers(["time_entries:create", "time_entries:update", "time_entries:delete"], {
      bodyBytes: MEBIBYTE,
    }),
  ),
  request: { body: body(BulkTimeEntries) },
  responses: {
    200: json(BulkResults, "The result of each item"),
    ...errors(...GUARD_ERRORS, ...IDEMPOTENCY_ERRORS, ...BODY_ERRORS),
  },
});

const read = createRoute({
  method: "get",
  path: "/{entry_id}",
  operationId: "getTimeEntry",
  summary: "Get a time entry",
  tags,
  ...admitMembers("time_entries:read"),
  request: { params: TimeEntryParams },
  responses: { 200: response, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const update = createRoute({
  method: "patch",
  path: "/{entry_id}",
  operationId: "updateTimeEntry",
  summary: "Update a time entry",
  description:
    "Changes only the given fields. A new task also sets its project, and a new project sets whether the entry is billable, unless the request contains these fields. A project other than the task's is refused.",
  tags,
  ...admitMembers("time_entries:update"),
  request: { params: TimeEntryParams, headers: IfMatch, body: body(UpdateTimeEntry) },
  responses: {
    200: response,
    ...errors(
      "RESOURCE_NOT_FOUND",
      "BUSINESS_LOGIC_ERROR",
      "TIME_CONFLICT",
      "PRECONDITION_FAILED",
      ...GUARD_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const stop = createRoute({
  method: "post",
  path: "/{entry_id}/stop",
  operationId: "stopTimer",
  summary: "Stop the timer",
  description: "Stops the running entry now or at an earlier time. An entry that has ended stays unchanged.",
  tags,
  ...admitMembers("time_entries:update"),
  request: { params: TimeEntryParams, body: { ...body(StopTimer), required: false } },
  responses: {
    200: response,
    ...errors("RESOURCE_NOT_FOUND", "BUSINESS_LOGIC_ERROR", ...GUARD_ERRORS, ...BODY_ERRORS),
  },
});

const resume = createRoute({
  method: "post",
  path: "/{entry_id}/resume",
  operationId: "resumeTimer",
  summary: "Resume a time entry",
  description: "Starts a new entry with the project, task, tags and description of an existing one.",
  tags,
  ...idempotent(admitMembers("time_entries:create")),
  request: { params: TimeEntryParams },
  responses: {
    201: response,
    ...errors("RESOURCE_NOT_FOUND", "BUSINESS_LOGIC_ERROR", ...GUARD_ERRORS, ...IDEMPOTENCY_ERRORS),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/{entry_id}",
  operationId: "deleteTimeEntry",
  summary: "Delete a time entry",
  tags,
  ...admitMembers("time_entries:delete"),
  request: { params: TimeEntryParams, headers: IfMatch },
  responses: {
    204: NO_CONTENT,
    ...errors("RESOURCE_NOT_FOUND", "PRECONDITION_FAILED", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const restore = createRoute({
  method: "post",
  path: "/{entry_id}/restore",
  operationId: "restoreTimeEntry",
  summary: "Restore a deleted time entry",
  tags,
  ...admitMembers("time_entries:delete"),
  request: { params: TimeEntryParams },
  responses: {
    200: response,
    ...errors("RESOURCE_NOT_FOUND", "TIME_CONFLICT", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

export const timeEntries = createRouter()
  .openapi(list, async (c) =>
    c.json(sendPage(c, await service.listTimeEntries(c.var, c.req.valid("query"))), 200),
  )
  .openapi(create, async (c) =>
    c.json(sendTagged(c, await service.createTimeEntry(c.var, c.req.valid("json"))), 201),
  )
  .openapi(start, async (c) =>
    c.json(sendTagged(c, await service.createTimeEntry(c.var, c.req.valid("json"))), 201),
  )
  .openapi(current, async (c) =>
    c.json({ entry: (await service.getRunningEntry(c.var))?.value ?? null }, 200),
  )
  .openapi(suggestions, async (c) => c.json(await service.listSuggestions(c.var, c.req.valid("query")), 200))
  .openapi(bulk, async (c) =>
    c.json({ results: await service.changeTimeEntries(c.var, c.req.valid("json")) }, 200),
  )
  .openapi(read, async (c) =>
    c.json(sendTagged(c, await service.getTimeEntry(c.var, c.req.valid("param").entry_id)), 200),
  )
  .openapi(update, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    const { entry_id } = c.req.valid("param");
    return c.json(
      sendTagged(c, await service.updateTimeEntry(c.var, entry_id, c.req.valid("json"), expectedTags)),
      200,
    );
  })
  .openapi(stop, async (c) => {
    const { entry_id } = c.req.valid("param");
    return c.json(sendTagged(c, await service.stopTimer(c.var, entry_id, c.req.valid("json").at)), 200);
  })
  .openapi(resume, async (c) =>
    c.json(sendTagged(c, await service.resumeTimer(c.var, c.req.valid("param").entry_id)), 201),
  )
  .openapi(remove, async (c) => {
    await service.deleteTimeEntry(
      c.var,
      c.req.valid("param").entry_id,
      expectedTagsOf(c.req.valid("header")),
    );
    return c.body(null, 204);
  })
  .openapi(restore, async (c) =>
    c.json(sendTagged(c, await service.restoreTimeEntry(c.var, c.req.valid("param").entry_id)), 200),
  );
