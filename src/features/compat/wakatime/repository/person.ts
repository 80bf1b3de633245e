import { sql } from "drizzle-orm";
import { batch } from "../../../../database/batch.ts";
import type { Database } from "../../../../database/client.ts";
import { requireThat } from "../../../../database/preconditions.ts";
import { expectOneRow } from "../../../../database/rows.ts";
import { foldCase } from "../../../../database/tables/names.ts";

/**
 * Requires that `user`, which the request names, is the caller: `current`, or the caller's id or username. These statements know the
 * caller only as `actor()`, since the guard before them resolves an API key to its owner.
 */
export const requireSelf = (db: Database, user: string) =>
  requireThat(
    db,
    user === "current"
      ? sql`true`
      : sql`exists (
          select from users where id = actor() and ${foldCase(user)} in (id::text, ${foldCase(sql`username`)}))`,
    "notFound",
    "User not found, or not the current user.",
  );

/** First and last name of the user `u`. */
export const NAME = sql`nullif(concat_ws(' ', u.first_name, u.last_name), '')`;

/** An instant as Postgres writes it. */
export type Instant = string;

interface Person extends Record<string, unknown> {
  id: string;
  username: string;
  email: string;
  is_email_confirmed: boolean;
  name: string | null;
  timezone: string;
  idle_seconds: number;
  created_at: Instant;
  modified_at: Instant | null;
  last_heartbeat_at: Instant | null;
  last_project: string | null;
  last_plugin: string | null;
}

/** Returns the caller, with the last heartbeat. @throws AppError RESOURCE_NOT_FOUND if `user` is not the caller */
export async function findPerson(db: Database, user: string): Promise<Person> {
  const { person } = await batch(db, {
    precondition: requireSelf(db, user),
    person: db.execute<Person>(sql`
      select u.id, u.username, u.email, u.email_verified_at is not null as is_email_confirmed, ${NAME} as name,
        coalesce(s.timezone, 'UTC') as timezone, coalesce(s.idle_timeout_seconds, 900) as idle_seconds, u.created_at, u.updated_at as modified_at,
        last.at as last_heartbeat_at, last.project as last_project,
        (select value from heartbeat_agents where user_id = u.id order by last_seen_at desc limit 1) as last_plugin
      from users u left join time_settings s on s.user_id = u.id
        left join lateral (select at, project from heartbeats where user_id = u.id order by at desc limit 1) as last on true
      where u.id = actor()`),
  });
  return expectOneRow(person.rows);
}

/** Checks that `user` is the caller. @throws AppError RESOURCE_NOT_FOUND */
export async function ensureSelf(db: Database, user: string): Promise<void> {
  await requireSelf(db, user);
}
