import { createRoute, z } from "@hono/zod-openapi";
import { requireWithin } from "../../../guard/guard.ts";
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
import { createRouter } from "../../../http/router.ts";
import { OrganizationParams } from "../organizations/schemas.ts";
import {
  CreateOrganizationRole,
  OrganizationRole,
  OrganizationRoleParams,
  UpdateOrganizationRole,
} from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Organization roles"];
const response = { ...json(OrganizationRole, "The role"), headers: tagHeaders };

const list = createRoute({
  method: "get",
  path: "/{organization_id}/roles",
  operationId: "listOrganizationRoles",
  summary: "List roles of an organization",
  tags,
  ...requireWithin("roles:read"),
  request: { params: OrganizationParams },
  responses: {
    200: json(z.array(OrganizationRole), "The roles"),
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const create = createRoute({
  method: "post",
  path: "/{organization_id}/roles",
  operationId: "createOrganizationRole",
  summary: "Create a role of an organization",
  description: "The role only has grants that the caller holds.",
  tags,
  ...idempotent(requireWithin("roles:create")),
  request: { params: OrganizationParams, body: body(CreateOrganizationRole) },
  responses: {
    201: response,
    ...errors(
      "RESOURCE_NOT_FOUND",
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
  path: "/{organization_id}/roles/{role_id}",
  operationId: "getOrganizationRole",
  summary: "Get a role of an organization",
  tags,
  ...requireWithin("roles:read"),
  request: { params: OrganizationRoleParams },
  responses: { 200: response, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const update = createRoute({
  method: "put",
  path: "/{organization_id}/roles/{role_id}",
  operationId: "updateOrganizationRole",
  summary: "Update a role of an organization",
  description:
    "Fields that are not given stay unchanged. The caller must hold the grants of the role, before and after. Built-in roles cannot be changed.",
  tags,
  ...requireWithin("roles:update"),
  request: { params: OrganizationRoleParams, headers: IfMatch, body: body(UpdateOrganizationRole) },
  responses: {
    200: response,
    ...errors(
      "RESOURCE_NOT_FOUND",
      "RESOURCE_ALREADY_EXISTS",
      "BUSINESS_LOGIC_ERROR",
      "PRECONDITION_FAILED",
      ...GUARD_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/{organization_id}/roles/{role_id}",
  operationId: "deleteOrganizationRole",
  summary: "Delete a role of an organization",
  description: "Built-in roles, and roles that a member or an open invitation has, cannot be deleted.",
  tags,
  ...requireWithin("roles:delete"),
  request: { params: OrganizationRoleParams, headers: IfMatch },
  responses: {
    204: NO_CONTENT,
    ...errors(
      "RESOURCE_NOT_FOUND",
      "RESOURCE_ALREADY_EXISTS",
      "BUSINESS_LOGIC_ERROR",
      "PRECONDITION_FAILED",
      "VALIDATION_ERROR",
      ...GUARD_ERRORS,
    ),
  },
});

export const organizationRoles = createRouter()
  .openapi(list, async (c) =>
    c.json(await service.listRoles(c.var, c.req.valid("param").organization_id), 200),
  )
  .openapi(create, async (c) =>
    c.json(
      sendTagged(
        c,
        await service.createRole(c.var, c.req.valid("param").organization_id, c.req.valid("json")),
      ),
      201,
    ),
  )
  .openapi(read, async (c) => c.json(sendTagged(c, await service.getRole(c.var, c.req.valid("param"))), 200))
  .openapi(update, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    return c.json(
      sendTagged(c, await service.updateRole(c.var, c.req.valid("param"), c.req.valid("json"), expectedTags)),
      200,
    );
  })
  .openapi(remove, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    await service.deleteRole(c.var, c.req.valid("param"), expectedTags);
    return c.body(null, 204);
  });
