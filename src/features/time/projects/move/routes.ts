import { createRoute } from "@hono/zod-openapi";
import { requirePermission } from "../../../../guard/guard.ts";
import { BODY_ERRORS, body, errors, GUARD_ERRORS, json } from "../../../../http/openapi.ts";
import { createRouter } from "../../../../http/router.ts";
import { ProjectParams } from "../schemas.ts";
import { MovedProject, MoveProject, MoveQuery } from "./schemas.ts";
import * as service from "./service.ts";

const move = createRoute({
  method: "post",
  path: "/{project_id}/move",
  operationId: "moveProject",
  summary: "Move a project into an organization",
  description:
    "Moves a personal project of the current user, with its tasks and time entries. It requires `projects:create` in the organization, whose members then see the project and, by their roles, the time. The client and the tags become the organization's of that name. It cannot be undone; `dry_run=true` shows the result first.",
  tags: ["Projects"],
  ...requirePermission("projects:update"),
  request: { params: ProjectParams, query: MoveQuery, body: body(MoveProject) },
  responses: {
    200: json(MovedProject, "What moved, and what was created"),
    ...errors(
      "RESOURCE_NOT_FOUND",
      "RESOURCE_ALREADY_EXISTS",
      "BUSINESS_LOGIC_ERROR",
      ...GUARD_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

export const projectMoves = createRouter().openapi(move, async (c) =>
  c.json(
    await service.moveProject(c.var, {
      projectId: c.req.valid("param").project_id,
      organizationId: c.req.valid("json").organization_id,
      isDryRun: c.req.valid("query").dry_run ?? false,
    }),
    200,
  ),
);
