import { and, eq, getTableColumns, is, isNotNull, ne, type SQL, sql } from "drizzle-orm";
import { type PgColumn, type PgTable, PgTimestampString } from "drizzle-orm/pg-core";
import { type Cursor, PART_BYTES, PART_ITEMS, type PageRequest } from "../../../core/page.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { agentId, heartbeatId } from "../../../database/heartbeat-id.ts";
import { preparePart } from "../../../database/keyset-pagination.ts";
import { isOwnedBy } from "../../../database/ownership.ts";
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
import { personalTokens } from "../../../database/tables/personal-tokens.ts";
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

/** A table, and which of its rows are about the person. */
export interface Section {
  name: string;
  from: PgTable;
  columns: Record<string, PgColumn | SQL.Aliased> & { id: PgColumn | SQL.Aliased<string> };
  /** What its rows are sorted by: an instant, and then the id. */
  by: PgColumn;
  where: SQL | undefined;
  /** How a row is told, if not as it is. */
  present?: (row: Record<string, unknown>) => Record<string, unknown>;
}

/** All that is kept about a person, but for secrets, of which there are hashes and sealed texts only. */
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
  ) => ({ name, from: table, columns: shown(table), by: table.createdAt, where: isOwnedBy(table, userId) });
  const entries = {
    from: timeEntries,
    columns: {
      ...shown(timeEntries),
      tag_ids:
        sql`array(select tag_id from time_entry_tags where entry_id = time_entries.id order by tag_id)`.as(
          "tag_ids",
        ),
    },
    by: timeEntries.startedAt,
  };
  const isOwn = isOwnedBy(timeEntries, userId);
  return [
    { name: "user", from: users, columns: shown(users), by: users.createdAt, where: eq(users.id, userId) },
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
      columns: { ...shown(timeSettings), id: timeSettings.userId },
      by: timeSettings.updatedAt,
      where: eq(timeSettings.userId, userId),
    },
    {
      name: "sessions",
      from: sessions,
      columns: shown(sessions),
      by: sessions.createdAt,
      where: eq(sessions.userId, userId),
    },
    {
      name: "personal_tokens",
      from: personalTokens,
      columns: shown(personalTokens),
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
      columns: shown(passkeys),
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
      columns: shown(calendarFeeds),
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
    // Apart from the deleted ones, which the index by start has not.
    { ...entries, name: "time_entries", where: sql`${isOwn} and not ${timeEntries.isDeleted}` },
    { ...entries, name: "deleted_time_entries", where: and(isOwn, eq(timeEntries.isDeleted, true)) },
    {
      name: "heartbeats",
      from: heartbeats,
      columns: {
        ...without(shown(heartbeats), ["hash"]),
        id: heartbeats.hash,
        time: sql`extract(epoch from at)::float8`.as("time"),
      },
      by: heartbeats.at,
      where: eq(heartbeats.userId, userId),
      present: ({ id, time, ...beat }) => ({ id: heartbeatId(Number(time), String(id)), ...beat }),
    },
    {
      // Of the time before that of which heartbeats are kept: they are all there is of it.
      name: "heartbeat_sums",
      from: heartbeatSlots,
      columns: {
        ...without(shown(heartbeatSlots), ["length"]),
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
        ...shown(heartbeatProjects),
        id: sql<string>`md5(${heartbeatProjects.project})::uuid`.as("id"),
      },
      by: heartbeatProjects.firstAt,
      where: eq(heartbeatProjects.userId, userId),
    },
    {
      name: "heartbeat_agents",
      from: heartbeatAgents,
      columns: shown(heartbeatAgents),
      by: heartbeatAgents.firstSeenAt,
      where: eq(heartbeatAgents.userId, userId),
      present: ({ id, ...agent }) => ({ id: agentId(String(id)), ...agent }),
    },
    {
      name: "events_about_me",
      from: auditEvents,
      columns: { ...shown(auditEvents), ...withoutOthers(userId) },
      by: auditEvents.occurredAt,
      where: eq(auditEvents.targetId, userId),
    },
    {
      name: "events_by_me",
      from: auditEvents,
      // What was changed about somebody else is theirs to know.
      columns: without(shown(auditEvents), ["details"]),
      by: auditEvents.occurredAt,
      where: and(eq(auditEvents.actorId, userId), sql`${ne(auditEvents.targetId, userId)} is not false`),
    },
  ];
}

/**
 * The first part of each section, in one round trip, each so short that together they are no longer than one; that the person took
 * their data goes to the audit log with it.
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

/** The part of a section after the place of `cursor`. */
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

const SECRET = [
  "password_hash",
  "secret_hash",
  "sealed_secret",
  "code_hash",
  "public_key",
  "credential_id",
  "version",
  "is_alone",
];

/** The columns of a table, by the names that they have in the database, but for those that are secret or say nothing. */
const shown = <Table extends PgTable & { id?: PgColumn }>(table: Table) =>
  without(
    Object.fromEntries(Object.values(getTableColumns(table)).map((column) => [column.name, told(column)])),
    SECRET,
  ) as Columns;

/** A column as it is told: instants to the microsecond, which come as Postgres writes them, as all others are. */
const told = (column: PgColumn) =>
  is(column, PgTimestampString)
    ? sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as(column.name)
    : column;

type Columns = Section["columns"];

const without = (columns: Partial<Columns>, names: string[]) =>
  Object.fromEntries(Object.entries(columns).filter(([name]) => !names.includes(name))) as Columns;

/** Where another did it, from where is theirs. */
const withoutOthers = (userId: string) => {
  const ifOwn = (name: string) =>
    sql`case when actor_id is not distinct from ${userId} then ${sql.identifier(name)} end`.as(name);
  return {
    address: ifOwn("address"),
    credential_id: ifOwn("credential_id"),
    request_id: ifOwn("request_id"),
  };
};
