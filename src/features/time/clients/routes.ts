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
import { ClientParams, ClientQuery, ClientResponse, CreateClient, UpdateClient } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Clients"];
const response = { ...json(ClientResponse, "The client"), headers: tagHeaders };

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listClients",
  summary: "List clients",
  description: "Lists the current user's clients. Listing other users' clients requires `clients:read_any`.",
  tags,
  ...admitMembers("clients:read", { isFiltered: true }),
  request: { query: ClientQuery },
  responses: {
    200: { ...json(z.array(ClientResponse), "A page of clients"), headers: partialPageHeaders },
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createClient",
  summary: "Create a client",
  tags,
  ...idempotent(admitMembers("clients:create")),
  request: { body: body(CreateClient) },
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
  path: "/{client_id}",
  operationId: "getClient",
  summary: "Get a client",
  tags,
  ...admitMembers("clients:read"),
  request: { params: ClientParams },
  responses: { 200: response, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const update = createRoute({
  method: "patch",
  path: "/{client_id}",
  operationId: "updateClient",
  summary: "Update a client",
  description: "Changes only the given fields.",
  tags,
  ...admitMembers("clients:update"),
  request: { params: ClientParams, headers: IfMatch, body: body(UpdateClient) },
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
  path: "/{client_id}",
  operationId: "deleteClient",
  summary: "Delete a client",
  description:
    "The client's projects stay, and reports still show its name. Consider archiving the client instead.",
  tags,
  ...admitMembers("clients:delete"),
  request: { params: ClientParams, headers: IfMatch },
  responses: {
    204: NO_CONTENT,
    ...errors("RESOURCE_NOT_FOUND", "PRECONDITION_FAILED", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const restore = createRoute({
  method: "post",
  path: "/{client_id}/restore",
  operationId: "restoreClient",
  summary: "Restore a deleted client",
  tags,
  ...admitMembers("clients:delete"),
  request: { params: ClientParams },
  responses: {
    200: response,
    ...errors("RESOURCE_NOT_FOUND", "RESOURCE_ALREADY_EXISTS", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

export const clients = createRouter()
  .openapi(list, async (c) =>
    c.json(sendPage(c, await service.listClients(c.var, c.req.valid("query"))), 200),
  )
  .openapi(create, async (c) =>
    c.json(sendTagged(c, await service.createClient(c.var, c.req.valid("json"))), 201),
  )
  .openapi(read, async (c) =>
    c.json(sendTagged(c, await service.getClient(c.var, c.req.valid("param").client_id)), 200),
  )
  .openapi(update, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    const { client_id } = c.req.valid("param");
    return c.json(
      sendTagged(c, await service.updateClient(c.var, client_id, c.req.valid("json"), expectedTags)),
      200,
    );
  })
  .openapi(remove, async (c) => {
    await service.deleteClient(c.var, c.req.valid("param").client_id, expectedTagsOf(c.req.valid("header")));
    return c.body(null, 204);
  })
  .openapi(restore, async (c) =>
    c.json(sendTagged(c, await service.restoreClient(c.var, c.req.valid("param").client_id)), 200),
  );
