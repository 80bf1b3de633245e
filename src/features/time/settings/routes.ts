import { createRoute } from "@hono/zod-openapi";
import { signedIn } from "../../../guard/guard.ts";
import { expectedTagsOf, IfMatch, sendTagged, tagHeaders } from "../../../http/etag.ts";
import { BODY_ERRORS, body, errors, GUARD_ERRORS, json } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { TimeSettings, UpdateTimeSettings } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Settings"];
const response = { ...json(TimeSettings, "The time settings"), headers: tagHeaders };

const read = createRoute({
  method: "get",
  path: "/time",
  operationId: "getTimeSettings",
  summary: "Get time settings",
  description: "Returns the defaults until settings are saved.",
  tags,
  ...signedIn(),
  responses: { 200: response, ...errors(...GUARD_ERRORS) },
});

const update = createRoute({
  method: "patch",
  path: "/time",
  operationId: "updateTimeSettings",
  summary: "Update time settings",
  description: "Changes only the given fields. Reports use the new settings immediately, also for the past.",
  tags,
  ...signedIn(),
  request: { headers: IfMatch, body: body(UpdateTimeSettings) },
  responses: {
    200: response,
    ...errors("PRECONDITION_FAILED", ...GUARD_ERRORS, ...BODY_ERRORS),
  },
});

export const settings = createRouter()
  .openapi(read, async (c) => c.json(sendTagged(c, await service.getSettings(c.var)), 200))
  .openapi(update, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    return c.json(sendTagged(c, await service.updateSettings(c.var, c.req.valid("json"), expectedTags)), 200);
  });
