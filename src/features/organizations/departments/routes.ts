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
import { DepartmentTeamsQuery, TeamResponse } from "../teams/schemas.ts";
import { listTeams } from "../teams/service.ts";
import {
  CreateDepartment,
  DeleteDepartmentQuery,
  DepartmentParams,
  DepartmentQuery,
  DepartmentResponse,
  ManagerParams,
  OfOrganizationParams,
  OfOrganizationQuery,
  UpdateDepartment,
} from "./schemas.ts";
import * as service from "./service.ts";

/** The organization is not in the path, so the batch of each operation checks the grants. */
const IN_BATCH = { isInBatch: true };

const tags = ["Departments"];
const one = { ...json(DepartmentResponse, "The department"), headers: tagHeaders };
const page = { ...json(z.array(DepartmentResponse), "A page of departments"), headers: pageHeaders };

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listDepartments",
  summary: "List departments",
  description:
    "Lists the departments of the current user's organizations in which their role grants `teams:read`, or of one organization.",
  tags,
  ...requireWithin("teams:read", IN_BATCH),
  request: { query: DepartmentQuery },
  responses: { 200: page, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const listOfOrganization = createRoute({
  method: "get",
  path: "/{organization_id}/departments",
  operationId: "listDepartmentsOfOrganization",
  summary: "List an organization's departments",
  tags,
  ...requireWithin("teams:read"),
  request: { params: OfOrganizationParams, query: OfOrganizationQuery },
  responses: { 200: page, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createDepartment",
  summary: "Create a department",
  description: "Requires `teams:create` in the organization.",
  tags,
  ...idempotent(requireWithin("teams:create", IN_BATCH)),
  request: { body: body(CreateDepartment) },
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
  path: "/{department_id}",
  operationId: "getDepartment",
  summary: "Get a department",
  description: "Requires `teams:read` in the organization.",
  tags,
  ...requireWithin("teams:read", IN_BATCH),
  request: { params: DepartmentParams },
  responses: { 200: one, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

const update = createRoute({
  method: "put",
  path: "/{department_id}",
  operationId: "updateDepartment",
  summary: "Update a department",
  description: "Changes only the given fields. Requires `teams:update` in the organization.",
  tags,
  ...requireWithin("teams:update", IN_BATCH),
  request: { params: DepartmentParams, headers: IfMatch, body: body(UpdateDepartment) },
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
  path: "/{department_id}",
  operationId: "deleteDepartment",
  summary: "Delete a department",
  description:
    "Requires `teams:delete` in the organization. A department with teams is only deleted with `cascade=true`.",
  tags,
  ...requireWithin("teams:delete", IN_BATCH),
  request: { params: DepartmentParams, query: DeleteDepartmentQuery },
  responses: {
    204: NO_CONTENT,
    ...errors("RESOURCE_NOT_FOUND", "RESOURCE_ALREADY_EXISTS", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const listTeamsOfDepartment = createRoute({
  method: "get",
  path: "/{department_id}/teams",
  operationId: "listTeamsOfDepartment",
  summary: "List a department's teams",
  description: "Requires `teams:read` in the organization.",
  tags,
  ...requireWithin("teams:read", IN_BATCH),
  request: { params: DepartmentParams, query: DepartmentTeamsQuery },
  responses: {
    200: { ...json(z.array(TeamResponse), "A page of teams"), headers: pageHeaders },
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const addManager = createRoute({
  method: "put",
  path: "/{department_id}/managers/{user_id}",
  operationId: "addDepartmentManager",
  summary: "Add a department's manager",
  description:
    "The manager reads the time of the members of the department's teams. So the caller needs `teams:update`, `time_entries:read_any` and `reports:read_any` in the organization.",
  tags,
  ...requireWithin("teams:update", IN_BATCH),
  request: { params: ManagerParams },
  responses: {
    200: one,
    ...errors("RESOURCE_NOT_FOUND", "BUSINESS_LOGIC_ERROR", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const removeManager = createRoute({
  method: "delete",
  path: "/{department_id}/managers/{user_id}",
  operationId: "removeDepartmentManager",
  summary: "Remove a department's manager",
  description: "Requires `teams:update` in the organization.",
  tags,
  ...requireWithin("teams:update", IN_BATCH),
  request: { params: ManagerParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS) },
});

/** Routes of departments. */
export const departments = createRouter()
  .openapi(list, async (c) =>
    c.json(sendPage(c, await service.listDepartments(c.var, c.req.valid("query"))), 200),
  )
  .openapi(create, async (c) =>
    c.json(sendTagged(c, await service.createDepartment(c.var, c.req.valid("json"))), 201),
  )
  .openapi(read, async (c) =>
    c.json(sendTagged(c, await service.getDepartment(c.var, c.req.valid("param").department_id)), 200),
  )
  .openapi(update, async (c) => {
    const expectedTags = expectedTagsOf(c.req.valid("header"));
    const { department_id } = c.req.valid("param");
    return c.json(
      sendTagged(c, await service.updateDepartment(c.var, department_id, c.req.valid("json"), expectedTags)),
      200,
    );
  })
  .openapi(remove, async (c) => {
    const { cascade = false } = c.req.valid("query");
    await service.deleteDepartment(c.var, c.req.valid("param").department_id, cascade);
    return c.body(null, 204);
  })
  .openapi(listTeamsOfDepartment, async (c) => {
    const query = { ...c.req.valid("query"), department_id: c.req.valid("param").department_id };
    return c.json(sendPage(c, await listTeams(c.var, query)), 200);
  })
  .openapi(addManager, async (c) => {
    const { department_id, user_id } = c.req.valid("param");
    return c.json(sendTagged(c, await service.addManager(c.var, department_id, user_id)), 200);
  })
  .openapi(removeManager, async (c) => {
    const { department_id, user_id } = c.req.valid("param");
    await service.removeManager(c.var, department_id, user_id);
    return c.body(null, 204);
  });

/** Routes of an organization's departments. */
export const organizationDepartments = createRouter().openapi(listOfOrganization, async (c) => {
  const { organization_id: id } = c.req.valid("param");
  return c.json(
    sendPage(c, await service.listDepartments(c.var, { ...c.req.valid("query"), organization_id: id })),
    200,
  );
});
