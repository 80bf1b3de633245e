import { createRoute, z } from "@hono/zod-openapi";
import { requirePermission } from "../../../guard/guard.ts";
import { JSON_LINES, jsonOrLines, sendLines } from "../../../http/json-lines.ts";
import { preferredType } from "../../../http/negotiation.ts";
import { errors, GUARD_ERRORS } from "../../../http/openapi.ts";
import { pageHeaders, sendPage } from "../../../http/paging.ts";
import { createRouter } from "../../../http/router.ts";
import { AuditEvent, AuditQuery } from "./schemas.ts";
import * as service from "./service.ts";

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listAuditEvents",
  summary: "List audit events",
  description: [
    "Latest first. Events never change, and are deleted after `AUDIT_RETENTION_DAYS`. A page of very long events ends before it exceeds 5 MB; continue with its `Link` header.",
    `With \`Accept: ${JSON_LINES}\`, all matching events are sent, one per line. \`skip\`, \`limit\` and \`cursor\` are ignored, and no total is sent. The response ends early if the caller loses the permission.`,
  ].join("\n\n"),
  tags: ["Audit"],
  ...requirePermission("audit:read"),
  request: { query: AuditQuery },
  responses: {
    200: {
      ...jsonOrLines(z.array(AuditEvent), {
        description: "A page of events, or all of them, one per line",
        line: "One `AuditEvent` per line",
      }),
      headers: pageHeaders.partial(),
    },
    ...errors("VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

export const audit = createRouter().openapi(list, async (c) => {
  const query = c.req.valid("query");
  return preferredType(c, ["application/json", JSON_LINES]) === JSON_LINES
    ? sendLines(c, service.exportEvents(c.var, query))
    : c.json(sendPage(c, await service.listEvents(c.var, query)), 200);
});
