import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AppError } from "../../../core/errors.ts";
import { anyone, requirePermission } from "../../../guard/guard.ts";
import { MEBIBYTE } from "../../../http/middleware/body.ts";
import {
  body,
  errors,
  errorsWithoutDatabase,
  GUARD_ERRORS,
  json,
  MALFORMED_ERRORS,
} from "../../../http/openapi.ts";
import { jsonBodyOfAnyType, readJson, readText } from "../../../http/request-body.ts";
import { createRouter } from "../../../http/router.ts";
import { sendJsonStream } from "../../../http/streaming.ts";
import {
  Bucket,
  BucketParams,
  Buckets,
  CountQuery,
  Event,
  EventParams,
  EventQuery,
  Export,
  Heartbeat,
  HeartbeatQuery,
  IMPORT_LIMITS,
  Import,
  ImportReport,
  Info,
  NewBucket,
  NewEvents,
  Query,
  QueryResults,
  SettingParams,
  SettingValue,
} from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["ActivityWatch"];
const fileHeaders = z.object({
  "Content-Disposition": z.string().openapi({ description: "File name for the download" }),
});
const unusableRules = z.object({
  "Unusable-Rules": z.string().optional().openapi({
    description: "The rules that could not be used, at most ten, each with its reason: JSON in ASCII",
    example: '[{"rule":["Work","Mail"],"reason":"Unsupported regular expression: ("}]',
  }),
});
const DONE = json(z.object({}), "Done");
const LOOKUP_ERRORS = ["RESOURCE_NOT_FOUND", "BAD_REQUEST", ...GUARD_ERRORS] as const;

const info = createRoute({
  method: "get",
  path: "/info",
  operationId: "getActivityWatchInfo",
  summary: "Get server information",
  description: "Clients request this information before anything else.",
  tags,
  ...anyone(),
  responses: { 200: json(Info, "The server information"), ...errorsWithoutDatabase("PAYLOAD_TOO_LARGE") },
});

const listBuckets = createRoute({
  method: "get",
  path: "/buckets",
  operationId: "listActivityBuckets",
  summary: "List buckets",
  tags,
  ...requirePermission("activity:read"),
  responses: { 200: json(Buckets, "The current user's buckets"), ...errors(...GUARD_ERRORS) },
});

const createBucket = createRoute({
  method: "post",
  path: "/buckets/{bucket_id}",
  operationId: "createActivityBucket",
  summary: "Create a bucket",
  description: "Returns 304 if a bucket with this id already exists.",
  tags,
  ...requirePermission("activity:create", { bodyBytes: MEBIBYTE }),
  request: { params: BucketParams, body: body(NewBucket) },
  responses: {
    200: DONE,
    304: { description: "The bucket already exists" },
    ...errors("BUSINESS_LOGIC_ERROR", ...GUARD_ERRORS, ...MALFORMED_ERRORS),
  },
});

const getBucket = createRoute({
  method: "get",
  path: "/buckets/{bucket_id}",
  operationId: "getActivityBucket",
  summary: "Get a bucket",
  tags,
  ...requirePermission("activity:read"),
  request: { params: BucketParams },
  responses: { 200: json(Bucket, "The bucket"), ...errors(...LOOKUP_ERRORS) },
});

const deleteBucket = createRoute({
  method: "delete",
  path: "/buckets/{bucket_id}",
  operationId: "deleteActivityBucket",
  summary: "Delete a bucket and its events",
  tags,
  ...requirePermission("activity:delete"),
  request: { params: BucketParams },
  responses: { 200: DONE, ...errors(...LOOKUP_ERRORS) },
});

const listEvents = createRoute({
  method: "get",
  path: "/buckets/{bucket_id}/events",
  operationId: "listActivityEvents",
  summary: "List a bucket's events",
  description:
    "Lists the events that touch the period, whose ends are included, and cuts them to it. The newest come first; events that start at the same time are in the order in which they were stored.",
  tags,
  ...requirePermission("activity:read"),
  request: { params: BucketParams, query: EventQuery },
  responses: { 200: json(z.array(Event), "The events"), ...errors(...LOOKUP_ERRORS) },
});

