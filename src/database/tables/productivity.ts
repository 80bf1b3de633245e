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
import { memberships } from "./organizations.ts";
import { users } from "./users.ts";

const ownerId = () =>
  uuid("owner_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" });

/** Scope of all personal records. */
export const PERSONAL_SCOPE = "00000000-0000-0000-0000-000000000000";

/** Defines the scope of a record. Records refer only to records of one scope, which composite foreign keys ensure. */
const scopeId = () => uuid("scope_id").notNull().default(PERSONAL_SCOPE);

/** Columns of records that belong to their owner, or to an organization in which the owner is or was a member. */
const scopedColumns = {
  /** Erasing a user leaves the records of organizations. */
  ownerId: uuid("owner_id")
    .notNull()
    .references(() => users.id),
  /** Null for a personal record. */
  organizationId: uuid("organization_id"),
  /** The organization, or PERSONAL_SCOPE. The function keep_scope maintains it. */
  scopeId: scopeId(),
};

interface Named {
  id: AnyPgColumn;
  ownerId: AnyPgColumn;
  name: AnyPgColumn;
  isDeleted: AnyPgColumn;
}

interface Aged {
  createdAt: AnyPgColumn;
}

interface Scoped {
  id: AnyPgColumn;
  ownerId: AnyPgColumn;
  organizationId: AnyPgColumn;
  scopeId: AnyPgColumn;
  isDeleted: AnyPgColumn;
}

/** Defines the keys of a table with scopes: the target of composite foreign keys, and the membership of the owner. */
const scopeKeys = (table: string, { id, ownerId, organizationId, scopeId }: Scoped) => [
  uniqueIndex(`${table}_scope_key`).on(scopeId, id),
  foreignKey({
    name: `${table}_membership_fk`,
    columns: [organizationId, ownerId],
    foreignColumns: [memberships.organizationId, memberships.userId],
  }),
];

/** Defines the index for the records of a member. */
const byMember = (table: string, { organizationId, ownerId }: Scoped) =>
  index(`${table}_of_member`).on(organizationId, ownerId).where(sql`${organizationId} is not null`);

/** Defines the indexes that make names unique, ignoring case, among the live records of an owner, and of an organization. */
const uniqueName = (table: string, columns: Named & Scoped) => [
  uniqueIndex(`${table}_name_key`)
    .on(columns.ownerId, foldCase(columns.name))
    .where(sql`not ${columns.isDeleted} and ${columns.organizationId} is null`),
  uniqueIndex(`${table}_shared_name_key`)
    .on(columns.organizationId, foldCase(columns.name))
    .where(sql`not ${columns.isDeleted} and ${columns.organizationId} is not null`),
];

/** Defines the index for lists of an owner's records in the order of names. */
const byName = (table: string, { ownerId, name, id, isDeleted }: Named) =>
  index(`${table}_by_name`).on(ownerId, inOrderOfNames(name), id).where(sql`not ${isDeleted}`);

/** Defines the index for lists of an organization's records in the order of names. */
const bySharedName = (table: string, { organizationId, name, id, isDeleted }: Named & Scoped) =>
  index(`${table}_shared_by_name`)
    .on(organizationId, inOrderOfNames(name), id)
    .where(sql`not ${isDeleted} and ${organizationId} is not null`);

/** Defines the index for lists of an organization's records by age. */
const bySharedAge = (table: string, { organizationId, createdAt, id, isDeleted }: Aged & Scoped) =>
  index(`${table}_shared_by_age`)
    .on(organizationId, createdAt, id)
    .where(sql`not ${isDeleted} and ${organizationId} is not null`);

/** Time settings of users who have not saved any. */
export const TIME_DEFAULTS = {
  timezone: "UTC",
  week_start: 1,
  day_start_minutes: 0,
  idle_timeout_seconds: 900,
  streak_threshold_seconds: 900,
  allow_overlap: true,
};

