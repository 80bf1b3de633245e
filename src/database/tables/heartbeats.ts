import { sql } from "drizzle-orm";
import {
  boolean,
  customType,
  index,
  integer,
  interval,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import { jsonb } from "./columns.ts";
import { users } from "./users.ts";

const ofUser = () => uuid("user_id").notNull();

const userId = () => ofUser().references(() => users.id, { onDelete: "cascade" });

const microInstant = (name: string) => timestamp(name, { withTimezone: true, mode: "string" });

/**
 * Heartbeats from editors and browsers. The primary key is the only index: it rejects duplicates, and it is the order of all reads.
 * Heartbeats are removed with their user's state: see functions/heartbeats/remove_with_state.sql. A foreign key would cost a lookup for
 * each heartbeat. There is a partition for each month, by `at`: see functions/maintenance/make_partitions.sql.
 */
export const heartbeats = pgTable(
  "heartbeats",
  {
    userId: ofUser(),
    at: microInstant("at").notNull(),
    /** Hash of the contents: see the function store_heartbeats. */
    hash: uuid("hash").notNull(),
    /** A file, an app, a domain or a URL. */
    entity: text("entity").notNull(),
    type: text("type").notNull(),
    category: text("category"),
    project: text("project"),
    branch: text("branch"),
    language: text("language"),
    editor: text("editor"),
    operatingSystem: text("operating_system"),
    machine: text("machine"),
    isWrite: boolean("is_write").notNull(),
    lines: integer("lines"),
    lineNumber: integer("line_number"),
    cursorPosition: integer("cursor_position"),
    /** Fields that only some tracking clients send, under their own names. */
    details: jsonb("details"),
    receivedAt: microInstant("received_at").notNull().defaultNow(),
  },
  (beats) => [primaryKey({ columns: [beats.userId, beats.at, beats.hash] })],
);

/** Programs that sent a user's heartbeats, by the names that they give. */
export const heartbeatAgents = pgTable(
  "heartbeat_agents",
  {
    userId: userId(),
    /** MD5 hash of `value`. */
    id: uuid("id").notNull(),
    value: text("value").notNull(),
    editor: text("editor"),
    operatingSystem: text("operating_system"),
    firstSeenAt: microInstant("first_seen_at").notNull().defaultNow(),
    /** Precise to the hour. */
    lastSeenAt: microInstant("last_seen_at").notNull().defaultNow(),
  },
  (agents) => [primaryKey({ columns: [agents.userId, agents.id] })],
);

/**
 * Slots: the sums of a user's heartbeats in each quarter of an hour of UTC. Long reports read them instead of heartbeats, because in
 * every present time zone days begin at such a quarter.
 */
export const heartbeatSlots = pgTable(
  "heartbeat_slots",
  {
    userId: ofUser(),
    slot: microInstant("slot").notNull(),
    project: text("project"),
    language: text("language"),
    category: text("category"),
    editor: text("editor"),
    operatingSystem: text("operating_system"),
    machine: text("machine"),
    branch: text("branch"),
    length: interval("length").notNull(),
  },
  (slots) => [
    index("heartbeat_slots_by_start").on(slots.userId, slots.slot),
    index("heartbeat_slots_by_project").on(slots.userId, slots.project, slots.slot),
  ],
);

/** First and last heartbeat of each project of a user. They cover the same time as the slots, and are kept as long. */
export const heartbeatProjects = pgTable(
  "heartbeat_projects",
  {
    userId: userId(),
    project: text("project").notNull(),
    firstAt: microInstant("first_at").notNull(),
    lastAt: microInstant("last_at").notNull(),
  },
  (projects) => [primaryKey({ columns: [projects.userId, projects.project] })],
);

const multirange = customType<{ data: string }>({ dataType: () => "tstzmultirange" });

/**
 * Progress of building a user's slots. Every user with heartbeats has a row. It is also the user's entry in two queues of the
 * maintenance, which therefore reads only the states of users who are due.
 */
export const heartbeatStates = pgTable(
  "heartbeat_states",
  {
    userId: userId().primaryKey(),
    /** Slots before this instant are built, except the dirty ones; null before the first are built. */
    builtUntil: microInstant("built_until"),
    /** Idle timeout with which the slots were built. */
    idleSeconds: integer("idle_seconds"),
    /** Time before `builtUntil` whose slots are stale: newer heartbeats arrived, or the slots are not built yet. */
    dirty: multirange("dirty").notNull().default("{}"),
    /** Heartbeats before this instant are removed, or will be. The slots of that time are final. */
    keptSince: microInstant("kept_since"),
    /** Time at which slots are built next; null without heartbeats to build them from. */
    dueAt: microInstant("due_at"),
    /** Lower bound for the oldest heartbeat; null if there never was one. */
    oldestAt: microInstant("oldest_at"),
    /** Failures of the maintenance for this user since its last success. */
    failures: smallint("failures").notNull().default(0),
    /** Time of the next attempt after a failure. */
    retryAt: microInstant("retry_at"),
  },
  (states) => [
    index("heartbeat_states_due").on(states.dueAt).where(sql`${states.dueAt} is not null`),
    index("heartbeat_states_oldest").on(states.oldestAt).where(sql`${states.oldestAt} is not null`),
  ],
);
