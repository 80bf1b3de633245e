import { z } from "@hono/zod-openapi";
import { pageQuery } from "../../../http/paging.ts";
import { instant, moment, rawText, uuid } from "../../../http/schema-parts.ts";

export const AuditEvent = z
  .object({
    id: uuid(),
    occurred_at: instant,
    actor_id: uuid().nullable().openapi({
      description: "User who performed the action; null for system actions (commands, scheduled jobs)",
    }),
    credential_id: uuid().nullable().openapi({ description: "Session or personal token that was used" }),
    action: z.string().openapi({ example: "user.roles_changed" }),
    target_type: z.string().openapi({ example: "user" }),
    target_id: uuid().nullable(),
    address: z
      .string()
      .nullable()
      .openapi({ description: "IP address of the request", example: "203.0.113.7" }),
    request_id: z
      .string()
      .nullable()
      .openapi({ description: "`X-Request-Id` of the response; null for actions outside HTTP" }),
    details: z
      .record(z.string(), z.unknown())
      .openapi({ example: { before: ["user"], after: ["admin", "user"] } }),
  })
  .openapi("AuditEvent");

const filters = {
  actor_id: uuid().optional(),
  target_id: uuid().optional(),
  target_type: rawText(50).optional().openapi({ example: "user" }),
  action: rawText(100)
    .optional()
    .openapi({ description: "Full name, or its first part and `.*`", example: "user.*" }),
  request_id: rawText(255).optional(),
  from: moment.optional().openapi({ description: "Only events at or after this time" }),
  to: moment.optional().openapi({ description: "Only events before this time" }),
};

export const AuditQuery = z.object({ ...pageQuery, ...filters });
export type AuditQuery = z.output<typeof AuditQuery>;