/** Time settings of users. A user who has not saved any has no row. */
export const timeSettings = pgTable(
  "time_settings",
  {
    userId: uuid("user_id")
      .primaryKey()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Name in the IANA time zone database. */
    timezone: text("timezone").notNull().default(TIME_DEFAULTS.timezone),
    /** Set while the zone was neither chosen by the user nor reported by a client: see the function note_zone. */
    zoneIsDefault: boolean("zone_is_default").notNull().default(true),
    /** 0 is Sunday, 1 Monday. */
    weekStart: smallint("week_start").notNull().default(TIME_DEFAULTS.week_start),
    /** Day boundary in minutes after midnight, for users who work past midnight. */
    dayStart: smallint("day_start").notNull().default(TIME_DEFAULTS.day_start_minutes),
    /** Longest gap between two heartbeats that counts as activity. */
    idleTimeoutSeconds: integer("idle_timeout_seconds").notNull().default(TIME_DEFAULTS.idle_timeout_seconds),
    /** Tracked time that a day needs to count for a streak. */
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

/** Clients: customers whom work is done for. */
export const clients = pgTable(
  "clients",
  { ...baseColumns, ...scopedColumns, name: text("name").notNull(), archivedAt: instant("archived_at") },
  (clients) => [
    ...scopeKeys("clients", clients),
    byMember("clients", clients),
    ...uniqueName("clients", clients),
    byName("clients", clients),
    bySharedName("clients", clients),
    bySharedAge("clients", clients),
    index("clients_of_owner").on(clients.ownerId),
  ],
);

/** Projects of users and of organizations. */
export const projects = pgTable(
  "projects",
  {
    ...baseColumns,
    ...scopedColumns,
    clientId: uuid("client_id"),
    name: text("name").notNull(),
    /** CSS color, such as `#527dfb`. */
    color: text("color").notNull(),
    isBillable: boolean("is_billable").notNull().default(false),
    estimateSeconds: integer("estimate_seconds"),
    archivedAt: instant("archived_at"),
    /** In an organization: whether all of its members see the project, or only the members of the project. */
    visibility: text("visibility", { enum: ["organization", "members"] })
      .notNull()
      .default("organization"),
  },
  (projects) => [
    ...scopeKeys("projects", projects),
    byMember("projects", projects),
    ...uniqueName("projects", projects),
    byName("projects", projects),
    bySharedName("projects", projects),
    bySharedAge("projects", projects),
    foreignKey({
      name: "projects_client_in_scope",
      columns: [projects.scopeId, projects.clientId],
      foreignColumns: [clients.scopeId, clients.id],
    }),
    check("projects_visibility", sql`${projects.visibility} in ('organization', 'members')`),
    index("projects_by_owner")
      .on(projects.ownerId, projects.createdAt, projects.id)
      .where(sql`not ${projects.isDeleted}`),
    index("projects_by_client").on(projects.clientId),
    index("projects_of_owner").on(projects.ownerId),
  ],
);

/** Tasks, each in one project or without a project. */
export const tasks = pgTable(
  "tasks",
  {
    ...baseColumns,
    ...scopedColumns,
    projectId: uuid("project_id"),
    name: text("name").notNull(),
    description: text("description"),
    doneAt: instant("done_at"),
    dueAt: instant("due_at"),
    estimateSeconds: integer("estimate_seconds"),
  },
  (tasks) => [
    ...scopeKeys("tasks", tasks),
    byMember("tasks", tasks),
    byName("tasks", tasks),
    bySharedName("tasks", tasks),
    bySharedAge("tasks", tasks),
    foreignKey({
      name: "tasks_project_in_scope",
      columns: [tasks.scopeId, tasks.projectId],
      foreignColumns: [projects.scopeId, projects.id],
    }),
    index("tasks_by_owner").on(tasks.ownerId, tasks.createdAt, tasks.id).where(sql`not ${tasks.isDeleted}`),
    index("tasks_by_project").on(tasks.projectId),
    index("tasks_of_owner").on(tasks.ownerId),
    uniqueIndex("tasks_project_key").on(tasks.id, tasks.projectId),
  ],
);

/** Tags: labels of time entries. */
export const tags = pgTable(
  "tags",
  { ...baseColumns, ...scopedColumns, name: text("name").notNull() },
  (tags) => [
    ...scopeKeys("tags", tags),
    byMember("tags", tags),
    ...uniqueName("tags", tags),
    byName("tags", tags),
    bySharedName("tags", tags),
    bySharedAge("tags", tags),
    index("tags_of_owner").on(tags.ownerId),
  ],
);

/** Members of an organization's projects: they see the project, and a manager of it reaches the time on it. */
export const projectMembers = pgTable(
  "project_members",
  {
    organizationId: uuid("organization_id").notNull(),
    projectId: uuid("project_id").notNull(),
    userId: uuid("user_id").notNull(),
    isManager: boolean("is_manager").notNull().default(false),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (members) => [
    primaryKey({ columns: [members.projectId, members.userId] }),
    foreignKey({
      name: "project_members_project_fk",
      columns: [members.organizationId, members.projectId],
      foreignColumns: [projects.scopeId, projects.id],
    }).onDelete("cascade"),
    foreignKey({
      name: "project_members_membership_fk",
      columns: [members.organizationId, members.userId],
      foreignColumns: [memberships.organizationId, memberships.userId],
    }).onDelete("cascade"),
    index("project_members_user").on(members.userId, members.organizationId),
    index("project_members_membership").on(members.organizationId, members.userId),
  ],
);

/** Defines a column with the ids of records that an import created. */
const idsMade = (name: string) => uuid(name).array().notNull().default(sql`'{}'`);

/** Imports, with the records that each created, so that it can be undone. */
export const imports = pgTable(
  "imports",
  {
    id: uuid("id").primaryKey().default(sql`gen_random_uuid()`),
    createdAt: instant("created_at").notNull().defaultNow(),
    ownerId: ownerId(),
    /** Format of the file. */
    source: text("source").notNull(),
    /** Number of created entries. */
    entries: integer("entries").notNull().default(0),
    clientIds: idsMade("client_ids"),
    projectIds: idsMade("project_ids"),
    taskIds: idsMade("task_ids"),
    tagIds: idsMade("tag_ids"),
  },
  (imports) => [index("imports_by_owner").on(imports.ownerId, imports.createdAt, imports.id)],
);

/**
 * Time entries. One without an end is running. Constraints in migrations/ allow at most one running entry for each user, and no overlap
 * of entries with `no_overlap`.
 */
export const timeEntries = pgTable(
  "time_entries",
  {
    ...baseColumns,
    ...scopedColumns,
    projectId: uuid("project_id"),
    taskId: uuid("task_id"),
    description: text("description").notNull().default(""),
    startedAt: instant("started_at").notNull(),
    endedAt: instant("ended_at"),
    kind: text("kind", { enum: ["work", "focus", "break"] })
      .notNull()
      .default("work"),
    /** Planned length; null for an entry that was not planned. */
    plannedSeconds: integer("planned_seconds"),
    isBillable: boolean("is_billable").notNull().default(false),
    /** Origin of the entry: `manual`, `activity`, or the format of an import. */
    source: text("source").notNull().default("manual"),
    /** Id of the entry at its origin. */
    externalId: text("external_id"),
    /** Import that created the entry, until it is undone. */
    importId: uuid("import_id").references(() => imports.id, { onDelete: "set null" }),
    /** Set if the owner allowed no overlap when the entry was last written. */
    noOverlap: boolean("no_overlap").notNull().default(false),
    /** Set if the entry is known to overlap no other entry of its owner. The function `tell_alone` maintains it. */
    isAlone: boolean("is_alone").notNull().default(false),
  },
  (entries) => [
    check("time_entries_order", sql`${entries.endedAt} >= ${entries.startedAt}`),
    uniqueIndex("time_entries_running_key")
      .on(entries.ownerId)
      .where(sql`${entries.endedAt} is null and not ${entries.isDeleted}`),
    uniqueIndex("time_entries_external_key").on(entries.ownerId, entries.source, entries.externalId),
    // With the organization, so that entries are counted by the index alone.
    index("time_entries_of_owner")
      .on(entries.ownerId, entries.startedAt, entries.id, entries.organizationId)
      .where(sql`not ${entries.isDeleted}`),
    // Entries that began over a day before a period and last into it: see the function time_slices.
    index("time_entries_long")
      .on(entries.ownerId, entries.startedAt)
      .where(
        sql`not ${entries.isDeleted} and (${entries.endedAt} is null or ${entries.endedAt} - ${entries.startedAt} > interval '1 day')`,
      ),
    index("time_entries_long_shared")
      .on(entries.organizationId, entries.startedAt, entries.id)
      .where(
        sql`${entries.organizationId} is not null and not ${entries.isDeleted} and (${entries.endedAt} is null or ${entries.endedAt} - ${entries.startedAt} > interval '1 day')`,
      ),
    // For lists of deleted entries, without reading the live ones.
    index("time_entries_deleted")
      .on(entries.ownerId, entries.startedAt, entries.id)
      .where(sql`${entries.isDeleted}`),
    // For pages of an organization's entries: of all members, of one member, and of one project.
    index("time_entries_by_organization")
      .on(entries.organizationId, entries.startedAt, entries.id)
      .where(sql`${entries.organizationId} is not null and not ${entries.isDeleted}`),
    index("time_entries_of_member")
      .on(entries.organizationId, entries.ownerId, entries.startedAt, entries.id)
      .where(sql`${entries.organizationId} is not null`),
    index("time_entries_of_project").on(entries.projectId, entries.startedAt, entries.id),
    ...scopeKeys("time_entries", entries),
    foreignKey({
      name: "time_entries_project_in_scope",
      columns: [entries.scopeId, entries.projectId],
      foreignColumns: [projects.scopeId, projects.id],
    }),
    foreignKey({
      name: "time_entries_task_in_scope",
      columns: [entries.scopeId, entries.taskId],
      foreignColumns: [tasks.scopeId, tasks.id],
    }),
    index("time_entries_by_task").on(entries.taskId),
    index("time_entries_by_import").on(entries.importId).where(sql`${entries.importId} is not null`),
    // The project of an entry is that of its task. The function follow_task handles tasks and entries without a project.
    foreignKey({
      name: "time_entries_project_of_task",
      columns: [entries.taskId, entries.projectId],
      foreignColumns: [tasks.id, tasks.projectId],
    }).onUpdate("cascade"),
  ],
);

/** Tags of time entries. */
export const timeEntryTags = pgTable(
  "time_entry_tags",
  {
    entryId: uuid("entry_id").notNull(),
    tagId: uuid("tag_id").notNull(),
    /** Scope of the entry. The function keep_scope_of_tag sets it. */
    scopeId: scopeId(),
  },
  (entryTags) => [
    primaryKey({ columns: [entryTags.entryId, entryTags.tagId] }),
    foreignKey({
      name: "time_entry_tags_entry_in_scope",
      columns: [entryTags.scopeId, entryTags.entryId],
      foreignColumns: [timeEntries.scopeId, timeEntries.id],
    }).onDelete("cascade"),
    foreignKey({
      name: "time_entry_tags_tag_in_scope",
      columns: [entryTags.scopeId, entryTags.tagId],
      foreignColumns: [tags.scopeId, tags.id],
    }).onDelete("cascade"),
    index("time_entry_tags_by_tag").on(entryTags.tagId),
  ],
);

/** Goals: a minimum or maximum of tracked time for each day, week or month. */
export const goals = pgTable(
  "goals",
  {
    ...baseColumns,
    ownerId: ownerId(),
    name: text("name").notNull(),
    period: text("period", { enum: ["day", "week", "month"] }).notNull(),
    direction: text("direction", { enum: ["at_least", "at_most"] }).notNull(),
    targetSeconds: integer("target_seconds").notNull(),
    /** Filters for the time that counts: client, project, task, tag and kind. All filters that are set must match. */
    clientId: uuid("client_id").references(() => clients.id),
    projectId: uuid("project_id").references(() => projects.id),
    taskId: uuid("task_id").references(() => tasks.id),
    tagId: uuid("tag_id").references(() => tags.id),
    kind: text("kind", { enum: ["work", "focus", "break"] }),
    /** Days on which a daily goal applies: bit 0 is Sunday. */
    weekdays: smallint("weekdays").notNull().default(127),
    archivedAt: instant("archived_at"),
  },
  (goals) => [
    byName("goals", goals),
    index("goals_by_owner").on(goals.ownerId, goals.createdAt, goals.id).where(sql`not ${goals.isDeleted}`),
    // For erasing a record that goals may refer to, without reading every goal.
    ...[goals.clientId, goals.projectId, goals.taskId, goals.tagId].map((column) =>
      index(`goals_by_${column.name}`).on(column).where(sql`${column} is not null`),
    ),
    index("goals_of_owner").on(goals.ownerId),
    check("goals_weekdays", sql`${goals.weekdays} between 1 and 127`),
  ],
);

/** Calendar feeds. Their secret URLs give access to the feed only; only a hash of the secret is stored. */
export const calendarFeeds = pgTable(
  "calendar_feeds",
  {
    id: uuid("id").primaryKey().default(sql`gen_random_uuid()`),
    createdAt: instant("created_at").notNull().defaultNow(),
    ownerId: ownerId(),
    name: text("name").notNull(),
    secretHash: text("secret_hash").notNull().unique("calendar_feeds_secret_key"),
    /** Precise to the hour. */
    lastReadAt: instant("last_read_at"),
    revokedAt: instant("revoked_at"),
    /** Event that ended the feed (functions/access/end_access.sql); null if its owner revoked it individually. */
    revokedFor: text("revoked_for"),
  },
  (feeds) => [
    index("calendar_feeds_by_owner").on(feeds.ownerId).where(sql`${feeds.revokedAt} is null`),
    index("calendar_feeds_of_owner").on(feeds.ownerId),
  ],
);
