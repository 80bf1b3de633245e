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
import { pageHeaders, sendPage } from "../../../http/paging.ts";
import { createRouter } from "../../../http/router.ts";
import {
  AddTeamMember,
  CreateTeam,
  TeamMember,
  TeamMemberParams,
  TeamMemberQuery,
  TeamParams,
  TeamQuery,
  TeamResponse,
  UpdateTeam,
} from "./schemas.ts";
import * as service from "./service.ts";

/** The organization is not in the path, so the batch of each operation checks the grants. */
const IN_BATCH = { isInBatch: true };

const tags = ["Teams"];
const one = { ...json(TeamResponse, "The team"), headers: tagHeaders };

/** Grants that changes of whose time a lead reads require, in words for descriptions. */
const TO_PLACE = "`teams:update`, `time_entries:read_any` and `reports:read_any` in the organization";

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listTeams",
  summary: "List teams",
  description:
    "Lists the teams of the current user's organizations in which their role grants `teams:read`, of one organization, or of one department.",
  tags,
  ...requireWithin("teams:read", IN_BATCH),
  request: { query: TeamQuery },
  responses: {
    200: { ...json(z.array(TeamResponse), "A page of teams"), headers: pageHeaders },
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createTeam",
  summary: "Create a team",
  description: `Requires \`teams:create\` in the organization. With a lead, who reads the time of the team's members, it also requires ${TO_PLACE}.`,
  tags,
  ...idempotent(requireWithin("teams:create", IN_BATCH)),
  request: { body: body(CreateTeam) },
  responses: {
    201: one,
    ...errors(
      "RESOURCE_ALREADY_EXISTS",
      "BUSINESS_LOGIC_ERROR",
      "RESOURCE_NOT_FOUND",
      ...GUARD_ERRORS,
      ...IDEMPOTENCY_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const read = createRoute({
  method: "get",
  path: "/{team_id}",
  operationId: "getTeam",
  summary: "Get a team",
  description: "Requires `teams:read` in the organization, or to lead the team.",
  tags,
  ...requireWithin("teams:read", IN_BATCH),
  request: { params: TeamParams },
  responses: { 200: one, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const update = createRoute({
  method: "put",
  path: "/{team_id}",
  operationId: "updateTeam",
  summary: "Update a team",
  description: `Changes only the given fields. Requires \`teams:update\` in the organization, or to lead the team. A new lead or department requires ${TO_PLACE}.`,
  tags,
  ...requireWithin("teams:update", IN_BATCH),
  request: { params: TeamParams, headers: IfMatch, body: body(UpdateTeam) },
  responses: {
    200: one,
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
  path: "/{team_id}",
  operationId: "deleteTeam",
  summary: "Delete a team",
  description:
    "Requires `teams:delete` in the organization. The members stay in the organization, and so does their time.",
  tags,
  ...requireWithin("teams:delete", IN_BATCH),
  request: { params: TeamParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const listMembers = createRoute({
  method: "get",
  path: "/{team_id}/members",
  operationId: "listTeamMembers",
  summary: "List a team's members",
  description: "Requires `teams:read` in the organization, or to lead the team.",
  tags,
  ...requireWithin("teams:read", IN_BATCH),
  request: { params: TeamParams, query: TeamMemberQuery },
  responses: {
    200: { ...json(z.array(TeamMember), "A page of members"), headers: pageHeaders },
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const addMember = createRoute({
  method: "post",
  path: "/{team_id}/members",
  operationId: "addTeamMember",
  summary: "Add a team member",
  description: `The person must be a member of the organization. The team's leads can then read their time, so the caller needs ${TO_PLACE}. Adding a member twice is not an error.`,
  tags,
  ...requireWithin("teams:update", IN_BATCH),
  request: { params: TeamParams, body: body(AddTeamMember) },
  responses: { 200: one, ...errors("RESOURCE_NOT_FOUND", ...GUARD_ERRORS, ...BODY_ERRORS) },
});

const removeMember = createRoute({
  method: "delete",
  path: "/{team_id}/members/{user_id}",
  operationId: "removeTeamMember",
  summary: "Remove a team member",
  description: "Requires `teams:update` in the organization, or to lead the team.",
  tags,
  ...requireWithin("teams:update", IN_BATCH),
  request: { params: TeamMemberParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const setLead = createRoute({
  method: "put",
  path: "/{team_id}/lead/{user_id}",
  operationId: "setTeamLead",
  summary: "Set a team's only lead",
  description: `Other leads become ordinary members. The lead reads the time of the team's members, so the caller needs ${TO_PLACE}.`,
  tags,
  ...requireWithin("teams:update", IN_BATCH),
  request: { params: TeamMemberParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const removeLead = createRoute({
  method: "delete",
  path: "/{team_id}/lead",
  operationId: "removeTeamLead",
  summary: "Remove a team's leads",
  description: "They stay members of the team. Requires `teams:update` in the organization.",
  tags,
  ...requireWithin("teams:update", IN_BATCH),
  request: { params: TeamParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const addLead = createRoute({
  method: "put",
  path: "/{team_id}/leads/{user_id}",
  operationId: "addTeamLead",
  summary: "Add a team lead",
  description: `Other leads stay. The lead reads the time of the team's members, so the caller needs ${TO_PLACE}.`,
  tags,
  ...requireWithin("teams:update", IN_BATCH),
  request: { params: TeamMemberParams },
  responses: {
    200: one,
    ...errors("RESOURCE_NOT_FOUND", "BUSINESS_LOGIC_ERROR", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

/** Routes of teams. */
export const teams = createRouter()
  .openapi(list, async (c) => c.json(sendPage(c, await service.listTeams(c.var, c.req.valid("query"))), 200))
  .openapi(create, async (c) =>
    c.json(sendTagged(c, await service.createTeam(c.var, c.req.valid("json"))), 201),
  )
  .openapi(read, async (c) =>
    c.json(sendTagged(c, await service.getTeam(c.var, c.req.valid("param").team_id)), 200),
  )
  .openapi(update, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    const { team_id } = c.req.valid("param");
    return c.json(
      sendTagged(c, await service.updateTeam(c.var, team_id, c.req.valid("json"), expectedTags)),
      200,
    );
  })
  .openapi(remove, async (c) => {
    await service.deleteTeam(c.var, c.req.valid("param").team_id);
    return c.body(null, 204);
  })
  .openapi(listMembers, async (c) => {
    const { team_id } = c.req.valid("param");
    return c.json(sendPage(c, await service.listTeamMembers(c.var, team_id, c.req.valid("query"))), 200);
  })
  .openapi(addMember, async (c) => {
    const { user_id } = c.req.valid("json");
    return c.json(
      sendTagged(c, await service.addTeamMember(c.var, c.req.valid("param").team_id, user_id)),
      200,
    );
  })
  .openapi(removeMember, async (c) => {
    const { team_id, user_id } = c.req.valid("param");
    await service.removeTeamMember(c.var, team_id, user_id);
    return c.body(null, 204);
  })
  .openapi(setLead, async (c) => {
    const { team_id, user_id } = c.req.valid("param");
    await service.setTeamLead(c.var, team_id, user_id);
    return c.body(null, 204);
  })
  .openapi(removeLead, async (c) => {
    await service.setTeamLead(c.var, c.req.valid("param").team_id, null);
    return c.body(null, 204);
  })
  .openapi(addLead, async (c) => {
    const { team_id, user_id } = c.req.valid("param");
    return c.json(sendTagged(c, await service.addTeamLead(c.var, team_id, user_id)), 200);
  });
