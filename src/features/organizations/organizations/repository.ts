import { and, eq, type SQL, sql } from "drizzle-orm";
import { ORGANIZATION_ROLES } from "../../../core/organization-permissions.ts";
import type { PageRequest } from "../../../core/page.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { byNameOrAge, selectPage } from "../../../database/keyset-pagination.ts";
import { requireNamed, requireThat, requireUnchanged } from "../../../database/preconditions.ts";
import { SQLSTATES } from "../../../database/sqlstates.ts";
import { deleted, hasRequestedState, restored, touched } from "../../../database/tables/columns.ts";
import { memberships, organizations } from "../../../database/tables/organizations.ts";
import { coversWithin } from "../../../database/within.ts";
import {
  countLeft,
  type Due,
  isDue,
  type Progress,
  processEach,
  type Spending,
} from "../../../database/work.ts";
import {
  isMemberOf,
  listColumns,
  lockOrganization,
  RESTORE_DAYS,
  selectOrganizations,
  selectOwners,
} from "./statements.ts";

const SORT_KEYS = byNameOrAge(organizations);

interface Filter extends PageRequest<keyof typeof SORT_KEYS> {
  actorId: string;
  isDeleted?: boolean | undefined;
  /** Set for the organizations of all users. */
  isAll?: boolean | undefined;
}

/** Columns that the API sets. */
type Values = Pick<
  typeof organizations.$inferInsert,
  "name" | "slug" | "description" | "timezone" | "weekStart" | "currency"
>;
export type NewOrganization = Pick<Values, "name"> &
  OrganizationChanges & {
    /** Used if `slug` is undefined, with a random ending if it is taken. */
    suggestedSlug: string;
  };
export type OrganizationChanges = { [Field in keyof Values]?: Values[Field] | undefined };

/** Change of an organization, and the ETags of the versions that the caller expects. */
export interface OrganizationChange {
  actorId: string;
  id: string;
  expectedTags?: readonly string[] | undefined;
}

const isRestorable = sql`organizations.deleted_at > now() - make_interval(days => ${RESTORE_DAYS})`;

/** Returns the condition that the user `actorId` may restore the deleted organization in the query, as a member or an operator. */
const mayRestore = (actorId: string): SQL => sql`(
  holds_all(${actorId}, '{organizations:delete}') or in_scope('organization:delete') and exists (
    select from memberships m join organization_roles r on r.id = m.role_id
    where m.organization_id = organizations.id and m.user_id = ${actorId} and m.left_at is null
      and 'organization:delete' = any(r.grants)))`;

/** Lists a page of the user's organizations, or of all, if the user holds the permission for that. */
export function listOrganizations(db: Database, { actorId, isDeleted, isAll, ...request }: Filter) {
  const names = isAll ? ["organizations:read", ...(isDeleted ? ["organizations:delete"] : [])] : [];
  const where = and(
    hasRequestedState(organizations, isDeleted),
    isDeleted ? sql`${isRestorable} and ${mayRestore(actorId)}` : undefined,
    isAll ? undefined : isMemberOf(actorId),
  );
  return selectPage(
    db,
    { from: organizations, columns: listColumns(actorId), keys: SORT_KEYS, where },
    request,
    names.length > 0
      ? requireNamed(db, actorId, { names, message: "You cannot list the organizations of other users." })
      : undefined,
  );
}

/** Finds a live organization by its id. The guard has checked that the user may see it. */
export const findOrganization = async (db: Database, actorId: string, id: string) =>
  (await selectOrganizations(db, actorId, sql`organizations.id = ${id} and not organizations.is_deleted`))[0];

/** Finds a live organization by its slug, if the user is a member or an operator. */
export const findBySlug = async (db: Database, actorId: string, slug: string) =>
  (
    await selectOrganizations(
      db,
      actorId,
      sql`lower(organizations.slug) = ${slug} and not organizations.is_deleted
        and (${isMemberOf(actorId)} or holds_all(${actorId}, '{organizations:read}'))`,
    )
  )[0];

/** Returns at most two of the user's live organizations. */
export const findOwn = (db: Database, actorId: string) =>
  selectOrganizations(db, actorId, sql`not organizations.is_deleted and ${isMemberOf(actorId)}`).limit(2);

/** Creates an organization, and makes the user its owner. */
export async function insertOrganization(
  db: Database,
  actorId: string,
  { suggestedSlug, ...values }: NewOrganization,
) {
  const id = crypto.randomUUID();
  const slug = values.slug ?? freeSlug(suggestedSlug);
  const { record } = await batch(db, {
    zone: requireZone(db, values.timezone),
    created: db.insert(organizations).values({ id, createdBy: actorId, ...values, slug, ...zoneOf(values) }),
    owner: db
      .insert(memberships)
      .values({ organizationId: id, userId: actorId, roleId: ORGANIZATION_ROLES.owner.id }),
    record: selectOrganizations(db, actorId, sql`organizations.id = ${id}`),
  });
  return record[0];
}

