import { z } from "@hono/zod-openapi";
import { pageQuery } from "../../../http/paging.ts";
import { instant, moment, rawText, uuid } from "../../../http/schema-parts.ts";

export const AuditEvent = z
  .object({
    id: uuid(),
    occurred_at: instant,
    actor_id: uuid()
      .nullable()
      .openapi({ description: "Who did it; null for what nobody in particular did: commands, the schedule" }),
    credential_id: uuid().nullable().openapi({ description: "The session or personal token they used" }),
    action: z.string().openapi({ example: "user.roles_changed" }),
    target_type: z.string().openapi({ example: "user" }),
    target_id: uuid().nullable(),
    address: z
      .string()
      .nullable()
      .openapi({ description: "Where the request came from", example: "203.0.113.7" }),
    request_id: z
      .string()
      .nullable()
      .openapi({ description: "The `X-Request-Id` of the answer; null for what was not done over HTTP" }),
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
    .openapi({ description: "The whole name, or its first part and `.*`", example: "user.*" }),
  request_id: rawText(255).optional(),
  from: moment.optional().openapi({ description: "Events of this instant and later ones" }),
  to: moment.optional().openapi({ description: "Events before this instant" }),
};

export const AuditQuery = z.object({ ...pageQuery, ...filters });
export type AuditQuery = z.output<typeof AuditQuery>;
