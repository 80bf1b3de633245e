import { createRoute, z } from "@hono/zod-openapi";
import { requirePermission } from "../../../guard/guard.ts";
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
  RECENT_ERRORS,
} from "../../../http/openapi.ts";
import { pageHeaders, sendPage } from "../../../http/paging.ts";
import { createRouter } from "../../../http/router.ts";
import { text } from "../../../http/schema-parts.ts";
import {
  CreatePermission,
  PermissionParams,
  PermissionQuery,
  PermissionResponse,
  UpdatePermission,
} from "./schemas.ts";
import * as service from "./service.ts";

/** Changes of permissions change what roles grant, so they require a session with recent authentication. */
const RECENT = { inPerson: true, recent: true };

const tags = ["Permissions"];
const one = { ...json(PermissionResponse, "The permission"), headers: tagHeaders };
const many = { ...json(z.array(PermissionResponse), "A page of permissions"), headers: pageHeaders };

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listPermissions",
  summary: "List permissions",
  tags,
  ...requirePermission("permissions:read"),
  request: { query: PermissionQuery },
  responses: { 200: many, ...errors("VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createPermission",
  summary: "Create a permission",
  description: "A permission grants nothing until a role has it.",
  tags,
  ...idempotent(requirePermission("permissions:create")),
  request: { body: body(CreatePermission) },
  responses: {
    201: one,
    ...errors(
      "RESOURCE_ALREADY_EXISTS",
      "BUSINESS_LOGIC_ERROR",
      ...GUARD_ERRORS,
      ...IDEMPOTENCY_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const read = createRoute({
  method: "get",
  path: "/{permission_id}",
  operationId: "getPermission",
  summary: "Get a permission",
  tags,
  ...requirePermission("permissions:read"),
  request: { params: PermissionParams },
  responses: { 200: one, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const readByName = createRoute({
  method: "get",
  path: "/name/{permission_name}",
  operationId: "getPermissionByName",
  summary: "Get a permission by name",
  tags,
  ...requirePermission("permissions:read"),
  request: {
    params: z.object({ permission_name: text(1, 101).openapi({ type: "string", example: "tasks:read" }) }),
  },
  responses: { 200: one, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const listOfResource = createRoute({
  method: "get",
  path: "/resource/{resource}",
  operationId: "listPermissionsOfResource",
  summary: "List permissions of a resource",
  tags,
  ...requirePermission("permissions:read"),
  request: {
    params: z.object({ resource: text(1, 50).openapi({ type: "string", example: "tasks" }) }),
    query: PermissionQuery,
  },
  responses: { 200: many, ...errors("VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const update = createRoute({
  method: "put",
  path: "/{permission_id}",
  operationId: "updatePermission",
  summary: "Update a permission",
  description:
    "Roles that have the permission then grant it under its new name. The caller must hold the permission with the new name, and the administrative permissions of these roles.",
  tags,
  ...requirePermission("permissions:update", RECENT),
  request: { params: PermissionParams, headers: IfMatch, body: body(UpdatePermission) },
  responses: {
    200: one,
    ...errors(
      "RESOURCE_NOT_FOUND",
      "RESOURCE_ALREADY_EXISTS",
      "PRECONDITION_FAILED",
      ...RECENT_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/{permission_id}",
  operationId: "deletePermission",
  summary: "Delete a permission",
  description:
    "Roles that have the permission no longer grant it. The caller must hold the administrative permissions of these roles.",
  tags,
  ...requirePermission("permissions:delete", RECENT),
  request: { params: PermissionParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...RECENT_ERRORS) },
});

const restore = createRoute({
  method: "post",
  path: "/{permission_id}/restore",
  operationId: "restorePermission",
  summary: "Restore a deleted permission",
  description: "The roles that had the permission grant it again. The caller must hold it by a wildcard.",
  tags,
  ...requirePermission("permissions:delete", RECENT),
  request: { params: PermissionParams },
  responses: {
    200: one,
    ...errors("RESOURCE_NOT_FOUND", "RESOURCE_ALREADY_EXISTS", "VALIDATION_ERROR", ...RECENT_ERRORS),
  },
});

export const permissions = createRouter()
  .openapi(list, async (c) =>
    c.json(sendPage(c, await service.listPermissions(c.var, c.req.valid("query"))), 200),
  )
  .openapi(create, async (c) =>
    c.json(sendTagged(c, await service.createPermission(c.var, c.req.valid("json"))), 201),
  )
  .openapi(read, async (c) =>
    c.json(
      sendTagged(c, await service.getPermission(c.var, { id: c.req.valid("param").permission_id })),
      200,
    ),
  )
  .openapi(readByName, async (c) =>
    c.json(
      sendTagged(c, await service.getPermission(c.var, { name: c.req.valid("param").permission_name })),
      200,
    ),
  )
  .openapi(listOfResource, async (c) =>
    c.json(
      sendPage(c, await service.listPermissions(c.var, c.req.valid("query"), c.req.valid("param").resource)),
      200,
    ),
  )
  .openapi(update, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    const { permission_id } = c.req.valid("param");
    return c.json(
      sendTagged(c, await service.updatePermission(c.var, permission_id, c.req.valid("json"), expectedTags)),
      200,
    );
  })
  .openapi(remove, async (c) => {
    await service.deletePermission(c.var, c.req.valid("param").permission_id);
    return c.body(null, 204);
  })
  .openapi(restore, async (c) =>
    c.json(sendTagged(c, await service.restorePermission(c.var, c.req.valid("param").permission_id)), 200),
  );
