import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../../database/client.ts";
import { organizations } from "../../../database/tables/organizations.ts";

/** Number of days in which a deleted organization can be restored. */
export const RESTORE_DAYS = 30;

/**
 * Returns the columns of an organization in a list, with the role of the user `actorId`. They name the table, because Drizzle leaves
 * its name out in a query of one table.
 */
export const listColumns = (actorId: string) => ({
  id: organizations.id,
  name: organizations.name,
  slug: organizations.slug,
  description: organizations.description,
  timezone: organizations.timezone,
  week_start: organizations.weekStart,
  currency: organizations.currency,
  created_at: organizations.createdAt,
  updated_at: organizations.updatedAt,
  role: sql<{ id: string; name: string } | null>`(
    select jsonb_build_object('id', r.id, 'name', r.name)
    from memberships m join organization_roles r on r.id = m.role_id
    where m.organization_id = organizations.id and m.user_id = ${actorId} and m.left_at is null)`.as("role"),
  member_count: sql<number>`(
    select count(*)::int from memberships m join users u on u.id = m.user_id and not u.is_deleted
    where m.organization_id = organizations.id and m.left_at is null)`.as("member_count"),
  department_count: sql<number>`(
    select count(*)::int from departments d where d.organization_id = organizations.id and not d.is_deleted)`.as(
    "department_count",
  ),
});

/** Returns the condition that the user `actorId` is a member of the organization in the query. */
export const isMemberOf = (actorId: string): SQL =>
  sql`exists (
    select from memberships m
    where m.organization_id = organizations.id and m.user_id = ${actorId} and m.left_at is null)`;

/** Selects the organizations that meet `condition`, with the role and the grants of the user `actorId`. */
export const selectOrganizations = (db: Database, actorId: string, condition: SQL) =>
  db
    .select({
      value: {
        ...listColumns(actorId),
        grants: sql<string[]>`coalesce(grants_within(${actorId}, organizations.id), '{}')`.as("grants"),
      },
      tag: sql<string>`organizations.version::text`,
    })
    .from(organizations)
    .where(condition);

/** Locks the organization with `id`, so that concurrent changes of it run one after the other. */
export const lockOrganization = (db: Database, id: string) =>
  db.execute(sql`select from ${organizations} where id = ${id} for no key update`);

/** Selects the emails of the active owners of the organization with `id`, to notify them, if `condition` holds. */
export const selectOwners = (db: Database, id: string, condition = sql`true`) =>
  db.execute<{ email: string }>(sql`
    select u.email
    from memberships m
    join organization_roles r on r.id = m.role_id and r.builtin = 'owner'
    join users u on u.id = m.user_id and u.is_active and not u.is_deleted
    where m.organization_id = ${id} and m.left_at is null and ${condition}
    order by m.joined_at, u.id`);
