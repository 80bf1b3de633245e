import { createRoute, z } from "@hono/zod-openapi";
import { ICALENDAR } from "../../../core/icalendar.ts";
import { anyone, inPerson, requirePermission } from "../../../guard/guard.ts";
import { idempotent } from "../../../guard/idempotency.ts";
import { IfNoneMatch, isNotModified, readTagHeaders } from "../../../http/etag.ts";
import {
  BODY_ERRORS,
  body,
  errors,
  GUARD_ERRORS,
  IDEMPOTENCY_ERRORS,
  json,
  NO_CONTENT,
  RECENT_ERRORS,
} from "../../../http/openapi.ts";
import { pageHeaders, sendPage } from "../../../http/paging.ts";
import { createRouter } from "../../../http/router.ts";
import { sendStream } from "../../../http/streaming.ts";
import {
  CalendarFeed,
  CalendarFeedParams,
  CalendarFeedQuery,
  CreateCalendarFeed,
  CreatedCalendarFeed,
  FeedFileParams,
} from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Time"];

const create = createRoute({
  method: "post",
  path: "/calendar-feeds",
  operationId: "createCalendarFeed",
  summary: "Create a calendar feed",
  description:
    "Creates a URL at which calendar programs can read the current user's time entries of the last year without signing in. The feed can be deleted at any time.",
  tags,
  ...idempotent(requirePermission("time_entries:read", { inPerson: true, recent: true })),
  request: { body: body(CreateCalendarFeed) },
  responses: {
    201: json(CreatedCalendarFeed, "The feed, with its URL, which is shown only once"),
    ...errors("BUSINESS_LOGIC_ERROR", ...RECENT_ERRORS, ...IDEMPOTENCY_ERRORS, ...BODY_ERRORS),
  },
});

const list = createRoute({
  method: "get",
  path: "/calendar-feeds",
  operationId: "listCalendarFeeds",
  summary: "List calendar feeds",
  tags,
  ...inPerson(),
  request: { query: CalendarFeedQuery },
  responses: {
    200: { ...json(z.array(CalendarFeed), "A page of calendar feeds"), headers: pageHeaders },
    ...errors("VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/calendar-feeds/{feed_id}",
  operationId: "deleteCalendarFeed",
  summary: "Delete a calendar feed",
  description: "The feed's URL stops working immediately.",
  tags,
  ...inPerson(),
  request: { params: CalendarFeedParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const read = createRoute({
  method: "get",
  path: "/feeds/{file}",
  operationId: "readCalendarFeed",
  summary: "Read a calendar feed",
  description:
    "Returns the time entries of the last 366 days that have ended, as iCalendar. The URL is the only credential. It stops working if the owner's account is deactivated or deleted, or loses `time_entries:read`.",
  tags,
  ...anyone(),
  // Ignores all parameters: people and calendar programs add some to the URL to bypass a cache.
  request: { params: FeedFileParams, query: z.looseObject({}), headers: IfNoneMatch },
  responses: {
    200: {
      description: "The calendar",
      content: {
        "text/calendar": {
          schema: z.string().openapi({ description: "One event for each entry (RFC 5545)" }),
        },
      },
      headers: readTagHeaders,
    },
    304: { description: "The calendar has not changed" },
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR"),
  },
});

export const feeds = createRouter()
  .openapi(create, async (c) => {
    const { file, ...feed } = await service.createFeed(c.var, c.req.valid("json"));
    return c.json({ ...feed, url: new URL(`/feeds/${file}`, c.req.url).href }, 201);
  })
  .openapi(list, async (c) => c.json(sendPage(c, await service.listFeeds(c.var, c.req.valid("query"))), 200))
  .openapi(remove, async (c) => {
    await service.deleteFeed(c.var, c.req.valid("param").feed_id);
    return c.body(null, 204);
  })
  .openapi(read, async (c) => {
    const { tag, parts } = await service.openFeed(c.var, c.req.valid("param").file);
    // The tag is weak because the parts are read one after another. Only the client's own cache may store the calendar (RFC 9111 5.2.2.7).
    const headers = { ETag: `W/"${tag}"`, "Cache-Control": "private, no-cache" };
    if (isNotModified(tag, c.req.valid("header"))) return c.body(null, 304, headers);
    return sendStream(c, parts, { "Content-Type": ICALENDAR, ...headers });
  });
