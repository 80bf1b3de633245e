import { boolean, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { users } from "./users.ts";

const userId = () =>
  uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

const microInstant = (name: string) => timestamp(name, { withTimezone: true, mode: "string" });

/**
 * What editors and browsers say that somebody is busy with. The key is the only index: it keeps a heartbeat that is sent
 * twice from being two, and it is the order in which all are read.
 */
export const heartbeats = pgTable(
  "heartbeats",
  {
    userId: userId(),
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
