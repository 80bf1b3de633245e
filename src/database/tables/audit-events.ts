import { sql } from "drizzle-orm";
import { index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, jsonb } from "./columns.ts";

/**
 * The audit log: triggers write it in the statement that makes the change (functions/audit/), and its rows never change. It has no
 * foreign keys, so that events outlive the records that they are about. It has a partition for each month, by `occurredAt`: see
 * functions/maintenance/make_partitions.sql.
 */
export const auditEvents = pgTable(
  "audit_events",
  {
    id: uuid("id").notNull().default(sql`gen_random_uuid()`),
    occurredAt: instant("occurred_at").notNull().defaultNow(),
    /** Null for system actions (commands, scheduled maintenance) and for sign-ups. */
    actorId: uuid("actor_id"),
    /** The session or personal token that the actor used. */
    credentialId: uuid("credential_id"),
    /** Such as `user.roles_changed`. */
    action: text("action").notNull(),
    targetType: text("target_type").notNull(),
    targetId: uuid("target_id"),
    address: text("address"),
    /** Null for changes outside of HTTP requests. */
    requestId: text("request_id"),
    /** The organization that the event happened in; null for events of the instance. */
    organizationId: uuid("organization_id"),
    /** Details of the change, such as `{"before": […], "after": […]}`; no secrets. */
    details: jsonb("details").$type<Record<string, unknown>>().notNull(),
  },
  (events) => [
    primaryKey({ columns: [events.id, events.occurredAt] }),
    index("audit_events_target_type").on(events.targetType, events.occurredAt, events.id),
    index("audit_events_time").on(events.occurredAt, events.id),
    index("audit_events_actor").on(events.actorId, events.occurredAt, events.id),
    index("audit_events_target").on(events.targetId, events.occurredAt, events.id),
    // Also serves prefixes, in every collation of the database.
    index("audit_events_action").on(sql`${events.action} text_pattern_ops`, events.occurredAt, events.id),
    index("audit_events_request").on(events.requestId),
    index("audit_events_organization")
      .on(events.organizationId, events.occurredAt, events.id)
      .where(sql`${events.organizationId} is not null`),
  ],
);
