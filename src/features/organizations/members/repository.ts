import { and, type SQL, sql } from "drizzle-orm";
import type { OrganizationGrant } from "../../../core/organization-permissions.ts";
import type { PageRequest } from "../../../core/page.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { contains, selectPage } from "../../../database/keyset-pagination.ts";
import { type RecentProof, requireRecentProof, requireThat } from "../../../database/preconditions.ts";
import { touched } from "../../../database/tables/columns.ts";
import { inOrderOfNames } from "../../../database/tables/names.ts";
import { memberships } from "../../../database/tables/organizations.ts";
import { users } from "../../../database/tables/users.ts";
import { coversWithin, holdsWithin } from "../../../database/within.ts";
import { lockOrganization, selectOwners } from "../organizations/statements.ts";

const SORT_KEYS = { username: { by: inOrderOfNames(users.username), type: "text" } } as const;

interface Filter extends PageRequest<keyof typeof SORT_KEYS> {
  actorId: string;
  organizationId: string;
  q?: string | undefined;
  role?: string | undefined;
  team_id?: string | undefined;
  left?: boolean | undefined;
}

/** A change of a member, and the credential of the caller. */
export interface MemberChange {
  actorId: string;
  organizationId: string;
  userId: string;
  proof: RecentProof;
}

/** Lists a page of the members of an organization, or of its former members. Deleted accounts are not listed. */
export function listMembers(db: Database, filter: Filter) {
  const { actorId, organizationId, q, role, team_id: teamId, left = false, ...request } = filter;
  const where = and(
    sql`not ${users.isDeleted}`,
    sql`exists (
      select from memberships m
      where m.organization_id = ${organizationId} and m.user_id = users.id
        and (m.left_at is not null) = ${left} ${role === undefined ? sql`` : sql`and m.role_id = ${role}`})`,
    q === undefined ? undefined : contains(users.username, q),
    teamId === undefined
      ? undefined
      : sql`exists (
          select from team_members t
          where t.organization_id = ${organizationId} and t.team_id = ${teamId} and t.user_id = users.id)`,
  );
  return selectPage(
    db,
    { from: users, columns: columnsOf(actorId, organizationId), keys: SORT_KEYS, where },
    request,
    // The guard lets operators pass for any id.
    requireThat(
      db,
      sql`exists (select from organizations where id = ${organizationId} and not is_deleted)`,
      "notFound",
      "Organization not found.",
    ),
  );
}

/** Gives a member another role. Returns the member, and the owners to notify if the caller is an operator. */
export async function updateRole(db: Database, change: MemberChange, roleId: string) {
  const isByMember = sql`(${holds(change, "members:update")} and ${covers(change, grantsOf(roleId))}
    and ${covers(change, grantsOfMember(change))})`;
  const { owners, member } = await batch(db, {
    locked: lock(db, change),
    preconditions: [
      requireMember(db, change),
      requireThat(
        db,
        sql`exists (select from organization_roles where id = ${roleId} and not is_deleted
          and (organization_id = ${change.organizationId} or organization_id is null))`,
        "notFound",
        "Role not found.",
      ),
      requireThat(
        db,
        sql`${isByMember} or ${isOperator(change)}`,
        "forbidden",
        "You cannot give a role with grants that you do not hold, or change a member with such a role.",
      ),
      requireRecentProof(db, change.proof, isByMember),
    ],
    owners: selectNotified(db, change, isByMember),
    changed: db
      .update(memberships)
      .set({ roleId, ...touched(memberships) })
      .where(isThis(change)),
    member: selectMember(db, change),
  });
  return { member: member[0], owners: owners.rows.map(({ email }) => email) };
}

/**
 * Adds a user to an organization without an invitation, or a former member again, for an operator: all other callers invite. Returns the member, and
 * the owners to notify.
 */
export async function addMember(db: Database, change: MemberChange, roleId: string) {
  const { owners, member } = await batch(db, {
    locked: lockOrganization(db, change.organizationId),
    preconditions: [
      requireThat(
        db,
        isOperator(change),
        "forbidden",
        "Only operators add members without an invitation. Invite the user instead.",
      ),
      requireRecentProof(db, change.proof, sql`false`),
      requireThat(
        db,
        sql`exists (select from ${organizationOf(change)} where not is_deleted)`,
        "notFound",
        "Organization not found.",
      ),
      requireThat(
        db,
        sql`exists (select from ${users} where id = ${change.userId} and is_active and not is_deleted)`,
        "notFound",
        "User not found.",
      ),
      requireThat(db, sql`not ${isLive(change)}`, "alreadyExists", "The user is a member already."),
    ],
    owners: selectNotified(db, change, sql`false`),
    added: db
      .insert(memberships)
      .values({
        organizationId: change.organizationId,
        userId: change.userId,
        roleId,
        invitedBy: change.actorId,
      })
      .onConflictDoUpdate({
        target: [memberships.organizationId, memberships.userId],
        set: {
          roleId,
          leftAt: null,
          joinedAt: sql`now()`,
          invitedBy: change.actorId,
          ...touched(memberships),
        },
      }),
    member: selectMember(db, change),
  });
  return { member: member[0], owners: owners.rows.map(({ email }) => email) };
}

