import { and, eq, getTableColumns, is, isNotNull, ne, type SQL, sql } from "drizzle-orm";
import { type PgColumn, type PgTable, PgTimestampString } from "drizzle-orm/pg-core";
import { type Cursor, PART_BYTES, PART_ITEMS, type PageRequest } from "../../../core/page.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { agentId, heartbeatId } from "../../../database/heartbeat-id.ts";
import { preparePart } from "../../../database/keyset-pagination.ts";
import { isOwnedBy, isPersonal } from "../../../database/ownership.ts";
import { roles } from "../../../database/tables/access.ts";
import { activityRules } from "../../../database/tables/activity.ts";
import { auditEvents } from "../../../database/tables/audit-events.ts";
import { passkeys, recoveryCodes, totpFactors } from "../../../database/tables/factors.ts";
import {
  heartbeatAgents,
  heartbeatProjects,
  heartbeatSlots,
  heartbeatStates,
  heartbeats,
} from "../../../database/tables/heartbeats.ts";
import { memberships } from "../../../database/tables/organizations.ts";
import { personalTokens } from "../../../database/tables/personal-tokens.ts";
import { preferences } from "../../../database/tables/preferences.ts";
import {
  calendarFeeds,
  clients,
  goals,
  imports,
  projects,
  tags,
  tasks,
  timeEntries,
  timeSettings,
} from "../../../database/tables/productivity.ts";
import { sessions } from "../../../database/tables/sessions.ts";
import { users } from "../../../database/tables/users.ts";

/** A section of the export: a table and its rows about the user. */
export interface Section {
  name: string;
  from: PgTable;
  columns: Record<string, PgColumn | SQL.Aliased> & { id: PgColumn | SQL.Aliased<string> };
  /** Instant by which the rows are sorted, before the id. */
  by: PgColumn;
  where: SQL | undefined;
  /** Converts a row for the export. */
  present?: (row: Record<string, unknown>) => Record<string, unknown>;
}

