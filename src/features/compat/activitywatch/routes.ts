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
import { anyBody, readJson, readText } from "../../../http/request-body.ts";
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
  "Content-Disposition": z.string().openapi({ description: "To be kept as a file" }),
});
const unusableRules = z.object({
  "Unusable-Rules": z.string().optional().openapi({
    description: "JSON in ASCII: the rules that could not be used, ten at most, and why",
    example: '[{"rule":["Work","Mail"],"reason":"This is no regular expression that can be used here: ("}]',
  }),
});
const DONE = json(z.object({}), "Done");
const NOT_THERE = ["RESOURCE_NOT_FOUND", "BAD_REQUEST", ...GUARD_ERRORS] as const;

const info = createRoute({
  method: "get",
  path: "/info",
  operationId: "getActivityWatchInfo",
  summary: "What server is this?",
  description: "What clients ask before they do anything.",
  tags,
  ...anyone(),
  responses: { 200: json(Info, "This server"), ...errorsWithoutDatabase("PAYLOAD_TOO_LARGE") },
});

const listBuckets = createRoute({
  method: "get",
  path: "/buckets",
  operationId: "listActivityBuckets",
  summary: "List my buckets",
  tags,
  ...requirePermission("activity:read"),
  responses: { 200: json(Buckets, "My buckets"), ...errors(...GUARD_ERRORS) },
});

const createBucket = createRoute({
  method: "post",
  path: "/buckets/{bucket_id}",
  operationId: "createActivityBucket",
  summary: "Make a bucket",
  description: "304 if there is one with this id already.",
  tags,
  ...requirePermission("activity:create", { bodyBytes: MEBIBYTE }),
  request: { params: BucketParams, body: body(NewBucket) },
  responses: {
    200: DONE,
    304: { description: "There is one already" },
    ...errors("BUSINESS_LOGIC_ERROR", ...GUARD_ERRORS, ...MALFORMED_ERRORS),
  },
});

const getBucket = createRoute({
  method: "get",
  path: "/buckets/{bucket_id}",
  operationId: "getActivityBucket",
  summary: "Read a bucket",
  tags,
  ...requirePermission("activity:read"),
  request: { params: BucketParams },
  responses: { 200: json(Bucket, "The bucket"), ...errors(...NOT_THERE) },
});

const deleteBucket = createRoute({
  method: "delete",
  path: "/buckets/{bucket_id}",
  operationId: "deleteActivityBucket",
  summary: "Remove a bucket and all that is in it",
  tags,
  ...requirePermission("activity:delete"),
  request: { params: BucketParams },
  responses: { 200: DONE, ...errors(...NOT_THERE) },
});

const listEvents = createRoute({
  method: "get",
  path: "/buckets/{bucket_id}/events",
  operationId: "listActivityEvents",
  summary: "List what a bucket holds",
  description:
    "What touches the period, its ends included, cut to it; newest first, and what began at once as it was stored.",
  tags,
  ...requirePermission("activity:read"),
  request: { params: BucketParams, query: EventQuery },
  responses: { 200: json(z.array(Event), "The events"), ...errors(...NOT_THERE) },
});

const storeEvents = createRoute({
  method: "post",
  path: "/buckets/{bucket_id}/events",
  operationId: "storeActivityEvents",
  summary: "Add events, or replace them",
  description: "Replacing an event, by its id, needs `activity:update` too.",
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
  summary: "Count what a bucket holds",
  tags,
  ...requirePermission("activity:read"),
  request: { params: BucketParams, query: CountQuery },
  responses: { 200: json(z.int(), "How many events touch the period"), ...errors(...NOT_THERE) },
});

const getEvent = createRoute({
  method: "get",
  path: "/buckets/{bucket_id}/events/{event_id}",
  operationId: "getActivityEvent",
  summary: "Read an event",
  tags,
  ...requirePermission("activity:read"),
  request: { params: EventParams },
  responses: { 200: json(Event, "The event"), ...errors(...NOT_THERE) },
});

const deleteEvent = createRoute({
  method: "delete",
  path: "/buckets/{bucket_id}/events/{event_id}",
  operationId: "deleteActivityEvent",
  summary: "Remove an event",
  tags,
  ...requirePermission("activity:delete"),
  request: { params: EventParams },
  responses: { 200: DONE, ...errors(...NOT_THERE) },
});

const heartbeat = createRoute({
  method: "post",
  path: "/buckets/{bucket_id}/heartbeat",
  operationId: "sendActivityHeartbeat",
  summary: "Tell what is so now",
  description:
    "Where it says the same as the event before it, and comes no later than `pulsetime` seconds after that one's end, it prolongs it; else it is an event of its own.",
  tags,
  ...requirePermission("activity:create", { bodyBytes: MEBIBYTE }),
  request: { params: BucketParams, query: HeartbeatQuery, body: body(Heartbeat) },
  responses: {
    200: json(Event, "The event that it prolonged, or became"),
    ...errors("RESOURCE_NOT_FOUND", "BUSINESS_LOGIC_ERROR", ...GUARD_ERRORS, ...MALFORMED_ERRORS),
  },
});