/**
 * Ends a membership: the member's own, or another one whose grants the caller holds as well. Returns the owners to notify if the caller
 * is an operator.
 */
export async function removeMember(db: Database, change: MemberChange): Promise<string[]> {
  const isByMember = sql`(${change.actorId}::uuid = ${change.userId}::uuid and in_scope('members:remove')
    or ${holds(change, "members:remove")} and ${covers(change, grantsOfMember(change))})`;
  const { owners } = await batch(db, {
    locked: lock(db, change),
    preconditions: [
      requireMember(db, change),
      requireThat(
        db,
        sql`${isByMember} or ${isOperator(change)}`,
        "forbidden",
        "You cannot remove a member with grants that you do not hold.",
      ),
      requireRecentProof(db, change.proof, isByMember),
    ],
    owners: selectNotified(db, change, isByMember),
    removed: db
      .update(memberships)
      .set({ leftAt: sql`now()`, ...touched(memberships) })
      .where(isThis(change)),
  });
  return owners.rows.map(({ email }) => email);
}

/** Returns the columns of a member. They name the table, because Drizzle leaves its name out in a query of one table. */
function columnsOf(actorId: string, organizationId: string) {
  const isTheirs = sql`where m.organization_id = ${organizationId} and m.user_id = users.id`;
  const isShown = sql`(select ${holdsWithin(actorId, organizationId, ["members:update"])}
    or holds_all(${actorId}, '{organizations:manage_members}'))`;
  return {
    id: users.id,
    username: users.username,
    first_name: users.firstName,
    last_name: users.lastName,
    email: sql<string | null>`case when ${isShown} then users.email end`.as("shown_email"),
    is_active: users.isActive,
    role: sql<{ id: string; name: string }>`(
      select jsonb_build_object('id', r.id, 'name', r.name)
      from memberships m join organization_roles r on r.id = m.role_id ${isTheirs})`.as("role"),
    joined_at: sql<Date>`(select m.joined_at from memberships m ${isTheirs})`
      .mapWith(memberships.joinedAt)
      .as("joined_at"),
    left_at: sql<Date | null>`(select m.left_at from memberships m ${isTheirs})`
      .mapWith(memberships.leftAt)
      .as("left_at"),
  };
}

const selectMember = (db: Database, { actorId, organizationId, userId }: MemberChange) =>
  db.select(columnsOf(actorId, organizationId)).from(users).where(sql`users.id = ${userId}`);

const isThis = ({ organizationId, userId }: MemberChange) =>
  sql`organization_id = ${organizationId} and user_id = ${userId} and left_at is null`;

const isLive = (change: MemberChange) => sql`exists (select from ${memberships} where ${isThis(change)})`;

const organizationOf = ({ organizationId }: MemberChange) =>
  sql`(select is_deleted from organizations where id = ${organizationId}) as organization`;

const lock = (db: Database, change: MemberChange) =>
  db.execute(sql`select from ${memberships} where ${isThis(change)} for no key update`);

const requireMember = (db: Database, change: MemberChange) =>
  requireThat(
    db,
    sql`${isLive(change)} and exists (select from ${organizationOf(change)} where not is_deleted)`,
    "notFound",
    "Member not found.",
  );

const holds = ({ actorId, organizationId }: MemberChange, grant: OrganizationGrant) =>
  holdsWithin(actorId, organizationId, [grant]);

const covers = ({ actorId, organizationId }: MemberChange, grants: SQL) =>
  coversWithin(actorId, organizationId, grants);

const grantsOf = (roleId: string) => sql`(select grants from organization_roles where id = ${roleId})`;

const grantsOfMember = ({ organizationId, userId }: MemberChange) =>
  sql`grants_within(${userId}, ${organizationId})`;

/**
 * Returns the condition that the caller is an operator who may act on this member. Only superusers act on themselves: an operator who is
 * a member must not raise their own role.
 */
const isOperator = ({ actorId, userId }: MemberChange): SQL => sql`(
  holds_all(${actorId}, '{organizations:manage_members}')
  and (${actorId}::uuid <> ${userId}::uuid or (select is_superuser from ${users} where id = ${actorId})))`;

/** Selects the emails of the owners before the change, unless the caller acts as a member. */
const selectNotified = (db: Database, { organizationId }: MemberChange, isByMember: SQL) =>
  selectOwners(db, organizationId, sql`not ${isByMember}`);
