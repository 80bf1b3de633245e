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
import {
  AdministeredUser,
  AssignRoles,
  CreateUser,
  UpdateUser,
  UserListItem,
  UserParams,
  UserQuery,
  UserResponse,
} from "./schemas.ts";
import * as service from "./service.ts";

/** Granting roles can open accounts, so it requires a session and recent authentication. */
const RECENT_IN_PERSON = { inPerson: true, recent: true };

const tags = ["Users"];
const userResponse = { ...json(UserResponse, "The user, with roles and permissions"), headers: tagHeaders };
const administeredResponse = {
  ...json(AdministeredUser, "The user, with roles and permissions"),
  headers: tagHeaders,
};

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listUsers",
  summary: "List users",
  tags,
  ...requirePermission("users:read"),
  request: { query: UserQuery },
  responses: {
    200: { ...json(z.array(UserListItem), "A page of users"), headers: pageHeaders },
    ...errors("VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createUser",
  summary: "Create a user",
  description:
    "Creates an account without a password and mails its owner a token to choose one, valid for three days. With `role_ids`, also requires `roles:assign` and every permission that the roles grant.",
  tags,
  ...idempotent(requirePermission("users:create", { sensitive: ["role_ids"] })),
  request: { body: body(CreateUser) },
  responses: {
    201: { ...json(UserResponse, "The new account"), headers: tagHeaders },
    ...errors(
      "EMAIL_ALREADY_EXISTS",
      "USERNAME_ALREADY_EXISTS",
      "RESOURCE_NOT_FOUND",
      ...RECENT_ERRORS,
      ...IDEMPOTENCY_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const read = createRoute({
  method: "get",
  path: "/{user_id}",
  operationId: "getUser",
  summary: "Get a user",
  tags,
  ...requirePermission("users:read"),
  request: { params: UserParams },
  responses: { 200: userResponse, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const update = createRoute({
  method: "put",
  path: "/{user_id}",
  operationId: "updateUser",
  summary: "Update a user",
  description:
    "Updates only the fields in the request. Only a superuser can update a superuser. Any update except a deactivation requires every administrative permission that the user holds. Activating a user who holds such permissions also requires a session and recent authentication.",
  tags,
  ...requirePermission("users:update", { sensitive: ["email"] }),
  request: { params: UserParams, headers: IfMatch, body: body(UpdateUser) },
  responses: {
    200: administeredResponse,
    ...errors(
      "RESOURCE_NOT_FOUND",
      "EMAIL_ALREADY_EXISTS",
      "USERNAME_ALREADY_EXISTS",
      "PRECONDITION_FAILED",
      "BUSINESS_LOGIC_ERROR",
      ...RECENT_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/{user_id}",
  operationId: "deleteUser",
  summary: "Delete a user",
  description:
    "Permanently ends the user's sessions, tokens, keys and calendar feeds, and frees the email and the username. You cannot delete your own account here, nor the last active superuser.",
  tags,
  ...requirePermission("users:delete"),
  request: { params: UserParams },
  responses: {
    204: NO_CONTENT,
    ...errors("RESOURCE_NOT_FOUND", "BUSINESS_LOGIC_ERROR", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const restore = createRoute({
  method: "post",
  path: "/{user_id}/restore",
  operationId: "restoreUser",
  summary: "Restore a deleted user",
  description:
    "Restores the user with their previous roles, and requires every permission that these grant. The password, passkeys and the authenticator app work again. Sessions, tokens, keys and calendar feeds are not restored: `ended` lists the ones to create again.",
  tags,
  ...requirePermission("users:delete", RECENT_IN_PERSON),
  request: { params: UserParams },
  responses: {
    200: administeredResponse,
    ...errors(
      "RESOURCE_NOT_FOUND",
      "EMAIL_ALREADY_EXISTS",
      "USERNAME_ALREADY_EXISTS",
      "VALIDATION_ERROR",
      ...RECENT_ERRORS,
    ),
  },
});

const activate = createRoute({
  method: "post",
  path: "/{user_id}/activate",
  operationId: "activateUser",
  summary: "Activate a user",
  description:
    "The password, passkeys and the authenticator app work again. Sessions, tokens, keys and calendar feeds are not restored: `ended` lists the ones to create again. If the user holds administrative permissions, you must hold them too, and the request requires a session and recent authentication.",
  tags,
  ...requirePermission("users:update"),
  request: { params: UserParams },
  responses: {
    200: administeredResponse,
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...RECENT_ERRORS),
  },
});

const deactivate = createRoute({
  method: "post",
  path: "/{user_id}/deactivate",
  operationId: "deactivateUser",
  summary: "Deactivate a user",
  description:
    "Blocks sign-in and permanently ends the user's sessions, tokens, keys and calendar feeds. You cannot deactivate your own account, nor the last active superuser.",
  tags,
  ...requirePermission("users:update"),
  request: { params: UserParams },
  responses: {
    200: administeredResponse,
    ...errors("RESOURCE_NOT_FOUND", "BUSINESS_LOGIC_ERROR", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const assignRoles = createRoute({
  method: "post",
  path: "/{user_id}/roles",
  operationId: "assignRoles",
  summary: "Assign roles to a user",
  description:
    "Replaces all roles of the user. Requires every permission that the newly assigned roles grant. An unknown role fails the request, and nothing changes.",
  tags,
  ...requirePermission("roles:assign", RECENT_IN_PERSON),
  request: { params: UserParams, body: body(AssignRoles) },
  responses: { 200: userResponse, ...errors("RESOURCE_NOT_FOUND", ...RECENT_ERRORS, ...BODY_ERRORS) },
});

export const users = createRouter()
  .openapi(list, async (c) => c.json(sendPage(c, await service.listUsers(c.var, c.req.valid("query"))), 200))
  .openapi(create, async (c) =>
    c.json(sendTagged(c, await service.inviteUser(c.var, c.req.valid("json"))), 201),
  )
  .openapi(read, async (c) =>
    c.json(sendTagged(c, await service.getUser(c.var, c.req.valid("param").user_id)), 200),
  )
  .openapi(update, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    const { user_id } = c.req.valid("param");
    return c.json(
      sendTagged(c, await service.updateUser(c.var, user_id, c.req.valid("json"), expectedTags)),
      200,
    );
  })
  .openapi(remove, async (c) => {
    await service.deleteUser(c.var, c.req.valid("param").user_id);
    return c.body(null, 204);
  })
  .openapi(restore, async (c) =>
    c.json(sendTagged(c, await service.restoreUser(c.var, c.req.valid("param").user_id)), 200),
  )
  .openapi(activate, async (c) => {
    const { user_id } = c.req.valid("param");
    return c.json(sendTagged(c, await service.updateUser(c.var, user_id, { is_active: true })), 200);
  })
  .openapi(deactivate, async (c) => {
    const { user_id } = c.req.valid("param");
    return c.json(sendTagged(c, await service.updateUser(c.var, user_id, { is_active: false })), 200);
  })
  .openapi(assignRoles, async (c) => {
    const { user_id } = c.req.valid("param");
    return c.json(
      sendTagged(c, await service.assignRoles(c.var, user_id, c.req.valid("json").role_ids)),
      200,
    );
  });