/** Returns the sections with all data about the user, without secrets, which are stored only as hashes or encrypted. */
export function sectionsOf(userId: string): Section[] {
  const owned = (
    name: string,
    table:
      | typeof clients
      | typeof projects
      | typeof tasks
      | typeof tags
      | typeof goals
      | typeof activityRules
      | typeof imports,
  ) => ({
    name,
    from: table,
    columns: exportedColumns(table),
    by: table.createdAt,
    // The records of organizations belong to these.
    where:
      "organizationId" in table ? and(isOwnedBy(table, userId), isPersonal(table)) : isOwnedBy(table, userId),
  });
  /** Returns the name of a record of an organization that an own time entry names, which the user can no longer look up. */
  const nameWithin = (name: string, table: string, column: string) =>
    sql`case when time_entries.organization_id is not null then (
      select name from ${sql.identifier(table)} named where named.id = time_entries.${sql.identifier(column)}) end`.as(
      name,
    );
  const entries = {
    from: timeEntries,
    columns: {
      ...exportedColumns(timeEntries),
      tag_ids:
        sql`array(select tag_id from time_entry_tags where entry_id = time_entries.id order by tag_id)`.as(
          "tag_ids",
        ),
      organization: nameWithin("organization", "organizations", "organization_id"),
      project: nameWithin("project", "projects", "project_id"),
      task: nameWithin("task", "tasks", "task_id"),
    },
    by: timeEntries.startedAt,
  };
  const isOwn = isOwnedBy(timeEntries, userId);
  return [
    {
      name: "user",
      from: users,
      columns: exportedColumns(users),
      by: users.createdAt,
      where: eq(users.id, userId),
    },
    {
      name: "roles",
      from: roles,
      columns: { id: roles.id, name: roles.name, description: roles.description },
      by: roles.createdAt,
      where: sql`not is_deleted and id in (select role_id from user_roles where user_id = ${userId})`,
    },
    {
      name: "settings",
      from: timeSettings,
      columns: { ...exportedColumns(timeSettings), id: timeSettings.userId },
      by: timeSettings.updatedAt,
      where: eq(timeSettings.userId, userId),
    },
    {
      name: "preferences",
      from: preferences,
      columns: { ...exportedColumns(preferences), id: preferences.userId },
      by: preferences.updatedAt,
      where: eq(preferences.userId, userId),
    },
    {
      name: "memberships",
      from: memberships,
      columns: {
        id: memberships.organizationId,
        organization:
          sql<string>`(select o.name from organizations o where o.id = memberships.organization_id)`.as(
            "organization",
          ),
        role: sql<string>`(select r.name from organization_roles r where r.id = memberships.role_id)`.as(
          "role",
        ),
        teams: sql<string[]>`array(
          select t.name from team_members m join teams t on t.id = m.team_id
          where m.organization_id = memberships.organization_id and m.user_id = memberships.user_id order by t.name)`.as(
          "teams",
        ),
        managed_departments: sql<string[]>`array(
          select d.name from department_managers m join departments d on d.id = m.department_id
          where m.organization_id = memberships.organization_id and m.user_id = memberships.user_id order by d.name)`.as(
          "managed_departments",
        ),
        joined_at: memberships.joinedAt,
        left_at: memberships.leftAt,
      },
      by: memberships.joinedAt,
      where: eq(memberships.userId, userId),
    },
    {
      name: "sessions",
      from: sessions,
      columns: exportedColumns(sessions),
      by: sessions.createdAt,
      where: eq(sessions.userId, userId),
    },
    {
      name: "personal_tokens",
      from: personalTokens,
      columns: exportedColumns(personalTokens),
      by: personalTokens.createdAt,
      where: eq(personalTokens.userId, userId),
    },
    {
      name: "totp_factors",
      from: totpFactors,
      columns: {
        id: totpFactors.userId,
        created_at: totpFactors.createdAt,
        confirmed_at: totpFactors.confirmedAt,
      },
      by: totpFactors.createdAt,
      where: eq(totpFactors.userId, userId),
    },
    {
      name: "passkeys",
      from: passkeys,
      columns: exportedColumns(passkeys),
      by: passkeys.createdAt,
      where: eq(passkeys.userId, userId),
    },
    {
      name: "used_recovery_codes",
      from: recoveryCodes,
      columns: { id: recoveryCodes.id, used_at: recoveryCodes.usedAt },
      by: recoveryCodes.usedAt,
      where: and(eq(recoveryCodes.userId, userId), isNotNull(recoveryCodes.usedAt)),
    },
    {
      name: "calendar_feeds",
      from: calendarFeeds,
      columns: exportedColumns(calendarFeeds),
      by: calendarFeeds.createdAt,
      where: isOwnedBy(calendarFeeds, userId),
    },
    owned("clients", clients),
    owned("projects", projects),
    owned("tasks", tasks),
    owned("tags", tags),
    owned("goals", goals),
    owned("activity_rules", activityRules),
    owned("imports", imports),
    // Separate from the deleted entries, which the index by start excludes.
    { ...entries, name: "time_entries", where: sql`${isOwn} and not ${timeEntries.isDeleted}` },
    { ...entries, name: "deleted_time_entries", where: and(isOwn, eq(timeEntries.isDeleted, true)) },
    {
      name: "heartbeats",
      from: heartbeats,
      columns: {
        ...omit(exportedColumns(heartbeats), ["hash"]),
        id: heartbeats.hash,
        time: sql`extract(epoch from at)::float8`.as("time"),
      },
      by: heartbeats.at,
      where: eq(heartbeats.userId, userId),
      present: ({ id, time, ...beat }) => ({ id: heartbeatId(Number(time), String(id)), ...beat }),
    },
    {
      // Only for the time before the oldest heartbeat: only its slots are left.
      name: "heartbeat_sums",
      from: heartbeatSlots,
      columns: {
        ...omit(exportedColumns(heartbeatSlots), ["length"]),
        seconds: sql`extract(epoch from ${heartbeatSlots.length})::float8`.as("seconds"),
        id: sql<string>`md5(heartbeat_slots::text)::uuid`.as("id"),
      },
      by: heartbeatSlots.slot,
      where: sql`${eq(heartbeatSlots.userId, userId)} and ${heartbeatSlots.slot} <
        (select ${heartbeatStates.keptSince} from ${heartbeatStates} where ${heartbeatStates.userId} = ${userId})`,
    },
    {
      name: "heartbeat_projects",
      from: heartbeatProjects,
      columns: {
        ...exportedColumns(heartbeatProjects),
        id: sql<string>`md5(${heartbeatProjects.project})::uuid`.as("id"),
      },
      by: heartbeatProjects.firstAt,
      where: eq(heartbeatProjects.userId, userId),
    },
    {
      name: "heartbeat_agents",
      from: heartbeatAgents,
      columns: exportedColumns(heartbeatAgents),
      by: heartbeatAgents.firstSeenAt,
      where: eq(heartbeatAgents.userId, userId),
      present: ({ id, ...agent }) => ({ id: agentId(String(id)), ...agent }),
    },
    {
      name: "events_about_me",
      from: auditEvents,
      columns: { ...exportedColumns(auditEvents), ...ownOrigin(userId) },
      by: auditEvents.occurredAt,
      where: eq(auditEvents.targetId, userId),
    },
    {
      name: "events_by_me",
      from: auditEvents,
      // Details about another user belong to that user.
      columns: omit(exportedColumns(auditEvents), ["details"]),
      by: auditEvents.occurredAt,
      where: and(eq(auditEvents.actorId, userId), sql`${ne(auditEvents.targetId, userId)} is not false`),
    },
  ];
}

