import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { baseColumns, instant, jsonb } from "./columns.ts";
import { projects } from "./productivity.ts";
import { users } from "./users.ts";

/** An instant to the microsecond: what watchers send. */
const exactInstant = (name: string) => timestamp(name, { withTimezone: true, mode: "string" });

const userId = () =>
  uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

/** What one watcher on one machine sees: a window, a browser's tab, whether anybody is there. */
export const activityBuckets = pgTable(
  "activity_buckets",
  {
    key: bigint("key", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    userId: userId(),
    /** The watcher's own name for it, unique among its user's. */
    id: text("id").notNull(),
    type: text("type").notNull(),
    client: text("client").notNull(),
    hostname: text("hostname").notNull(),
    data: jsonb("data").$type<Record<string, unknown>>().notNull().default({}),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** No event of it lasts longer: so far back must look who asks for a period. Always whole days of 24 hours. */
    reachHours: integer("reach_hours").notNull().default(24),
  },
  (buckets) => [unique("activity_buckets_id_key").on(buckets.userId, buckets.id)],
);

/** What was so from one instant to another. */
export const activityEvents = pgTable(
  "activity_events",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    bucketKey: bigint("bucket_key", { mode: "number" })
      .notNull()
      .references(() => activityBuckets.key, { onDelete: "cascade" }),
    startedAt: exactInstant("started_at").notNull(),
    endedAt: exactInstant("ended_at").notNull(),
    data: jsonb("data").$type<Record<string, unknown>>().notNull(),
  },
  // Not by when they end: so a heartbeat that prolongs one leaves the index alone.
  (events) => [index("activity_events_started").on(events.bucketKey, events.startedAt, events.id)],
);

/** What ActivityWatch's own pages remember. */
export const activitySettings = pgTable(
  "activity_settings",
  {
    userId: userId(),
    key: text("key").notNull(),
    value: jsonb("value").$type<unknown>().notNull(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (settings) => [primaryKey({ columns: [settings.userId, settings.key] })],
);

/** What activity is: the first rule of its user's that it meets says what it is for, what kind of thing it is, and of what good. */
export const activityRules = pgTable(
  "activity_rules",
  {
    ...baseColumns,
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Lower ones come first; equal ones in the order in which they were made. */
    position: integer("position").notNull(),
    field: text("field", { enum: ["app", "title", "domain", "project"] }).notNull(),
    match: text("match", { enum: ["equals", "contains", "starts_with", "ends_with"] }).notNull(),
    pattern: text("pattern").notNull(),
    projectId: uuid("project_id").references(() => projects.id),
    category: text("category"),
    /** From -2, a distraction, to 2, what one is there for. */
    productivity: smallint("productivity"),
  },
  (rules) => [
    index("activity_rules_by_owner").on(rules.ownerId).where(sql`not ${rules.isDeleted}`),
    index("activity_rules_by_project").on(rules.projectId),
    index("activity_rules_of_owner").on(rules.ownerId),
    check("activity_rules_productivity", sql`${rules.productivity} between -2 and 2`),
  ],
);
