import { createRoute, z } from "@hono/zod-openapi";
import { requireWithin } from "../../../guard/guard.ts";
import { errors, GUARD_ERRORS, json } from "../../../http/openapi.ts";
import { pageHeaders, sendPage } from "../../../http/paging.ts";
import { createRouter } from "../../../http/router.ts";
import { OrganizationParams } from "../organizations/schemas.ts";
import { OrganizationEvent, OrganizationEventQuery } from "./schemas.ts";
import * as service from "./service.ts";

const list = createRoute({
  method: "get",
  path: "/{organization_id}/audit",
  operationId: "listOrganizationEvents",
  summary: "List events in an organization",
  description:
    "Latest first. Events never change, and are deleted after `AUDIT_RETENTION_DAYS`. They contain ids and grants, but no texts that people wrote.",
  tags: ["Organizations"],
  ...requireWithin("audit:read"),
  request: { params: OrganizationParams, query: OrganizationEventQuery },
  responses: {
    200: { ...json(z.array(OrganizationEvent), "A page of events"), headers: pageHeaders },
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

export const organizationEvents = createRouter().openapi(list, async (c) =>
  c.json(
    sendPage(
      c,
      await service.listOrganizationEvents(c.var, c.req.valid("param").organization_id, c.req.valid("query")),
    ),
    200,
  ),
);
