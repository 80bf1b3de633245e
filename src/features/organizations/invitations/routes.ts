import { createRoute, z } from "@hono/zod-openapi";
import { inPerson, requireWithin, signedIn } from "../../../guard/guard.ts";
import { idempotent } from "../../../guard/idempotency.ts";
import { sendTagged, tagHeaders } from "../../../http/etag.ts";
import {
  BODY_ERRORS,
  body,
  errors,
  GUARD_ERRORS,
  IDEMPOTENCY_ERRORS,
  json,
  NO_CONTENT,
} from "../../../http/openapi.ts";
import { pageHeaders, sendPage } from "../../../http/paging.ts";
import { createRouter } from "../../../http/router.ts";
import { OrganizationResponse } from "../organizations/schemas.ts";
import {
  CreateInvitation,
  Invitation,
  InvitationParams,
  InvitationQuery,
  InvitationsParams,
  InvitationToken,
  OwnInvitation,
} from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Invitations"];

/** An invitation opens the organization's records to another account, so a program with a token can't send one. */
const mayInvite = requireWithin("members:invite", { inPerson: true });

const list = createRoute({
  method: "get",
  path: "/{organization_id}/invitations",
  operationId: "listInvitations",
  summary: "List the open invitations",
  description: "Also lists invitations that have expired and can be sent again.",
  tags,
  ...requireWithin("members:invite"),
  request: { params: InvitationsParams, query: InvitationQuery },
  responses: {
    200: { ...json(z.array(Invitation), "A page of invitations"), headers: pageHeaders },
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const create = createRoute({
  method: "post",
  path: "/{organization_id}/invitations",
  operationId: "createInvitation",
  summary: "Create an invitation",
  description:
    "Mails the address a token, which expires after seven days. The response is equal for addresses with and without an account. The caller needs a verified email, and can only give a role whose grants they hold.",
  tags,
  ...idempotent(mayInvite),
  request: { params: InvitationsParams, body: body(CreateInvitation) },
  responses: {
    201: json(Invitation, "The invitation"),
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

const resend = createRoute({
  method: "post",
  path: "/{organization_id}/invitations/{invitation_id}/resend",
  operationId: "resendInvitation",
  summary: "Resend an invitation",
  description: "Mails a new token, which expires after seven days. The old one ends.",
  tags,
  ...mayInvite,
  request: { params: InvitationParams },
  responses: {
    200: json(Invitation, "The invitation"),
    ...errors("RESOURCE_NOT_FOUND", "BUSINESS_LOGIC_ERROR", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const revoke = createRoute({
  method: "delete",
  path: "/{organization_id}/invitations/{invitation_id}",
  operationId: "revokeInvitation",
  summary: "Revoke an invitation",
  tags,
  ...requireWithin("members:invite"),
  request: { params: InvitationParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const listOwn = createRoute({
  method: "get",
  path: "/",
  operationId: "listMyInvitations",
  summary: "List the current user's invitations",
  description:
    "Lists at most 100 invitations to the current user's email, newest first, if the email is verified. To accept one, use the token in its mail.",
  tags,
  ...signedIn(),
  responses: { 200: json(z.array(OwnInvitation), "The invitations"), ...errors(...GUARD_ERRORS) },
});

const accept = createRoute({
  method: "post",
  path: "/accept",
  operationId: "acceptInvitation",
  summary: "Accept an invitation",
  description:
    "The account's email must be the invited address, and becomes verified. An invitation whose sender may no longer give the role, or add members to its team, counts as absent.",
  tags,
  ...inPerson(),
  request: { body: body(InvitationToken) },
  responses: {
    200: { ...json(OrganizationResponse, "The organization"), headers: tagHeaders },
    ...errors("RESOURCE_NOT_FOUND", "RESOURCE_ALREADY_EXISTS", ...GUARD_ERRORS, ...BODY_ERRORS),
  },
});

const decline = createRoute({
  method: "post",
  path: "/decline",
  operationId: "declineInvitation",
  summary: "Decline an invitation",
  description: "The account's email must be the invited address.",
  tags,
  ...inPerson(),
  request: { body: body(InvitationToken) },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", ...GUARD_ERRORS, ...BODY_ERRORS) },
});

/** Routes of an organization's invitations. */
export const organizationInvitations = createRouter()
  .openapi(list, async (c) => {
    const { organization_id: id } = c.req.valid("param");
    return c.json(sendPage(c, await service.listInvitations(c.var, id, c.req.valid("query"))), 200);
  })
  .openapi(create, async (c) => {
    const { organization_id: id } = c.req.valid("param");
    return c.json(await service.createInvitation(c.var, id, c.req.valid("json")), 201);
  })
  .openapi(resend, async (c) => c.json(await service.resendInvitation(c.var, c.req.valid("param")), 200))
  .openapi(revoke, async (c) => {
    await service.revokeInvitation(c.var, c.req.valid("param"));
    return c.body(null, 204);
  });

/** Routes of the current user's invitations. */
export const invitations = createRouter()
  .openapi(listOwn, async (c) => c.json(await service.listOwnInvitations(c.var), 200))
  .openapi(accept, async (c) =>
    c.json(sendTagged(c, await service.acceptInvitation(c.var, c.req.valid("json").token)), 200),
  )
  .openapi(decline, async (c) => {
    await service.declineInvitation(c.var, c.req.valid("json").token);
    return c.body(null, 204);
  });
