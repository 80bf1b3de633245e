import { createRoute } from "@hono/zod-openapi";
import { signedIn } from "../../../guard/guard.ts";
import { expectedTagsOf, IfMatch, sendTagged, tagHeaders } from "../../../http/etag.ts";
import { BODY_ERRORS, body, errors, GUARD_ERRORS, json } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { Preferences, UpdatePreferences } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Settings"];
const response = { ...json(Preferences, "The preferences"), headers: tagHeaders };

const read = createRoute({
  method: "get",
  path: "/",
  operationId: "getPreferences",
  summary: "Get the current user's preferences",
  description: "Returns the defaults until preferences are saved.",
  tags,
  ...signedIn(),
  responses: { 200: response, ...errors(...GUARD_ERRORS) },
});

const update = createRoute({
  method: "patch",
  path: "/",
  operationId: "updatePreferences",
  summary: "Update the current user's preferences",
  description:
    "Changes only the given fields. The service stores them for pages, and does not use them itself.",
  tags,
  ...signedIn(),
  request: { headers: IfMatch, body: body(UpdatePreferences) },
  responses: { 200: response, ...errors("PRECONDITION_FAILED", ...GUARD_ERRORS, ...BODY_ERRORS) },
});

/** Routes of the current user's preferences for pages. */
export const preferences = createRouter()
  .openapi(read, async (c) => c.json(sendTagged(c, await service.getPreferences(c.var)), 200))
  .openapi(update, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    return c.json(
      sendTagged(c, await service.updatePreferences(c.var, c.req.valid("json"), expectedTags)),
      200,
    );
  });
