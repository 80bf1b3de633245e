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

/** Defines an instant in microseconds, as watchers send it. */
const exactInstant = (name: string) => timestamp(name, { withTimezone: true, mode: "string" });

const userId = () =>
  uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

/** Buckets: the events of one watcher on one machine, about windows, browser tabs or the user's presence. */
export const activityBuckets = pgTable(
  "activity_buckets",
  {
    key: bigint("key", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    userId: userId(),
    /** Id that the watcher chose, unique for its user. */
    id: text("id").notNull(),
    type: text("type").notNull(),
    client: text("client").notNull(),
    hostname: text("hostname").notNull(),
    data: jsonb("data").$type<Record<string, unknown>>().notNull().default({}),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** Upper bound for the length of its events, in whole days of 24 hours: queries for a period must read that far back. */
    reachHours: integer("reach_hours").notNull().default(24),
  },
  (buckets) => [unique("activity_buckets_id_key").on(buckets.userId, buckets.id)],
);

/** Events: the data of a bucket from one instant to another. */
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
  // Without the end, so that a heartbeat that extends an event does not change the index.
  (events) => [index("activity_events_started").on(events.bucketKey, events.startedAt, events.id)],
);

/** Settings of ActivityWatch's web interface. */
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

/** Rules of users. The first rule that matches activity assigns its project, category and productivity. */
export const activityRules = pgTable(
  "activity_rules",
  {
    ...baseColumns,
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Lower positions come first; rules with equal positions are in order of creation. */
    position: integer("position").notNull(),
    field: text("field", { enum: ["app", "title", "domain", "project"] }).notNull(),
    match: text("match", { enum: ["equals", "contains", "starts_with", "ends_with"] }).notNull(),
    pattern: text("pattern").notNull(),
    projectId: uuid("project_id").references(() => projects.id),
    category: text("category"),
    /** From -2 (very distracting) to 2 (very productive). */
    productivity: smallint("productivity"),
  },
  (rules) => [
    index("activity_rules_by_owner").on(rules.ownerId).where(sql`not ${rules.isDeleted}`),
    index("activity_rules_by_project").on(rules.projectId),
    index("activity_rules_of_owner").on(rules.ownerId),
    check("activity_rules_productivity", sql`${rules.productivity} between -2 and 2`),
  ],
);