const storeEvents = createRoute({
  method: "post",
  path: "/buckets/{bucket_id}/events",
  operationId: "storeActivityEvents",
  summary: "Store events in a bucket",
  description: "An event with an id replaces the event that has it, which also requires `activity:update`.",
  tags,
  ...requirePermission("activity:create", { bodyBytes: MEBIBYTE }),
  request: { params: BucketParams, body: body(NewEvents) },
  responses: {
    200: json(z.array(Event), "The events, with their ids"),
    ...errors("RESOURCE_NOT_FOUND", "BUSINESS_LOGIC_ERROR", ...GUARD_ERRORS, ...MALFORMED_ERRORS),
  },
});

const countEvents = createRoute({
  method: "get",
  path: "/buckets/{bucket_id}/events/count",
  operationId: "countActivityEvents",
  summary: "Count a bucket's events",
  tags,
  ...requirePermission("activity:read"),
  request: { params: BucketParams, query: CountQuery },
  responses: {
    200: json(z.int(), "The number of events that touch the period"),
    ...errors(...LOOKUP_ERRORS),
  },
});

const getEvent = createRoute({
  method: "get",
  path: "/buckets/{bucket_id}/events/{event_id}",
  operationId: "getActivityEvent",
  summary: "Get an event",
  tags,
  ...requirePermission("activity:read"),
  request: { params: EventParams },
  responses: { 200: json(Event, "The event"), ...errors(...LOOKUP_ERRORS) },
});

const deleteEvent = createRoute({
  method: "delete",
  path: "/buckets/{bucket_id}/events/{event_id}",
  operationId: "deleteActivityEvent",
  summary: "Delete an event",
  tags,
  ...requirePermission("activity:delete"),
  request: { params: EventParams },
  responses: { 200: DONE, ...errors(...LOOKUP_ERRORS) },
});

const heartbeat = createRoute({
  method: "post",
  path: "/buckets/{bucket_id}/heartbeat",
  operationId: "sendActivityHeartbeat",
  summary: "Send a heartbeat to a bucket",
  description:
    "If the heartbeat has the same data as the event before it, and starts at most `pulsetime` seconds after that event's end, it extends the event. Otherwise it becomes a new event.",
  tags,
  ...requirePermission("activity:create", { bodyBytes: MEBIBYTE }),
  request: { params: BucketParams, query: HeartbeatQuery, body: body(Heartbeat) },
  responses: {
    200: json(Event, "The event that the heartbeat extended or created"),
    ...errors("RESOURCE_NOT_FOUND", "BUSINESS_LOGIC_ERROR", ...GUARD_ERRORS, ...MALFORMED_ERRORS),
  },
});

const query = createRoute({
  method: "post",
  path: "/query",
  operationId: "queryActivity",
  summary: "Query activity",
  description:
    "Runs a query in ActivityWatch's language. A category or tag whose regular expression is unsupported, or takes too much work, gets no events, and is listed in the header `Unusable-Rules`.",
  tags,
  ...requirePermission("activity:read", { bodyBytes: MEBIBYTE }),
  request: { body: body(Query) },
  responses: {
    200: { ...json(QueryResults, "The results"), headers: unusableRules },
    ...errors("BUSINESS_LOGIC_ERROR", "RATE_LIMIT_EXCEEDED", ...GUARD_ERRORS, ...MALFORMED_ERRORS),
  },
});

const listSettings = createRoute({
  method: "get",
  path: "/settings",
  operationId: "listActivitySettings",
  summary: "List settings of ActivityWatch's pages",
  tags,
  ...requirePermission("activity:read"),
  responses: {
    200: json(z.record(z.string(), z.unknown()), "The settings, by name"),
    ...errors(...GUARD_ERRORS),
  },
});

const getSetting = createRoute({
  method: "get",
  path: "/settings/{key}",
  operationId: "getActivitySetting",
  summary: "Get a setting of ActivityWatch's pages",
  tags,
  ...requirePermission("activity:read"),
  request: { params: SettingParams },
  responses: { 200: json(SettingValue, "The value, or null"), ...errors("BAD_REQUEST", ...GUARD_ERRORS) },
});

