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
  summary: "Who did what to whom, and when",
  description: [
    "Latest first. No event is ever changed; they are removed when they are older than `AUDIT_RETENTION_DAYS`. A page of very long events ends before it takes more than 5 MB: go on by its `Link`.",
    `With \`Accept: ${JSON_LINES}\`, all events that the filters name are sent, one a line: \`skip\`, \`limit\` and \`cursor\` don't count, and there is no total. Such an answer ends early if the permission is lost meanwhile.`,
  ].join("\n\n"),
  tags: ["Audit"],
  ...requirePermission("audit:read"),
  request: { query: AuditQuery },
  responses: {
    200: {
      ...jsonOrLines(z.array(AuditEvent), {
        description: "A page of events; or all of them, one a line",
        line: "An `AuditEvent`",
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
