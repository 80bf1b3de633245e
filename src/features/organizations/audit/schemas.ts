import { z } from "@hono/zod-openapi";
import { AuditEvent, AuditQuery } from "../../access/audit/schemas.ts";

/** An event, without the credential and the address, which belong to the actor. */
export const OrganizationEvent = z
  .object({
    ...AuditEvent.omit({ credential_id: true, address: true, request_id: true }).shape,
    action: z.string().openapi({ example: "member.joined" }),
    target_type: z.string().openapi({ example: "member" }),
    details: z.record(z.string(), z.unknown()),
  })
  .openapi("OrganizationEvent");

export const OrganizationEventQuery = AuditQuery.omit({ request_id: true });
export type OrganizationEventQuery = z.output<typeof OrganizationEventQuery>;
