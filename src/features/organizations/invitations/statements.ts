import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../../database/client.ts";
import { requireThat } from "../../../database/preconditions.ts";
import {
  invitations,
  memberships,
  organizationRoles,
  organizations,
  teams,
} from "../../../database/tables/organizations.ts";
import { users } from "../../../database/tables/users.ts";
import { coversWithin, holdsWithin } from "../../../database/within.ts";
import { type Due, type Progress, removeRows, type Spending } from "../../../database/work.ts";
import { isRoleOf } from "../roles/statements.ts";
import { TO_PLACE_MEMBERS } from "../teams/statements.ts";

/** Returns the condition that an invitation was neither accepted nor declined nor revoked. */
export const isOpen = (invitation: SQL): SQL =>
  sql`${invitation}.accepted_at is null and ${invitation}.declined_at is null and ${invitation}.revoked_at is null`;

/**
 * Returns the condition that an invitation's organization is live, and that its sender could still send it: as an active member who may
 * invite, holds all grants of the role, and may add members to the team if there is one.
 */
export const hasStanding = (invitation: SQL): SQL => sql`
  exists (
    select from ${organizations} io
      join ${memberships} im on im.organization_id = io.id and im.user_id = ${invitation}.invited_by and im.left_at is null
      join ${users} iu on iu.id = im.user_id and iu.is_active and not iu.is_deleted
      join ${organizationRoles} held on held.id = im.role_id and not held.is_deleted and 'members:invite' = any(held.grants)
      join ${organizationRoles} given on given.id = ${invitation}.role_id and ${isRoleOf(sql`given`, sql`io.id`)}
    where io.id = ${invitation}.organization_id and not io.is_deleted and given.grants <@ held.grants
      and (${invitation}.team_id is null or held.grants @> ${`{${TO_PLACE_MEMBERS.join(",")}}`}::text[]))`;

interface Giving {
  organizationId: string;
  actorId: string;
  roleId: SQL | string;
  teamId: SQL | string | null;
}

/** Requires that the member may give the role, and may add members to the team if there is one. */
export const requireAssignable = (db: Database, { organizationId, actorId, roleId, teamId }: Giving) => [
  requireThat(
    db,
    sql`exists (select from ${organizationRoles} r where r.id = ${roleId} and ${isRoleOf(sql`r`, organizationId)})`,
    "notFound",
    "Role not found.",
  ),
  requireThat(
    db,
    coversWithin(
      actorId,
      organizationId,
      sql`(select grants from ${organizationRoles} where id = ${roleId})`,
    ),
    "forbidden",
    "You cannot give a role with grants that you do not hold.",
  ),
  ...(teamId === null
    ? []
    : [
        requireThat(
          db,
          sql`${teamId}::uuid is null or exists (
            select from ${teams} t where t.id = ${teamId} and t.organization_id = ${organizationId} and not t.is_deleted)`,
          "notFound",
          "Team not found.",
        ),
        requireThat(
          db,
          sql`${teamId}::uuid is null or ${holdsWithin(actorId, organizationId, TO_PLACE_MEMBERS)}`,
          "forbidden",
          "You cannot add members to teams.",
        ),
      ]),
];

/** Days after which an invitation that has expired is removed, with the address of a person who may have no account. */
const KEPT_DAYS = 30;

const OLD: Due = {
  table: invitations,
  at: sql`expires_at`,
  before: sql`now() - make_interval(days => ${KEPT_DAYS})`,
};

/** Removes invitations that expired 30 days ago, whether they were accepted or not. */
export const removeOldInvitations = (db: Database, spending: Spending): Promise<Progress> =>
  removeRows(db, OLD, spending);
