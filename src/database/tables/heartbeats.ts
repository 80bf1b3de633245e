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
 * What editors and browsers say that somebody is busy with. The key is the only index: it keeps a heartbeat that is sent
 * twice from being two, and it is the order in which all are read. They go with their user's state: see
 * functions/heartbeats/remove_with_state.sql. A foreign key would be looked up for each of them. There is a partition for each month,
 * by `at`: see functions/maintenance/make_partitions.sql.
 */
export const heartbeats = pgTable(
  "heartbeats",
  {
    userId: ofUser(),
    at: microInstant("at").notNull(),
    /** Of all that makes it what it is: see the function store_heartbeats. */
    hash: uuid("hash").notNull(),
    /** A file, an application, a domain or an address. */
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
    /** What only some clients tell, under the names that they have for it. */
    details: jsonb("details"),
    receivedAt: microInstant("received_at").notNull().defaultNow(),
  },
  (beats) => [primaryKey({ columns: [beats.userId, beats.at, beats.hash] })],
);

/** The programs that somebody's heartbeats came from, as they call themselves. */
export const heartbeatAgents = pgTable(
  "heartbeat_agents",
  {
    userId: userId(),
    /** The MD5 hash of `value`. */
    id: uuid("id").notNull(),
    value: text("value").notNull(),
    editor: text("editor"),
    operatingSystem: text("operating_system"),
    firstSeenAt: microInstant("first_seen_at").notNull().defaultNow(),
    /** To the hour. */
    lastSeenAt: microInstant("last_seen_at").notNull().defaultNow(),
  },
  (agents) => [primaryKey({ columns: [agents.userId, agents.id] })],
);

/**
 * How long somebody was busy in each quarter of an hour of UTC, and with what: every zone of these days begins its days at one of
 * them, so that long reports need no heartbeats.
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

/** When somebody's heartbeats named each project first and last: of the same time as the slots, and kept as long. */
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
 * How far somebody's slots are built. Who has heartbeats has one of these. It is also that user's place in two queues of the
 * maintenance, which so reads the states of users who are due and no others.
 */
export const heartbeatStates = pgTable(
  "heartbeat_states",
  {
    userId: userId().primaryKey(),
    /** Slots before are there, but for what is dirty; null is for none. */
    builtUntil: microInstant("built_until"),
    /** By which idle timeout. */
    idleSeconds: integer("idle_seconds"),
    /** What of the time before they lack: where heartbeats came that they don't know, and what is not built yet. */
    dirty: multirange("dirty").notNull().default("{}"),
    /** Heartbeats from before are removed, or will be: of that time the slots are all there is, and stay as they are. */
    keptSince: microInstant("kept_since"),
    /** When slots are to be built next; null where there is nothing to build them of. */
    dueAt: microInstant("due_at"),
    /** No heartbeat is older; null where there never was one. */
    oldestAt: microInstant("oldest_at"),
    /** How often the maintenance failed for this user since it last succeeded. */
    failures: smallint("failures").notNull().default(0),
    /** When it tries again. */
    retryAt: microInstant("retry_at"),
  },
  (states) => [
    index("heartbeat_states_due").on(states.dueAt).where(sql`${states.dueAt} is not null`),
    index("heartbeat_states_oldest").on(states.oldestAt).where(sql`${states.oldestAt} is not null`),
  ],
);