const saveSetting = createRoute({
  method: "post",
  path: "/settings/{key}",
  operationId: "saveActivitySetting",
  summary: "Save a setting of ActivityWatch's pages",
  description:
    "The body is JSON. With the media type of a form, the body is read as plain text, because clients send strings that way.",
  tags,
  ...requirePermission("activity:update", { bodyBytes: MEBIBYTE }),
  request: { params: SettingParams, body: jsonBodyOfAnyType(SettingValue) },
  responses: { 200: DONE, ...errors("BAD_REQUEST", "BUSINESS_LOGIC_ERROR", ...GUARD_ERRORS) },
});

const deleteSetting = createRoute({
  method: "delete",
  path: "/settings/{key}",
  operationId: "deleteActivitySetting",
  summary: "Delete a setting of ActivityWatch's pages",
  tags,
  ...requirePermission("activity:delete"),
  request: { params: SettingParams },
  responses: { 200: DONE, ...errors("BAD_REQUEST", ...GUARD_ERRORS) },
});

const exportAll = createRoute({
  method: "get",
  path: "/export",
  operationId: "exportActivity",
  summary: "Export all buckets with their events",
  tags,
  ...requirePermission("activity:read"),
  responses: { 200: { ...json(Export, "All buckets"), headers: fileHeaders }, ...errors(...GUARD_ERRORS) },
});

const exportBucket = createRoute({
  method: "get",
  path: "/buckets/{bucket_id}/export",
  operationId: "exportActivityBucket",
  summary: "Export a bucket with its events",
  tags,
  ...requirePermission("activity:read"),
  request: { params: BucketParams },
  responses: { 200: { ...json(Export, "The bucket"), headers: fileHeaders }, ...errors(...LOOKUP_ERRORS) },
});

const importAll = createRoute({
  method: "post",
  path: "/import",
  operationId: "importActivity",
  summary: "Import buckets and events",
  description:
    "Buckets and events that already exist are left unchanged. Invalid events are skipped and listed in the response. Send the export as JSON, or as the file `buckets.json` of a form.",
  tags,
  ...requirePermission("activity:create", { bodyBytes: 8 * MEBIBYTE }),
  request: { body: jsonBodyOfAnyType(Import) },
  responses: {
    200: json(ImportReport, "The events that were skipped, if any"),
    ...errors("BAD_REQUEST", "BUSINESS_LOGIC_ERROR", ...GUARD_ERRORS),
  },
});