/**
 * Selects the first part of each section in one round trip. Together, they are no larger than one part. Also records the export in the
 * audit log.
 */
export async function selectFirstParts(db: Database, userId: string, sections: Section[]) {
  const maxBytes = Math.floor(PART_BYTES / sections.length);
  const parts = sections.map((section) => prepare(db, section, undefined, maxBytes));
  const { rows } = await batch(db, {
    audited: db.execute(sql`select audit('user.data_exported', 'user', ${userId}, '{}'::jsonb)`),
    rows: parts.map(({ rows }) => rows),
  });
  return parts.map(({ toPart }, index) => toPart(rows[index] as Row[]));
}

/** Selects the part of a section that follows `cursor`. */
export async function selectNextPart(db: Database, section: Section, cursor: Cursor) {
  const { rows, toPart } = prepare(db, section, cursor);
  return toPart((await rows) as Row[]);
}

type Row = { id: string; key: string } & Record<string, unknown>;

function prepare(
  db: Database,
  { from, columns, by, where }: Section,
  cursor: Cursor | undefined,
  maxBytes = PART_BYTES,
) {
  const request: PageRequest<"at"> = { sort: "at", isDescending: false, skip: 0, limit: PART_ITEMS, cursor };
  return preparePart(
    db,
    { from, columns, keys: { at: { by, type: "timestamptz" } }, where },
    request,
    maxBytes,
  );
}

const OMITTED = [
  "password_hash",
  "secret_hash",
  "sealed_secret",
  "code_hash",
  "public_key",
  "credential_id",
  "version",
  "is_alone",
  "scope_id",
];

/** Returns the columns of a table by their database names, without secret and internal columns. */
const exportedColumns = <Table extends PgTable & { id?: PgColumn }>(table: Table) =>
  omit(
    Object.fromEntries(
      Object.values(getTableColumns(table)).map((column) => [column.name, exported(column)]),
    ),
    OMITTED,
  ) as Columns;

/** Returns the expression that exports a column. Timestamps that drizzle reads as Postgres text are converted to ISO 8601. */
const exported = (column: PgColumn) =>
  is(column, PgTimestampString)
    ? sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as(column.name)
    : column;

type Columns = Section["columns"];

const omit = (columns: Partial<Columns>, names: string[]) =>
  Object.fromEntries(Object.entries(columns).filter(([name]) => !names.includes(name))) as Columns;

/** Returns the columns about the origin of an event, only for the user's own actions: the origin of others' actions is theirs. */
const ownOrigin = (userId: string) => {
  const ifOwn = (name: string) =>
    sql`case when actor_id is not distinct from ${userId} then ${sql.identifier(name)} end`.as(name);
  return {
    address: ifOwn("address"),
    credential_id: ifOwn("credential_id"),
    request_id: ifOwn("request_id"),
  };
};
