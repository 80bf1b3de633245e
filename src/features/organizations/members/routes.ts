import { createRoute, z } from "@hono/zod-openapi";
import { requireFrame } from "../../../guard/guard.ts";
import { idempotent } from "../../../guard/idempotency.ts";
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
import { OrganizationParams } from "../organizations/schemas.ts";
import { AddMember, Member, MemberParams, MemberQuery, UpdateMember } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Members"];
const response = json(Member, "The member");

/** Sentence for the descriptions about the further requirements for operators. */
const OPERATORS =
  "Operators need recent authentication in person, cannot do this to themselves, and all owners are notified.";

const list = createRoute({
  method: "get",
  path: "/{organization_id}/members",
  operationId: "listMembers",
  summary: "List members",
  tags,
  ...requireFrame("members:read", "organizations:read"),
  request: { params: OrganizationParams, query: MemberQuery },
  responses: {
    200: { ...json(z.array(Member), "A page of members"), headers: pageHeaders },
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const update = createRoute({
  method: "put",
  path: "/{organization_id}/members/{user_id}",
  operationId: "updateMember",
  summary: "Update a member",
  description: `The caller must hold the grants of the member's role and of the new role. At least one owner must remain. ${OPERATORS}`,
  tags,
  ...requireFrame("members:update", "organizations:manage_members"),
  request: { params: MemberParams, body: body(UpdateMember) },
  responses: {
    200: response,
    ...errors("RESOURCE_NOT_FOUND", "BUSINESS_LOGIC_ERROR", ...RECENT_ERRORS, ...BODY_ERRORS),
  },
});

const add = createRoute({
  method: "post",
  path: "/{organization_id}/members/{user_id}",
  operationId: "addMember",
  summary: "Add a member",
  description: `Adds a user without an invitation. ${OPERATORS} Superusers may add themselves.`,
  tags,
  ...idempotent(requireFrame("members:invite", "organizations:manage_members", { inPerson: true })),
  request: { params: MemberParams, body: body(AddMember) },
  responses: {
    201: response,
    ...errors(
      "RESOURCE_NOT_FOUND",
      "RESOURCE_ALREADY_EXISTS",
      "BUSINESS_LOGIC_ERROR",
      ...RECENT_ERRORS,
      ...IDEMPOTENCY_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/{organization_id}/members/{user_id}",
  operationId: "removeMember",
  summary: "Remove a member",
  description: `Members leave with their own id. Removing another member requires \`members:remove\` and the grants of the member's role. The member's records stay; places in teams end. At least one owner must remain. ${OPERATORS}`,
  tags,
  ...requireFrame(undefined, "organizations:manage_members"),
  request: { params: MemberParams },
  responses: {
    204: NO_CONTENT,
    ...errors("RESOURCE_NOT_FOUND", "BUSINESS_LOGIC_ERROR", "VALIDATION_ERROR", ...RECENT_ERRORS),
  },
});

export const members = createRouter()
  .openapi(list, async (c) =>
    c.json(
      sendPage(
        c,
        await service.listMembers(c.var, c.req.valid("param").organization_id, c.req.valid("query")),
      ),
      200,
    ),
  )
  .openapi(update, async (c) =>
    c.json(await service.updateMember(c.var, c.req.valid("param"), c.req.valid("json").role_id), 200),
  )
  .openapi(add, async (c) =>
    c.json(await service.addMember(c.var, c.req.valid("param"), c.req.valid("json")), 201),
  )
  .openapi(remove, async (c) => {
    await service.removeMember(c.var, c.req.valid("param"));
    return c.body(null, 204);
  });
