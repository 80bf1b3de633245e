import { type SQL, sql } from "drizzle-orm";
import type { OrganizationGrant } from "../../../core/organization-permissions.ts";
import type { Database } from "../../../database/client.ts";
import {
  invitations,
  memberships,
  organizationRoles,
  organizations,
  teamMembers,
  teams,
} from "../../../database/tables/organizations.ts";

/**
 * Grants for a change of the members that leads and managers reach: to add members to a team, to name leads and managers, or to move a
 * team. A member who can't read the time of all members must not be able to let a lead read it.
 */
export const TO_PLACE_MEMBERS = [
  "teams:update",
  "time_entries:read_any",
  "reports:read_any",
] as const satisfies OrganizationGrant[];

/** Returns a statement that requires a grant in the organization of a live team, or that the user leads the team. */
export const requireGrantOrLead = (db: Database, actorId: string, id: string, grant: OrganizationGrant) =>
  db.execute(sql`
    select demand_within(${actorId}, ${organizationOfTeam(id)},
      case when ${isLedBy(id, actorId)} then '[]' else ${JSON.stringify([[grant]])}::jsonb end, ${TEAM_ABSENT})`);

/** Message for a team that does not exist for the caller. */
export const TEAM_ABSENT = "Team not found.";

/** Returns the organization of a live team, as a subquery. */
export const organizationOfTeam = (id: string) =>
  sql`(select organization_id from ${teams} where id = ${id} and not is_deleted)`;

/** Returns the ids of the organizations in which a user may read departments and teams, as a subquery. */
export const readableOrganizations = (actorId: string) => sql`(
  select m.organization_id from ${memberships} m
    join ${organizations} o on o.id = m.organization_id and not o.is_deleted
    join ${organizationRoles} r on r.id = m.role_id and 'teams:read' = any(r.grants)
  where m.user_id = ${actorId} and m.left_at is null and in_scope('teams:read'))`;

/** Returns the condition that a live team is led by a user, or is in a department that the user manages. */
const isLedBy = (teamId: string, userId: string) => sql`(
  in_scope('teams:update') and exists (
    select from ${teams} t
    where t.id = ${teamId} and not t.is_deleted and (
      exists (select from team_members l where l.team_id = t.id and l.user_id = ${userId} and l.is_lead)
      or exists (select from department_managers d where d.department_id = t.department_id and d.user_id = ${userId}))))`;

/** Returns the public fields of the user with an id, as JSON. */
export const personOf = (user: SQL) => sql`
  jsonb_build_object('id', ${user}.id, 'username', ${user}.username, 'first_name', ${user}.first_name, 'last_name', ${user}.last_name)`;

/** A member of an organization, as other members see them. */
export type Person = { id: string; username: string; first_name: string | null; last_name: string | null };

/** Returns the statements that remove the members of the teams that are deleted, and invitations to them. */
export const emptyTeams = (db: Database, ids: SQL) => [
  db.execute(sql`delete from ${teamMembers} where team_id in (${ids})`),
  db.execute(sql`update ${invitations} set team_id = null where team_id in (${ids})`),
];