/** Changes a live organization. Undefined fields stay as they are. */
export async function updateOrganization(
  db: Database,
  change: OrganizationChange,
  changes: OrganizationChanges,
) {
  const { record } = await batch(db, {
    preconditions: prepare(db, change, false),
    zone: requireZone(db, changes.timezone),
    changed: touch(db, change.id, { ...changes, ...zoneOf(changes) }),
    record: selectOrganizations(db, change.actorId, sql`organizations.id = ${change.id}`),
  });
  return record[0];
}

/** Marks an organization as deleted, which frees its slug. Returns the emails of its owners. */
export async function deleteOrganization(db: Database, change: OrganizationChange): Promise<string[]> {
  const { owners } = await batch(db, {
    preconditions: prepare(db, change, false),
    owners: selectOwners(db, change.id),
    removed: touch(db, change.id, deleted),
  });
  return owners.rows.map(({ email }) => email);
}

/** Restores an organization that was deleted in the last 30 days. */
export async function restoreOrganization(db: Database, change: OrganizationChange) {
  const { record } = await batch(db, {
    preconditions: prepare(db, change, true),
    restored: touch(db, change.id, restored),
    record: selectOrganizations(db, change.actorId, sql`organizations.id = ${change.id}`),
  });
  return record[0];
}

/**
 * Makes a member an owner as well. The actor must hold all grants of owners, and not only the grant to transfer. Returns the organization,
 * and the emails of all its owners.
 */
export async function addOwner(db: Database, { actorId, id }: OrganizationChange, userId: string) {
  const member = sql`organization_id = ${id} and user_id = ${userId} and left_at is null`;
  const { record, owners } = await batch(db, {
    locked: lockOrganization(db, id),
    found: requireThat(
      db,
      sql`exists (select from ${memberships} join users u on u.id = user_id and u.is_active and not u.is_deleted
        where ${member})`,
      "notFound",
      "Member not found.",
    ),
    covered: requireThat(
      db,
      coversWithin(
        actorId,
        id,
        sql`(select grants from organization_roles where id = ${ORGANIZATION_ROLES.owner.id})`,
      ),
      "forbidden",
      "You cannot make a member an owner, because you do not hold all grants of owners.",
    ),
    promoted: db
      .update(memberships)
      .set({ roleId: ORGANIZATION_ROLES.owner.id, ...touched(memberships) })
      .where(member),
    owners: selectOwners(db, id),
    record: selectOrganizations(db, actorId, sql`organizations.id = ${id}`),
  });
  return { organization: record[0], owners: owners.rows.map(({ email }) => email) };
}

/** Maximum number of rows of a table that one statement removes with an organization. */
const PART_ROWS = 5_000;

const PURGED: Due = {
  table: organizations,
  at: sql`deleted_at`,
  before: sql`now() - make_interval(days => ${RESTORE_DAYS})`,
  among: sql`is_deleted`,
};

/** Removes organizations that can't be restored any more, one after the other, with everything in them. */
export async function removeOldOrganizations(db: Database, spending: Spending): Promise<Progress> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select id from ${organizations} where ${isDue(PURGED)} order by deleted_at limit 1000`);
  const ids = rows.map(({ id }) => id);
  const { done, failures } = await processEach(ids, spending, async (id) => {
    for (;;) {
      const { rows } = await db.execute<{ is_removed: boolean }>(sql`
        select remove_organization(id, ${PART_ROWS}) as is_removed from ${organizations} where id = ${id} and ${isDue(PURGED)}`);
      if (rows[0]?.is_removed !== false) return true;
      if (spending.isSpent()) return false;
    }
  });
  return { done: done.length, failures, left: await countLeft(db, PURGED) };
}

const prepare = (db: Database, { actorId, id, expectedTags }: OrganizationChange, isDeleted: boolean) =>
  [
    lockOrganization(db, id),
    requireThat(
      db,
      isDeleted
        ? sql`exists (select from ${organizations} where id = ${id} and is_deleted and ${isRestorable} and ${mayRestore(actorId)})`
        : sql`exists (select from ${organizations} where id = ${id} and not is_deleted)`,
      "notFound",
      isDeleted ? "Deleted organization not found." : "Organization not found.",
    ),
    requireUnchanged(db, sql`(select version::text from ${organizations} where id = ${id})`, expectedTags),
  ] as const;

const requireZone = (db: Database, zone: string | undefined) =>
  db.execute(sql`select demand_zone(${zone ?? null}, ${SQLSTATES.unknownZone.code}, 'body.timezone')`);

/** Returns the zone as Postgres writes it. */
const zoneOf = ({ timezone }: OrganizationChanges) =>
  timezone === undefined ? {} : { timezone: sql`zone_name(${timezone})` };

/** Returns an expression of a slug that no live organization has, so that a name does not reveal another organization with it. */
const freeSlug = (slug: string) => sql`
  case when exists (select from organizations o where lower(o.slug) = ${slug} and not o.is_deleted)
    then left(${slug}, 91) || '-' || left(gen_random_uuid()::text, 8) else ${slug}::text end`;

const touch = (db: Database, id: string, changes: Record<string, unknown>) =>
  db
    .update(organizations)
    .set({ ...changes, ...touched(organizations) })
    .where(eq(organizations.id, id));
