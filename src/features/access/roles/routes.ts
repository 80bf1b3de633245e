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

/** Roles control access to accounts, so changes of them require a session with recent authentication. */
const RECENT = { inPerson: true, recent: true };

const tags = ["Roles"];
const one = { ...json(RoleResponse, "The role with its permissions"), headers: tagHeaders };

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
  description: "The role can only grant permissions that the caller holds.",
  tags,
  ...idempotent(requirePermission("roles:create", RECENT)),
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
  summary: "Get a role",
  tags,
  ...requirePermission("roles:read"),
  request: { params: RoleParams },
  responses: { 200: one, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const readByName = createRoute({
  method: "get",
  path: "/name/{role_name}",
  operationId: "getRoleByName",
  summary: "Get a role by name",
  tags,
  ...requirePermission("roles:read"),
  request: { params: z.object({ role_name: text(1, 50).openapi({ type: "string", example: "user" }) }) },
  responses: { 200: one, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const update = createRoute({
  method: "put",
  path: "/{role_id}",
  operationId: "updateRole",
  summary: "Update a role",
  description:
    "Fields that are not given stay unchanged. The caller must hold the permissions that are added, and the administrative permissions that the role already grants.",
  tags,
  ...requirePermission("roles:update", RECENT),
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
    "Users lose the role. The caller must hold the administrative permissions that it grants. Built-in roles cannot be deleted.",
  tags,
  ...requirePermission("roles:delete", RECENT),
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
  description: "Users who had the role have it again. The caller must hold the permissions that it grants.",
  tags,
  ...requirePermission("roles:delete", RECENT),
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
  summary: "Set the permissions of a role",
  description:
    "Replaces all permissions of the role. The caller must hold the permissions that are added, and the administrative permissions that the role already grants.",
  tags,
  ...requirePermission("roles:update", RECENT),
  request: { params: RoleParams, body: body(SetPermissions) },
  responses: { 200: one, ...errors("RESOURCE_NOT_FOUND", ...RECENT_ERRORS, ...BODY_ERRORS) },
});

const addPermission = createRoute({
  method: "post",
  path: "/{role_id}/permissions/{permission_id}",
  operationId: "addRolePermission",
  summary: "Add a permission to a role",
  description:
    "The caller must hold the permission, and the administrative permissions that the role already grants. Adding a permission twice is not an error.",
  tags,
  ...requirePermission("roles:update", RECENT),
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
  summary: "Remove a permission from a role",
  description: "The caller must hold the administrative permissions that the role grants.",
  tags,
  ...requirePermission("roles:update", RECENT),
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
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    const { role_id } = c.req.valid("param");
    return c.json(
      sendTagged(c, await service.updateRole(c.var, role_id, c.req.valid("json"), expectedTags)),
      200,
    );
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
