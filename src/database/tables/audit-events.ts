import { sql } from "drizzle-orm";
import { index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, jsonb } from "./columns.ts";

/**
 * Who did what to whom, from where: written by triggers in the statement that makes the change (functions/audit/), and
 * never changed. Without foreign keys, so that it outlives what it is about. It has a partition for each month, by `occurredAt`:
 * see functions/maintenance/make_partitions.sql.
 */
export const auditEvents = pgTable(
  "audit_events",
  {
    id: uuid("id").notNull().default(sql`gen_random_uuid()`),
    occurredAt: instant("occurred_at").notNull().defaultNow(),
    /** Null for what nobody in particular did: commands, the schedule, a registration. */
    actorId: uuid("actor_id"),
    /** The session or personal token that the actor used. */
    credentialId: uuid("credential_id"),
    /** Such as `user.roles_changed`. */
    action: text("action").notNull(),
    targetType: text("target_type").notNull(),
    targetId: uuid("target_id"),
    address: text("address"),
    /** Null for what did not come over HTTP. */
    requestId: text("request_id"),
    /** What the change was, such as `{"before": […], "after": […]}`; no secrets. */
    details: jsonb("details").$type<Record<string, unknown>>().notNull(),
  },
  (events) => [
    primaryKey({ columns: [events.id, events.occurredAt] }),
    index("audit_events_target_type").on(events.targetType, events.occurredAt, events.id),
    index("audit_events_time").on(events.occurredAt, events.id),
    index("audit_events_actor").on(events.actorId, events.occurredAt, events.id),
    index("audit_events_target").on(events.targetId, events.occurredAt, events.id),
    // Serves prefixes too, whatever the database's collation.
    index("audit_events_action").on(sql`${events.action} text_pattern_ops`, events.occurredAt, events.id),
    index("audit_events_request").on(events.requestId),
  ],
);
