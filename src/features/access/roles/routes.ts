import { createRoute, z } from "@hono/zod-openapi";
import { requirePermission } from "../../../guard/guard.ts";
import { idempotent } from "../../../guard/idempotency.ts";
import { IfMatch, seenTags, sendTagged, tagHeaders } from "../../../http/etag.ts";
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
  CreateRole,
  RoleListItem,
  RoleParams,
  RolePermissionParams,
  RoleQuery,
  RoleResponse,
  SetPermissions,
  UpdateRole,
} from "./schemas.ts";
import * as service from "./service.ts";

/** What a role grants opens accounts: those who change it do so themselves, and prove it. */
const PRESENT = { inPerson: true, recent: true };

const tags = ["Roles"];
const one = { ...json(RoleResponse, "The role and what it grants"), headers: tagHeaders };

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listRoles",
  summary: "List roles",
  tags,
  ...requirePermission("roles:read"),
  request: { query: RoleQuery },
  responses: {
    200: { ...json(z.array(RoleListItem), "A page of roles"), headers: pageHeaders },
    ...errors("VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createRole",
  summary: "Create a role",
  description: "It can grant only what you hold.",
  tags,
  ...idempotent(requirePermission("roles:create", PRESENT)),
  request: { body: body(CreateRole) },
  responses: {
    201: one,
    ...errors(
      "RESOURCE_ALREADY_EXISTS",
      "BUSINESS_LOGIC_ERROR",
      "RESOURCE_NOT_FOUND",
      ...RECENT_ERRORS,
      ...IDEMPOTENCY_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const read = createRoute({
  method: "get",
  path: "/{role_id}",
  operationId: "getRole",
  summary: "Read a role",
  tags,
  ...requirePermission("roles:read"),
  request: { params: RoleParams },
  responses: { 200: one, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const readByName = createRoute({
  method: "get",
  path: "/name/{role_name}",
  operationId: "getRoleByName",
  summary: "Read a role by its name",
  tags,
  ...requirePermission("roles:read"),
  request: { params: z.object({ role_name: text(1, 50).openapi({ type: "string", example: "user" }) }) },
  responses: { 200: one, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const update = createRoute({
  method: "put",
  path: "/{role_id}",
  operationId: "updateRole",
  summary: "Change a role",
  description:
    "Changes what is given and leaves the rest. What the role grants anew, and the administrative permissions that it grants already, you must hold.",
  tags,
  ...requirePermission("roles:update", PRESENT),
  request: { params: RoleParams, headers: IfMatch, body: body(UpdateRole) },
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
  path: "/{role_id}",
  operationId: "deleteRole",
  summary: "Delete a role",
  description:
    "Its users don't have it any more. The administrative permissions that it grants, you must hold. The built-in roles stay.",
  tags,
  ...requirePermission("roles:delete", PRESENT),
  request: { params: RoleParams },
  responses: {
    204: NO_CONTENT,
    ...errors("RESOURCE_NOT_FOUND", "BUSINESS_LOGIC_ERROR", "VALIDATION_ERROR", ...RECENT_ERRORS),
  },
});

const restore = createRoute({
  method: "post",
  path: "/{role_id}/restore",
  operationId: "restoreRole",
  summary: "Restore a deleted role",
  description: "The users who had it have it again; so you must hold what it grants.",
  tags,
  ...requirePermission("roles:delete", PRESENT),
  request: { params: RoleParams },
  responses: {
    200: one,
    ...errors("RESOURCE_NOT_FOUND", "RESOURCE_ALREADY_EXISTS", "VALIDATION_ERROR", ...RECENT_ERRORS),
  },
});

const setPermissions = createRoute({
  method: "post",
  path: "/{role_id}/permissions",
  operationId: "setRolePermissions",
  summary: "Replace what a role grants",
  description:
    "What it grants anew, and the administrative permissions that it grants already, you must hold.",
  tags,
  ...requirePermission("roles:update", PRESENT),
  request: { params: RoleParams, body: body(SetPermissions) },
  responses: { 200: one, ...errors("RESOURCE_NOT_FOUND", ...RECENT_ERRORS, ...BODY_ERRORS) },
});

const addPermission = createRoute({
  method: "post",
  path: "/{role_id}/permissions/{permission_id}",
  operationId: "addRolePermission",
  summary: "Let a role grant one more permission",
  description:
    "You must hold it, and the administrative permissions that the role grants already. Adding it twice is no error.",
  tags,
  ...requirePermission("roles:update", PRESENT),
  request: { params: RolePermissionParams },
  responses: {
    200: one,
    ...errors("BUSINESS_LOGIC_ERROR", "RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...RECENT_ERRORS),
  },
});

const removePermission = createRoute({
  method: "delete",
  path: "/{role_id}/permissions/{permission_id}",
  operationId: "removeRolePermission",
  summary: "Take a permission from a role",
  description: "The administrative permissions that the role grants, you must hold.",
  tags,
  ...requirePermission("roles:update", PRESENT),
  request: { params: RolePermissionParams },
  responses: { 200: one, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...RECENT_ERRORS) },
});

export const roles = createRouter()
  .openapi(list, async (c) => c.json(sendPage(c, await service.listRoles(c.var, c.req.valid("query"))), 200))
  .openapi(create, async (c) =>
    c.json(sendTagged(c, await service.createRole(c.var, c.req.valid("json"))), 201),
  )
  .openapi(read, async (c) =>
    c.json(sendTagged(c, await service.getRole(c.var, { id: c.req.valid("param").role_id })), 200),
  )
  .openapi(readByName, async (c) =>
    c.json(sendTagged(c, await service.getRole(c.var, { name: c.req.valid("param").role_name })), 200),
  )
  .openapi(update, async (c) => {
    const seen = seenTags(c.req.valid("header"));
    const { role_id } = c.req.valid("param");
    return c.json(sendTagged(c, await service.updateRole(c.var, role_id, c.req.valid("json"), seen)), 200);
  })
  .openapi(remove, async (c) => {
    await service.deleteRole(c.var, c.req.valid("param").role_id);
    return c.body(null, 204);
  })
  .openapi(restore, async (c) =>
    c.json(sendTagged(c, await service.restoreRole(c.var, c.req.valid("param").role_id)), 200),
  )
  .openapi(setPermissions, async (c) => {
    const { role_id } = c.req.valid("param");
    return c.json(sendTagged(c, await service.updateRole(c.var, role_id, c.req.valid("json"))), 200);
  })
  .openapi(addPermission, async (c) => {
    const { role_id, permission_id } = c.req.valid("param");
    return c.json(sendTagged(c, await service.addPermission(c.var, role_id, permission_id)), 200);
  })
  .openapi(removePermission, async (c) => {
    const { role_id, permission_id } = c.req.valid("param");
    return c.json(sendTagged(c, await service.removePermission(c.var, role_id, permission_id)), 200);
  });
