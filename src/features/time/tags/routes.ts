import { createRoute, z } from "@hono/zod-openapi";
import { admitMembers } from "../../../guard/guard.ts";
import { idempotent } from "../../../guard/idempotency.ts";
import { expectedTagsOf, IfMatch, sendTagged, tagHeaders } from "../../../http/etag.ts";
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
import { CreateTag, TagParams, TagQuery, TagResponse, UpdateTag } from "./schemas.ts";
import * as service from "./service.ts";

const sections = ["Tags"];
const response = { ...json(TagResponse, "The tag"), headers: tagHeaders };

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listTags",
  summary: "List tags",
  description: "Lists the current user's tags. Listing other users' tags requires `tags:read_any`.",
  tags: sections,
  ...admitMembers("tags:read", { isFiltered: true }),
  request: { query: TagQuery },
  responses: {
    200: { ...json(z.array(TagResponse), "A page of tags"), headers: partialPageHeaders },
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createTag",
  summary: "Create a tag",
  tags: sections,
  ...idempotent(admitMembers("tags:create")),
  request: { body: body(CreateTag) },
  responses: {
    201: response,
    ...errors(
      "RESOURCE_ALREADY_EXISTS",
      "RESOURCE_NOT_FOUND",
      "BUSINESS_LOGIC_ERROR",
      ...GUARD_ERRORS,
      ...IDEMPOTENCY_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const read = createRoute({
  method: "get",
  path: "/{tag_id}",
  operationId: "getTag",
  summary: "Get a tag",
  tags: sections,
  ...admitMembers("tags:read"),
  request: { params: TagParams },
  responses: { 200: response, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const update = createRoute({
  method: "patch",
  path: "/{tag_id}",
  operationId: "updateTag",
  summary: "Update a tag",
  description: "Changes only the given fields.",
  tags: sections,
  ...admitMembers("tags:update"),
  request: { params: TagParams, headers: IfMatch, body: body(UpdateTag) },
  responses: {
    200: response,
    ...errors(
      "RESOURCE_NOT_FOUND",
      "RESOURCE_ALREADY_EXISTS",
      "PRECONDITION_FAILED",
      ...GUARD_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/{tag_id}",
  operationId: "deleteTag",
  summary: "Delete a tag",
  description: "Time entries keep the tag, and reports still show its name.",
  tags: sections,
  ...admitMembers("tags:delete"),
  request: { params: TagParams, headers: IfMatch },
  responses: {
    204: NO_CONTENT,
    ...errors("RESOURCE_NOT_FOUND", "PRECONDITION_FAILED", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const restore = createRoute({
  method: "post",
  path: "/{tag_id}/restore",
  operationId: "restoreTag",
  summary: "Restore a deleted tag",
  tags: sections,
  ...admitMembers("tags:delete"),
  request: { params: TagParams },
  responses: {
    200: response,
    ...errors("RESOURCE_NOT_FOUND", "RESOURCE_ALREADY_EXISTS", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

export const tags = createRouter()
  .openapi(list, async (c) => c.json(sendPage(c, await service.listTags(c.var, c.req.valid("query"))), 200))
  .openapi(create, async (c) =>
    c.json(sendTagged(c, await service.createTag(c.var, c.req.valid("json"))), 201),
  )
  .openapi(read, async (c) =>
    c.json(sendTagged(c, await service.getTag(c.var, c.req.valid("param").tag_id)), 200),
  )
  .openapi(update, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    const { tag_id } = c.req.valid("param");
    return c.json(
      sendTagged(c, await service.updateTag(c.var, tag_id, c.req.valid("json"), expectedTags)),
      200,
    );
  })
  .openapi(remove, async (c) => {
    await service.deleteTag(c.var, c.req.valid("param").tag_id, expectedTagsOf(c.req.valid("header")));
    return c.body(null, 204);
  })
  .openapi(restore, async (c) =>
    c.json(sendTagged(c, await service.restoreTag(c.var, c.req.valid("param").tag_id)), 200),
  );
