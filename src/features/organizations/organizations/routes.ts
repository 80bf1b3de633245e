import { createRoute, z } from "@hono/zod-openapi";
import { requireFrame, requirePermission, requireWithin, signedIn } from "../../../guard/guard.ts";
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
  CreateOrganization,
  Organization,
  OrganizationParams,
  OrganizationQuery,
  OrganizationResponse,
  SlugParams,
  TransferOrganization,
  UpdateOrganization,
} from "./schemas.ts";
import * as service from "./service.ts";

/** Deletion and transfer concern all members, so they require a session with recent authentication. */
const RECENT = { inPerson: true, recent: true };

const tags = ["Organizations"];
const response = { ...json(OrganizationResponse, "The organization"), headers: tagHeaders };

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listOrganizations",
  summary: "List organizations",
  description:
    "Lists the caller's organizations. Listing all organizations of the instance requires `organizations:read`.",
  tags,
  ...signedIn({ mayNeed: "organizations:read" }),
  request: { query: OrganizationQuery },
  responses: {
    200: { ...json(z.array(Organization), "A page of organizations"), headers: pageHeaders },
    ...errors("VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createOrganization",
  summary: "Create an organization",
  description: "The caller becomes its owner. Without a slug, it gets one from its name.",
  tags,
  ...idempotent(requirePermission("organizations:create")),
  request: { body: body(CreateOrganization) },
  responses: {
    201: response,
    ...errors(
      "RESOURCE_ALREADY_EXISTS",
      "BUSINESS_LOGIC_ERROR",
      ...GUARD_ERRORS,
      ...IDEMPOTENCY_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const readCurrent = createRoute({
  method: "get",
  path: "/current",
  operationId: "getCurrentOrganization",
  summary: "Get the only organization",
  description: "Returns the caller's organization, if there is exactly one.",
  tags,
  ...signedIn(),
  responses: { 200: response, ...errors("RESOURCE_NOT_FOUND", "BUSINESS_LOGIC_ERROR", ...GUARD_ERRORS) },
});

const readBySlug = createRoute({
  method: "get",
  path: "/slug/{slug}",
  operationId: "getOrganizationBySlug",
  summary: "Get an organization by slug",
  description: "For its members, and for operators with `organizations:read`.",
  tags,
  ...signedIn(),
  request: { params: SlugParams },
  responses: { 200: response, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const read = createRoute({
  method: "get",
  path: "/{organization_id}",
  operationId: "getOrganization",
  summary: "Get an organization",
  tags,
  ...requireFrame(undefined, "organizations:read"),
  request: { params: OrganizationParams },
  responses: { 200: response, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const update = createRoute({
  method: "put",
  path: "/{organization_id}",
  operationId: "updateOrganization",
  summary: "Update an organization",
  description: "Fields that are not given stay unchanged.",
  tags,
  ...requireFrame("organization:update", "organizations:update"),
  request: { params: OrganizationParams, headers: IfMatch, body: body(UpdateOrganization) },
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
  path: "/{organization_id}",
  operationId: "deleteOrganization",
  summary: "Delete an organization",
  description:
    "Its members no longer reach its records, its slug is free again, and its owners are notified. It can be restored for 30 days.",
  tags,
  ...requireFrame("organization:delete", "organizations:delete", RECENT),
  request: { params: OrganizationParams, headers: IfMatch },
  responses: {
    204: NO_CONTENT,
    ...errors("RESOURCE_NOT_FOUND", "PRECONDITION_FAILED", "VALIDATION_ERROR", ...RECENT_ERRORS),
  },
});

const restore = createRoute({
  method: "post",
  path: "/{organization_id}/restore",
  operationId: "restoreOrganization",
  summary: "Restore a deleted organization",
  description: "Its members reach its records again. Possible for 30 days after the deletion.",
  tags,
  ...requireFrame("organization:delete", "organizations:delete", { ...RECENT, isInBatch: true }),
  request: { params: OrganizationParams },
  responses: {
    200: response,
    ...errors(
      "RESOURCE_NOT_FOUND",
      "RESOURCE_ALREADY_EXISTS",
      "BUSINESS_LOGIC_ERROR",
      "VALIDATION_ERROR",
      ...RECENT_ERRORS,
    ),
  },
});

const transfer = createRoute({
  method: "post",
  path: "/{organization_id}/transfer",
  operationId: "transferOrganization",
  summary: "Transfer an organization",
  description:
    "The member becomes an owner of the organization, and all owners are notified. The caller must hold all grants of owners, stays a member, and can leave afterwards.",
  tags,
  ...requireWithin("organization:transfer", RECENT),
  request: { params: OrganizationParams, body: body(TransferOrganization) },
  responses: { 200: response, ...errors("RESOURCE_NOT_FOUND", ...RECENT_ERRORS, ...BODY_ERRORS) },
});

export const organizations = createRouter()
  .openapi(list, async (c) =>
    c.json(sendPage(c, await service.listOrganizations(c.var, c.req.valid("query"))), 200),
  )
  .openapi(create, async (c) =>
    c.json(sendTagged(c, await service.createOrganization(c.var, c.req.valid("json"))), 201),
  )
  .openapi(readCurrent, async (c) => c.json(sendTagged(c, await service.getCurrent(c.var)), 200))
  .openapi(readBySlug, async (c) =>
    c.json(sendTagged(c, await service.getBySlug(c.var, c.req.valid("param").slug)), 200),
  )
  .openapi(read, async (c) =>
    c.json(sendTagged(c, await service.getOrganization(c.var, c.req.valid("param").organization_id)), 200),
  )
  .openapi(update, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    const { organization_id: id } = c.req.valid("param");
    return c.json(
      sendTagged(c, await service.updateOrganization(c.var, id, c.req.valid("json"), expectedTags)),
      200,
    );
  })
  .openapi(remove, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    await service.deleteOrganization(c.var, c.req.valid("param").organization_id, expectedTags);
    return c.body(null, 204);
  })
  .openapi(restore, async (c) =>
    c.json(
      sendTagged(c, await service.restoreOrganization(c.var, c.req.valid("param").organization_id)),
      200,
    ),
  )
  .openapi(transfer, async (c) => {
    const { user_id } = c.req.valid("json");
    return c.json(
      sendTagged(c, await service.transferOrganization(c.var, c.req.valid("param").organization_id, user_id)),
      200,
    );
  });