const query = createRoute({
  method: "post",
  path: "/query",
  operationId: "queryActivity",
  summary: "Run a query of ActivityWatch's language",
  description:
    "A category or tag whose regular expression can't be used, or is too much work, has no events, and is named in `Unusable-Rules`.",
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
  summary: "Read all that ActivityWatch's pages remember",
  tags,
  ...requirePermission("activity:read"),
  responses: { 200: json(z.record(z.string(), z.unknown()), "By name"), ...errors(...GUARD_ERRORS) },
});

const getSetting = createRoute({
  method: "get",
  path: "/settings/{key}",
  operationId: "getActivitySetting",
  summary: "Read one thing that they remember",
  tags,
  ...requirePermission("activity:read"),
  request: { params: SettingParams },
  responses: { 200: json(SettingValue, "It, or null"), ...errors("BAD_REQUEST", ...GUARD_ERRORS) },
});

const saveSetting = createRoute({
  method: "post",
  path: "/settings/{key}",
  operationId: "saveActivitySetting",
  summary: "Remember something for them",
  description: "JSON; or, since clients send a bare string so, text as a form.",
  tags,
  ...requirePermission("activity:update", { bodyBytes: MEBIBYTE }),
  request: { params: SettingParams, body: anyBody(SettingValue) },
  responses: { 200: DONE, ...errors("BAD_REQUEST", "BUSINESS_LOGIC_ERROR", ...GUARD_ERRORS) },
});

const deleteSetting = createRoute({
  method: "delete",
  path: "/settings/{key}",
  operationId: "deleteActivitySetting",
  summary: "Forget one thing that they remember",
  tags,
  ...requirePermission("activity:delete"),
  request: { params: SettingParams },
  responses: { 200: DONE, ...errors("BAD_REQUEST", ...GUARD_ERRORS) },
});

const exportAll = createRoute({
  method: "get",
  path: "/export",
  operationId: "exportActivity",
  summary: "Get all my buckets, with what they hold",
  tags,
  ...requirePermission("activity:read"),
  responses: { 200: { ...json(Export, "All buckets"), headers: fileHeaders }, ...errors(...GUARD_ERRORS) },
});

const exportBucket = createRoute({
  method: "get",
  path: "/buckets/{bucket_id}/export",
  operationId: "exportActivityBucket",
  summary: "Get a bucket, with what it holds",
  tags,
  ...requirePermission("activity:read"),
  request: { params: BucketParams },
  responses: { 200: { ...json(Export, "The bucket"), headers: fileHeaders }, ...errors(...NOT_THERE) },
});

const importAll = createRoute({
  method: "post",
  path: "/import",
  operationId: "importActivity",
  summary: "Add what an export holds",
  description:
    "What is there already is left as it is. An event with which something is wrong is left out, and named. As JSON, or as the file `buckets.json` of a form.",
  tags,
  ...requirePermission("activity:create", { bodyBytes: 8 * MEBIBYTE }),
  request: { body: anyBody(Import) },
  responses: {
    200: json(ImportReport, "What was left out, if anything"),
    ...errors("BAD_REQUEST", "BUSINESS_LOGIC_ERROR", ...GUARD_ERRORS),
  },
});

// Its clients know 400, and nothing of 422.
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
    return c.json(await service.takeHeartbeat(c.var, bucket_id, pulsetime, c.req.valid("json")), 200);
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
    const sent = readJson(await importedText(c), Import, IMPORT_LIMITS);
    return c.json(await service.importBuckets(c.var, sent), 200);
  });

const MAX_RULES_TOLD = 10;
const MAX_RULE_LENGTH = 200;

/** What a header tells of rules that can't be used: no text of another length or alphabet can be in one. */
const rulesText = (rules: service.UnusableRule[]) =>
  JSON.stringify(
    rules.slice(0, MAX_RULES_TOLD).map(({ rule, reason }) => ({ rule: brief(rule), reason: brief(reason) })),
  ).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A value as it is, if it is short, or the start of its text. */
function brief(value: unknown): unknown {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > MAX_RULE_LENGTH ? `${text.slice(0, MAX_RULE_LENGTH)}…` : value;
}

/** What makes an answer a file with `name`, and with what has room in it for those that read no more (RFC 6266, RFC 8187). */
function asFile(name: string) {
  const plain = name.replace(/[^\w.-]/g, "_");
  const whole = encodeURIComponent(name).replace(/['()*]/g, encodeByte);
  return { "Content-Disposition": `attachment; filename="${plain}"; filename*=UTF-8''${whole}` };
}

const encodeByte = (character: string) => `%${character.charCodeAt(0).toString(16)}`;

const isForm = (c: Context) =>
  c.req.header("Content-Type")?.startsWith("application/x-www-form-urlencoded") ?? false;

/** The text of an import: the body, or the file in it. */
async function importedText(c: Context): Promise<string> {
  if (!c.req.header("Content-Type")?.startsWith("multipart/form-data")) return readText(c);
  const { "buckets.json": file } = await c.req.parseBody();
  if (typeof file === "string") return file;
  if (file instanceof File) return file.text();
  throw new AppError("BAD_REQUEST", { message: "The form has no file buckets.json." });
}
