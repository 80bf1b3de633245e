import { createRoute, z } from "@hono/zod-openapi";
import { admitMembers } from "../../../guard/guard.ts";
import { BODY_ERRORS, body, errors, GUARD_ERRORS, json, NO_CONTENT } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { ProjectParams } from "../projects/schemas.ts";
import { ProjectMember, ProjectMemberParams, SetProjectMember } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Projects"];
const refusals = errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS);

const list = createRoute({
  method: "get",
  path: "/{project_id}/members",
  operationId: "listProjectMembers",
  summary: "List project members",
  description:
    "For callers who may change the project of an organization. Personal projects have no members.",
  tags,
  ...admitMembers("projects:update", { isReadOnly: true }),
  request: { params: ProjectParams },
  responses: { 200: json(z.array(ProjectMember), "The members"), ...refusals },
});

const set = createRoute({
  method: "put",
  path: "/{project_id}/members/{user_id}",
  operationId: "setProjectMember",
  summary: "Set a project member",
  description:
    "Adds a member of the organization to the project. Members see the project; managers also change it and read all time on it. So only callers who read all time on it name managers.",
  tags,
  ...admitMembers("projects:update"),
  request: { params: ProjectMemberParams, body: body(SetProjectMember) },
  responses: {
    200: json(ProjectMember, "The member"),
    ...errors("RESOURCE_NOT_FOUND", ...GUARD_ERRORS, ...BODY_ERRORS),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/{project_id}/members/{user_id}",
  operationId: "removeProjectMember",
  summary: "Remove a project member",
  description: "The member's time entries stay.",
  tags,
  ...admitMembers("projects:update"),
  request: { params: ProjectMemberParams },
  responses: { 204: NO_CONTENT, ...refusals },
});

export const projectMembers = createRouter()
  .openapi(list, async (c) =>
    c.json(await service.listProjectMembers(c.var, c.req.valid("param").project_id), 200),
  )
  .openapi(set, async (c) =>
    c.json(await service.setProjectMember(c.var, c.req.valid("param"), c.req.valid("json")), 200),
  )
  .openapi(remove, async (c) => {
    await service.removeProjectMember(c.var, c.req.valid("param"));
    return c.body(null, 204);
  });
