import { createRoute, z } from "@hono/zod-openapi";
import { admitMembers } from "../../../guard/guard.ts";
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
import { partialPageHeaders, sendPage } from "../../../http/paging.ts";
import { createRouter } from "../../../http/router.ts";
import { CreateProject, ProjectParams, ProjectQuery, ProjectResponse, UpdateProject } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Projects"];
const response = { ...json(ProjectResponse, "The project"), headers: tagHeaders };

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listProjects",
  summary: "List projects",
  description:
    "Lists the current user's projects. Listing other users' projects requires `projects:read_any`.",
  tags,
  ...admitMembers("projects:read", { isFiltered: true }),
  request: { query: ProjectQuery },
  responses: {
    200: { ...json(z.array(ProjectResponse), "A page of projects"), headers: partialPageHeaders },
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createProject",
  summary: "Create a project",
  tags,
  ...idempotent(admitMembers("projects:create")),
  request: { body: body(CreateProject) },
  responses: {
    201: response,
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
  path: "/{project_id}",
  operationId: "getProject",
  summary: "Get a project",
  tags,
  ...admitMembers("projects:read"),
  request: { params: ProjectParams },
  responses: { 200: response, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const update = createRoute({
  method: "patch",
  path: "/{project_id}",
  operationId: "updateProject",
  summary: "Update a project",
  description: "Changes only the given fields.",
  tags,
  ...admitMembers("projects:update"),
  request: { params: ProjectParams, headers: IfMatch, body: body(UpdateProject) },
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
  path: "/{project_id}",
  operationId: "deleteProject",
  summary: "Delete a project",
  description:
    "The project's tasks and time entries stay, and reports still show its name. Consider archiving the project instead.",
  tags,
  ...admitMembers("projects:delete"),
  request: { params: ProjectParams, headers: IfMatch },
  responses: {
    204: NO_CONTENT,
    ...errors("RESOURCE_NOT_FOUND", "PRECONDITION_FAILED", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const restore = createRoute({
  method: "post",
  path: "/{project_id}/restore",
  operationId: "restoreProject",
  summary: "Restore a deleted project",
  tags,
  ...admitMembers("projects:delete"),
  request: { params: ProjectParams },
  responses: {
    200: response,
    ...errors("RESOURCE_NOT_FOUND", "RESOURCE_ALREADY_EXISTS", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

export const projects = createRouter()
  .openapi(list, async (c) =>
    c.json(sendPage(c, await service.listProjects(c.var, c.req.valid("query"))), 200),
  )
  .openapi(create, async (c) =>
    c.json(sendTagged(c, await service.createProject(c.var, c.req.valid("json"))), 201),
  )
  .openapi(read, async (c) =>
    c.json(sendTagged(c, await service.getProject(c.var, c.req.valid("param").project_id)), 200),
  )
  .openapi(update, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    const { project_id } = c.req.valid("param");
    return c.json(
      sendTagged(c, await service.updateProject(c.var, project_id, c.req.valid("json"), expectedTags)),
      200,
    );
  })
  .openapi(remove, async (c) => {
    await service.deleteProject(
      c.var,
      c.req.valid("param").project_id,
      expectedTagsOf(c.req.valid("header")),
    );
    return c.body(null, 204);
  })
  .openapi(restore, async (c) =>
    c.json(sendTagged(c, await service.restoreProject(c.var, c.req.valid("param").project_id)), 200),
  );