// ActivityWatch's clients know 400, but not 422.
export const activityWatch = createRouter({ invalid: "BAD_REQUEST", ignoresUnknown: true })
  .openapi(info, (c) => c.json(service.getInfo(c.var, new URL(c.req.url).hostname), 200))
  .openapi(listBuckets, async (c) => sendJsonStream(c, service.listBuckets(c.var)))
  .openapi(createBucket, async (c) => {
    const host = new URL(c.req.url).hostname;
    const isNew = await service.createBucket(
      c.var,
      c.req.valid("param").bucket_id,
      c.req.valid("json"),
      host,
    );
    return isNew ? c.json({}, 200) : c.body(null, 304);
  })
  .openapi(getBucket, async (c) =>
    c.json(await service.getBucket(c.var, c.req.valid("param").bucket_id), 200),
  )
  .openapi(deleteBucket, async (c) => {
    await service.deleteBucket(c.var, c.req.valid("param").bucket_id);
    return c.json({}, 200);
  })
  .openapi(listEvents, async (c) =>
    sendJsonStream(c, service.listEvents(c.var, c.req.valid("param").bucket_id, c.req.valid("query"))),
  )
  .openapi(storeEvents, async (c) =>
    c.json(await service.storeEvents(c.var, c.req.valid("param").bucket_id, c.req.valid("json")), 200),
  )
  .openapi(countEvents, async (c) =>
    c.json(await service.countEvents(c.var, c.req.valid("param").bucket_id, c.req.valid("query")), 200),
  )
  .openapi(getEvent, async (c) => {
    const { bucket_id, event_id } = c.req.valid("param");
    return c.json(await service.getEvent(c.var, bucket_id, event_id), 200);
  })
  .openapi(deleteEvent, async (c) => {
    const { bucket_id, event_id } = c.req.valid("param");
    await service.deleteEvent(c.var, bucket_id, event_id);
    return c.json({}, 200);
  })
  .openapi(heartbeat, async (c) => {
    const { bucket_id } = c.req.valid("param");
    const { pulsetime } = c.req.valid("query");
    return c.json(await service.acceptHeartbeat(c.var, bucket_id, pulsetime, c.req.valid("json")), 200);
  })
  .openapi(query, async (c) =>
    sendJsonStream(
      c,
      service.runQuery(c.var, c.req.valid("json"), (rules) => c.header("Unusable-Rules", rulesText(rules))),
    ),
  )
  .openapi(listSettings, async (c) => sendJsonStream(c, service.listSettings(c.var)))
  .openapi(getSetting, async (c) => c.json(await service.getSetting(c.var, c.req.valid("param").key), 200))
  .openapi(saveSetting, async (c) => {
    const text = await readText(c);
    const value = isForm(c) ? text : readJson(text, SettingValue);
    await service.saveSetting(c.var, c.req.valid("param").key, value);
    return c.json({}, 200);
  })
  .openapi(deleteSetting, async (c) => {
    await service.deleteSetting(c.var, c.req.valid("param").key);
    return c.json({}, 200);
  })
  .openapi(exportAll, async (c) =>
    sendJsonStream(c, service.exportBuckets(c.var), asFile("aw-buckets-export.json")),
  )
  .openapi(exportBucket, async (c) => {
    const { bucket_id } = c.req.valid("param");
    const file = asFile(`aw-bucket-export_${bucket_id}.json`);
    return sendJsonStream(c, service.exportBuckets(c.var, bucket_id), file);
  })
  .openapi(importAll, async (c) => {
    const sent = readJson(await readImportText(c), Import, IMPORT_LIMITS);
    return c.json(await service.importBuckets(c.var, sent), 200);
  });

const MAX_LISTED_RULES = 10;
const MAX_RULE_LENGTH = 200;

/** Returns the unusable rules as text for a header, which must be short and in ASCII. */
const rulesText = (rules: service.UnusableRule[]) =>
  JSON.stringify(
    rules
      .slice(0, MAX_LISTED_RULES)
      .map(({ rule, reason }) => ({ rule: abbreviate(rule), reason: abbreviate(reason) })),
  ).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Returns `value` unchanged if it is short, or else the start of its text. */
function abbreviate(value: unknown): unknown {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > MAX_RULE_LENGTH ? `${text.slice(0, MAX_RULE_LENGTH)}…` : value;
}

/** Returns the header that makes a response a file called `name`, with an ASCII name for older clients (RFC 6266, RFC 8187). */
function asFile(name: string) {
  const plain = name.replace(/[^\w.-]/g, "_");
  const whole = encodeURIComponent(name).replace(/['()*]/g, encodeByte);
  return { "Content-Disposition": `attachment; filename="${plain}"; filename*=UTF-8''${whole}` };
}

const encodeByte = (character: string) => `%${character.charCodeAt(0).toString(16)}`;

const isForm = (c: Context) =>
  c.req.header("Content-Type")?.startsWith("application/x-www-form-urlencoded") ?? false;

/** Returns the text of an import: the body, or the file in its form. @throws AppError BAD_REQUEST for a form without the file */
async function readImportText(c: Context): Promise<string> {
  if (!c.req.header("Content-Type")?.startsWith("multipart/form-data")) return readText(c);
  const { "buckets.json": file } = await c.req.parseBody();
  if (typeof file === "string") return file;
  if (file instanceof File) return file.text();
  throw new AppError("BAD_REQUEST", {
    message: "The form has no file buckets.json. Add it, or send the export as JSON.",
  });
}
