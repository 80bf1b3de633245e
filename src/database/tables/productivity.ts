import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { baseColumns, instant } from "./columns.ts";
import { foldCase, inOrderOfNames } from "./names.ts";
import { users } from "./users.ts";

const ownerId = () =>
  uuid("owner_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

interface Named {
  id: AnyPgColumn;
  ownerId: AnyPgColumn;
  name: AnyPgColumn;
  isDeleted: AnyPgColumn;
}

/** A name is unique without case among what its owner has and has not deleted. */
const uniqueName = (table: string, columns: Named) =>
  uniqueIndex(`${table}_name_key`)
    .on(columns.ownerId, foldCase(columns.name))
    .where(sql`not ${columns.isDeleted}`);

/** Serves the lists that are in the order of names. */
const byName = (table: string, { ownerId, name, id, isDeleted }: Named) =>
  index(`${table}_by_name`).on(ownerId, inOrderOfNames(name), id).where(sql`not ${isDeleted}`);

/** How who never chose counts. */
export const TIME_DEFAULTS = {
  timezone: "UTC",
  week_start: 1,
  day_start_minutes: 0,
  idle_timeout_seconds: 900,
  streak_threshold_seconds: 900,
  allow_overlap: true,
};

/** How a user counts: none for who never chose. */
export const timeSettings = pgTable(
  "time_settings",
  {
    userId: uuid("user_id")
      .primaryKey()
      .references(() => users.id, { onDelete: "cascade" }),
    /** A name of the IANA database. */
    timezone: text("timezone").notNull().default(TIME_DEFAULTS.timezone),
    /** Tells whether the zone was neither chosen by the user nor told by a client: see the function note_zone. */
    zoneIsDefault: boolean("zone_is_default").notNull().default(true),
    /** 0 is Sunday, 1 Monday. */
    weekStart: smallint("week_start").notNull().default(TIME_DEFAULTS.week_start),
    /** When a day begins, in minutes after midnight: late workers' days end late. */
    dayStart: smallint("day_start").notNull().default(TIME_DEFAULTS.day_start_minutes),
    /** A longer gap between two signs of activity is idleness. */
    idleTimeoutSeconds: integer("idle_timeout_seconds").notNull().default(TIME_DEFAULTS.idle_timeout_seconds),
    /** How long a day must be worked to count for a streak. */
    streakThresholdSeconds: integer("streak_threshold_seconds")
      .notNull()
      .default(TIME_DEFAULTS.streak_threshold_seconds),
    allowOverlap: boolean("allow_overlap").notNull().default(TIME_DEFAULTS.allow_overlap),
    updatedAt: instant("updated_at"),
    version: integer("version").notNull().default(1),
  },
  (settings) => [
    check("time_settings_week_start", sql`${settings.weekStart} between 0 and 6`),
    check("time_settings_day_start", sql`${settings.dayStart} between 0 and 1439`),
  ],
);

/** Whom work is done for. */
export const clients = pgTable(
  "clients",
  { ...baseColumns, ownerId: ownerId(), name: text("name").notNull(), archivedAt: instant("archived_at") },
  (clients) => [
    uniqueName("clients", clients),
    byName("clients", clients),
    index("clients_of_owner").on(clients.ownerId),
  ],
);

/** What work is for. */
export const projects = pgTable(
  "projects",
  {
    ...baseColumns,
    ownerId: ownerId(),
    clientId: uuid("client_id").references(() => clients.id),
    name: text("name").notNull(),
    /** As CSS has it: `#1f77b4`. */
    color: text("color").notNull(),
    isBillable: boolean("is_billable").notNull().default(false),
    estimateSeconds: integer("estimate_seconds"),
    archivedAt: instant("archived_at"),
  },
  (projects) => [
    uniqueName("projects", projects),
    byName("projects", projects),
    index("projects_by_owner")
      .on(projects.ownerId, projects.createdAt, projects.id)
      .where(sql`not ${projects.isDeleted}`),
    index("projects_by_client").on(projects.clientId),
    index("projects_of_owner").on(projects.ownerId),
  ],
);

/** Something to do, in a project or in none. */
export const tasks = pgTable(
  "tasks",
  {
    ...baseColumns,
    ownerId: ownerId(),
    projectId: uuid("project_id").references(() => projects.id),
    name: text("name").notNull(),
    description: text("description"),
    doneAt: instant("done_at"),
    dueAt: instant("due_at"),
    estimateSeconds: integer("estimate_seconds"),
  },
  (tasks) => [
    byName("tasks", tasks),
    index("tasks_by_owner").on(tasks.ownerId, tasks.createdAt, tasks.id).where(sql`not ${tasks.isDeleted}`),
    index("tasks_by_project").on(tasks.projectId),
    index("tasks_of_owner").on(tasks.ownerId),
    uniqueIndex("tasks_project_key").on(tasks.id, tasks.projectId),
  ],
);

/** Words to find time entries by. */
export const tags = pgTable(
  "tags",
  { ...baseColumns, ownerId: ownerId(), name: text("name").notNull() },
  (tags) => [uniqueName("tags", tags), byName("tags", tags), index("tags_of_owner").on(tags.ownerId)],
);

/** The ids of what was missing, and was made. */
const idsMade = (name: string) => uuid(name).array().notNull().default(sql`'{}'`);

/** Files whose entries were added, so that what an import made can be taken back. */
export const imports = pgTable(
  "imports",
  {
    id: uuid("id").primaryKey().default(sql`gen_random_uuid()`),
    createdAt: instant("created_at").notNull().defaultNow(),
    ownerId: ownerId(),
    /** In which format the file was. */
    source: text("source").notNull(),
    /** How many entries it brought. */
    entries: integer("entries").notNull().default(0),
    clientIds: idsMade("client_ids"),
    projectIds: idsMade("project_ids"),
    taskIds: idsMade("task_ids"),
    tagIds: idsMade("tag_ids"),
  },
  (imports) => [index("imports_by_owner").on(imports.ownerId, imports.createdAt, imports.id)],
);

/**
 * Stretches of time that somebody worked. One without an end is running. That there is one such at most, and that
 * `no_overlap` ones do not overlap, are constraints: see migrations/.
 */
export const timeEntries = pgTable(
  "time_entries",
  {
    ...baseColumns,
    ownerId: ownerId(),
    projectId: uuid("project_id").references(() => projects.id),
    taskId: uuid("task_id").references(() => tasks.id),
    description: text("description").notNull().default(""),
    startedAt: instant("started_at").notNull(),
    endedAt: instant("ended_at"),
    kind: text("kind", { enum: ["work", "focus", "break"] })
      .notNull()
      .default("work"),
    /** How long it was meant to take, for one that was planned. */
    plannedSeconds: integer("planned_seconds"),
    isBillable: boolean("is_billable").notNull().default(false),
    /** Where it comes from: made here, or imported. */
    source: text("source").notNull().default("manual"),
    /** What it is called there. */
    externalId: text("external_id"),
    /** The import that brought it, until that is taken back. */
    importId: uuid("import_id").references(() => imports.id, { onDelete: "set null" }),
    /** Whether its owner allowed no overlap when it was written. */
    noOverlap: boolean("no_overlap").notNull().default(false),
    /** Whether it is known to share no time with another of its owner's: see the function `tell_alone`, which keeps it. */
    isAlone: boolean("is_alone").notNull().default(false),
  },
  (entries) => [
    check("time_entries_order", sql`${entries.endedAt} >= ${entries.startedAt}`),
    uniqueIndex("time_entries_running_key")
      .on(entries.ownerId)
      .where(sql`${entries.endedAt} is null and not ${entries.isDeleted}`),
    uniqueIndex("time_entries_external_key").on(entries.ownerId, entries.source, entries.externalId),
    index("time_entries_by_start")
      .on(entries.ownerId, entries.startedAt, entries.id)
      .where(sql`not ${entries.isDeleted}`),
    // What began over a day before a period and still reaches into it: see the function time_slices.
    index("time_entries_long")
      .on(entries.ownerId, entries.startedAt)
      .where(
        sql`not ${entries.isDeleted} and (${entries.endedAt} is null or ${entries.endedAt} - ${entries.startedAt} > interval '1 day')`,
      ),
    index("time_entries_by_project").on(entries.projectId, entries.startedAt),
    index("time_entries_by_task").on(entries.taskId),
    index("time_entries_by_import").on(entries.importId).where(sql`${entries.importId} is not null`),
    // An entry is of the project of its task: see the function follow_task for where one of the two has none.
    foreignKey({
      name: "time_entries_project_of_task",
      columns: [entries.taskId, entries.projectId],
      foreignColumns: [tasks.id, tasks.projectId],
    }).onUpdate("cascade"),
  ],
);

/** Which tags an entry has. */
export const timeEntryTags = pgTable(
  "time_entry_tags",
  {
    entryId: uuid("entry_id")
      .notNull()
      .references(() => timeEntries.id, { onDelete: "cascade" }),
    tagId: uuid("tag_id")
      .notNull()
      .references(() => tags.id, { onDelete: "cascade" }),
  },
  (entryTags) => [
    primaryKey({ columns: [entryTags.entryId, entryTags.tagId] }),
    index("time_entry_tags_by_tag").on(entryTags.tagId),
  ],
);

/** How much of something somebody means to do, or at most to do, in each day, week or month. */
export const goals = pgTable(
  "goals",
  {
    ...baseColumns,
    ownerId: ownerId(),
    name: text("name").notNull(),
    period: text("period", { enum: ["day", "week", "month"] }).notNull(),
    direction: text("direction", { enum: ["at_least", "at_most"] }).notNull(),
    targetSeconds: integer("target_seconds").notNull(),
    /** Of what: a client's, a project's, a task's, a tag's, a kind's time; of all of these that are given. */
    clientId: uuid("client_id").references(() => clients.id),
    projectId: uuid("project_id").references(() => projects.id),
    taskId: uuid("task_id").references(() => tasks.id),
    tagId: uuid("tag_id").references(() => tags.id),
    kind: text("kind", { enum: ["work", "focus", "break"] }),
    /** On which days a daily goal holds: bit 0 is Sunday. */
    weekdays: smallint("weekdays").notNull().default(127),
    archivedAt: instant("archived_at"),
  },
  (goals) => [
    byName("goals", goals),
    index("goals_by_owner").on(goals.ownerId, goals.createdAt, goals.id).where(sql`not ${goals.isDeleted}`),
    // So that what a goal may refer to can be erased without reading every goal.
    ...[goals.clientId, goals.projectId, goals.taskId, goals.tagId].map((column) =>
      index(`goals_by_${column.name}`).on(column).where(sql`${column} is not null`),
    ),
    index("goals_of_owner").on(goals.ownerId),
    check("goals_weekdays", sql`${goals.weekdays} between 1 and 127`),
  ],
);

/** Addresses of calendar feeds: who knows one can read the feed, and nothing else. Only a hash is kept. */
export const calendarFeeds = pgTable(
  "calendar_feeds",
  {
    id: uuid("id").primaryKey().default(sql`gen_random_uuid()`),
    createdAt: instant("created_at").notNull().defaultNow(),
    ownerId: ownerId(),
    name: text("name").notNull(),
    secretHash: text("secret_hash").notNull().unique("calendar_feeds_secret_key"),
    /** To the hour. */
    lastReadAt: instant("last_read_at"),
    revokedAt: instant("revoked_at"),
    /** The event that ended it (functions/access/end_access.sql); null where its owner did, by itself. */
    revokedFor: text("revoked_for"),
  },
  (feeds) => [
    index("calendar_feeds_by_owner").on(feeds.ownerId).where(sql`${feeds.revokedAt} is null`),
    index("calendar_feeds_of_owner").on(feeds.ownerId),
  ],
);
