import { type SQL, sql } from "drizzle-orm";
import type { OrganizationGrant } from "../../../core/organization-permissions.ts";
import type { PageRequest } from "../../../core/page.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { byNameOrAge, selectPage } from "../../../database/keyset-pagination.ts";
import { requireEffect, requireThat, requireUnchanged } from "../../../database/preconditions.ts";
import { deleted, touched } from "../../../database/tables/columns.ts";
import { inOrderOfNames } from "../../../database/tables/names.ts";
import { departments, teamMembers, teams } from "../../../database/tables/organizations.ts";
import { users } from "../../../database/tables/users.ts";
import { requireGrant } from "../../../database/within.ts";
import {
  emptyTeams,
  organizationOfTeam,
  type Person,
  personOf,
  readableOrganizations,
  requireGrantOrLead,
  TEAM_ABSENT,
  TO_PLACE_MEMBERS,
} from "./statements.ts";

const leads = sql`(
  select coalesce(jsonb_agg(${personOf(sql`u`)} order by l.joined_at, u.id), '[]')
  from ${teamMembers} l join ${users} u on u.id = l.user_id
  where l.team_id = ${teams}.id and l.is_lead)`;

const columns = {
  id: teams.id,
  organization_id: teams.organizationId,
  department_id: teams.departmentId,
  name: teams.name,
  description: teams.description,
  leads: sql<Person[]>`${leads}`.as("leads"),
  member_count: sql<number>`(
    select count(*)::int from ${teamMembers} tm where tm.team_id = ${teams}.id)`.as("member_count"),
  created_at: teams.createdAt,
  updated_at: teams.updatedAt,
};

const keys = byNameOrAge(teams);

interface Filter extends PageRequest<keyof typeof keys> {
  actorId: string;
  organizationId?: string | undefined;
  departmentId?: string | undefined;
}

/** Lists a page of the teams that a user may read, in all organizations or in one, or of a department. */
export function listTeams(db: Database, { actorId, organizationId, departmentId, ...request }: Filter) {
  const scope = placeOf({ organizationId, departmentId });
  const where = sql`not ${teams.isDeleted}
    and ${organizationId === undefined ? sql`true` : sql`${teams.organizationId} = ${organizationId}`}
    and ${departmentId === undefined ? sql`true` : sql`${teams.departmentId} = ${departmentId}`}
    and ${scope === undefined ? sql`${teams.organizationId} in ${readableOrganizations(actorId)}` : sql`true`}`;
  return selectPage(
    db,
    { from: teams, columns, keys, where },
    request,
    scope && requireGrant(db, actorId, { ...scope, grants: ["teams:read"] }),
  );
}

/** Returns the organization that a request names, by itself or by a department, and the message for others; undefined if it names none. */
function placeOf({
  organizationId,
  departmentId,
}: {
  organizationId?: string | undefined;
  departmentId?: string | null | undefined;
}): { organization: SQL; absence: string } | undefined {
  if (departmentId) {
    const ofDepartment = sql`(select organization_id from ${departments} where id = ${departmentId} and not is_deleted
      and ${organizationId === undefined ? sql`true` : sql`organization_id = ${organizationId}`})`;
    return { organization: ofDepartment, absence: "Department not found." };
  }
  return organizationId === undefined
    ? undefined
    : { organization: sql`${organizationId}::uuid`, absence: "Organization not found." };
}

const select = (db: Database, id: string) =>
  db
    .select({ value: columns, tag: sql<string>`${teams}.version::text` })
    .from(teams)
    .where(sql`${teams.id} = ${id} and not ${teams.isDeleted}`);

/** Finds a live team that a user may read. */
export async function findTeam(db: Database, actorId: string, id: string) {
  const { team } = await batch(db, {
    precondition: requireGrantOrLead(db, actorId, id, "teams:read"),
    team: select(db, id),
  });
  return team[0];
}

interface NewTeam {
  name: string;
  description?: string | null | undefined;
  organizationId?: string | undefined;
  departmentId?: string | null | undefined;
  leadId?: string | null | undefined;
}

/** Changes of a team. */
type TeamChanges = { [Field in keyof Omit<NewTeam, "organizationId">]?: NewTeam[Field] | undefined };

/** Locks a department, so that it is not deleted while a team is added. */
const lockDepartment = (db: Database, id: string | null | undefined) =>
  id ? [db.execute(sql`select from ${departments} where id = ${id} for share`)] : [];

/** Inserts a team, with a lead. */
export async function insertTeam(db: Database, actorId: string, team: NewTeam) {
  const { name, description, departmentId = null, leadId } = team;
  const id = crypto.randomUUID();
  const place = placeOf(team) ?? { organization: sql`null` };
  const { created } = await batch(db, {
    locked: lockDepartment(db, departmentId),
    preconditions: [
      requireGrant(db, actorId, { ...place, grants: ["teams:create"] }),
      ...(leadId ? [requireGrant(db, actorId, { ...place, grants: TO_PLACE_MEMBERS })] : []),
    ],
    inserted: db.execute(sql`
      insert into ${teams} (id, organization_id, department_id, name, description)
      values (${id}, ${place.organization}, ${departmentId}, ${name}, ${description ?? null})`),
    lead: leadId ? [addMember(db, id, leadId, true)] : [],
    created: select(db, id),
  });
  return created[0];
}

interface TeamChange {
  actorId: string;
  id: string;
  expectedTags?: readonly string[] | undefined;
}

/** Locks a team, so that concurrent changes of it run one after the other. */
const lock = (db: Database, id: string) => db.execute(sql`select from ${teams} where id = ${id} for update`);

/** Updates a team. Undefined fields stay as they are. */
export async function updateTeam(
  db: Database,
  { actorId, id, expectedTags }: TeamChange,
  { leadId, departmentId, name, description }: TeamChanges,
) {
  const isPlacing = leadId !== undefined || departmentId !== undefined;
  const { team } = await batch(db, {
    locked: [...lockDepartment(db, departmentId), lock(db, id)],
    preconditions: [
      isPlacing ? requirePlacing(db, actorId, id) : requireGrantOrLead(db, actorId, id, "teams:update"),
      requireUnchanged(db, sql`(select version::text from ${teams} where id = ${id})`, expectedTags),
      ...(departmentId
        ? [
            requireThat(
              db,
              sql`exists (select from ${departments}
                where id = ${departmentId} and organization_id = ${organizationOfTeam(id)} and not is_deleted)`,
              "notFound",
              "Department not found.",
            ),
          ]
        : []),
    ],
    changed: touch(db, id, { name, description, departmentId }),
    led: leadId === undefined ? [] : setLeads(db, id, leadId),
    team: select(db, id),
  });
  return team[0];
}

const touch = (db: Database, id: string, changes: Record<string, unknown>) =>
  db
    .update(teams)
    .set({ ...changes, ...touched(teams) })
    .where(sql`${teams.id} = ${id}`);

/** Deletes a team. Its members stay members of the organization. */
export async function deleteTeam(db: Database, { actorId, id }: TeamChange): Promise<void> {
  await batch(db, {
    locked: lock(db, id),
    precondition: requireOn(db, actorId, id, ["teams:delete"]),
    emptied: emptyTeams(db, sql`select ${id}::uuid`),
    removed: touch(db, id, deleted),
  });
}

const SORT_KEYS = { username: { by: inOrderOfNames(users.username), type: "text" } } as const;

interface MemberFilter extends PageRequest<keyof typeof SORT_KEYS> {
  actorId: string;
  id: string;
}

/** Lists a page of the members of a team. */
export function listTeamMembers(db: Database, { actorId, id, ...request }: MemberFilter) {
  const ofMember = (column: SQL) =>
    sql`(select ${column} from ${teamMembers} where team_id = ${id} and user_id = ${users}.id)`;
  return selectPage(
    db,
    {
      from: users,
      columns: {
        id: users.id,
        username: users.username,
        first_name: users.firstName,
        last_name: users.lastName,
        is_lead: sql<boolean>`${ofMember(sql`is_lead`)}`.as("is_lead"),
        joined_at: ofMember(sql`joined_at`).mapWith(teamMembers.joinedAt).as("joined_at"),
      },
      keys: SORT_KEYS,
      where: sql`${users.id} in (select user_id from ${teamMembers} where team_id = ${id})`,
    },
    request,
    requireGrantOrLead(db, actorId, id, "teams:read"),
  );
}

/** Returns the statement that adds a member of the organization to a team, or lets a member of the team lead it. */
const addMember = (db: Database, id: string, userId: string, isLead = false) =>
  db.execute(sql`
    insert into ${teamMembers} as m (organization_id, team_id, user_id, is_lead)
    select organization_id, id, ${userId}::uuid, ${isLead} from ${teams} where id = ${id}
    on conflict (team_id, user_id) do update set is_lead = true where not m.is_lead and ${isLead}`);

/** Maximum number of leads of a team: each response about the team has them all. */
const MAX_LEADS = 20;

/** Adds a member to a team, as a lead with `isLead`, and returns the team. */
export async function placeMember(db: Database, { actorId, id }: TeamChange, userId: string, isLead = false) {
  const { team } = await batch(db, {
    locked: lock(db, id),
    precondition: requirePlacing(db, actorId, id),
    added: addMember(db, id, userId, isLead),
    limit: requireThat(
      db,
      sql`(select count(*) <= ${MAX_LEADS} from ${teamMembers} where team_id = ${id} and is_lead)`,
      "ruleViolation",
      `A team can have at most ${MAX_LEADS} leads.`,
    ),
    touched: isLead ? [touch(db, id, {})] : [],
    team: select(db, id),
  });
  return team[0];
}

/** Returns a statement that requires grants in the organization of a live team. */
const requireOn = (db: Database, actorId: string, id: string, grants: readonly OrganizationGrant[]) =>
  requireGrant(db, actorId, { organization: organizationOfTeam(id), grants, absence: TEAM_ABSENT });

const requirePlacing = (db: Database, actorId: string, id: string) =>
  requireOn(db, actorId, id, TO_PLACE_MEMBERS);

/** Removes a member from a team. */
export async function removeTeamMember(
  db: Database,
  { actorId, id }: TeamChange,
  userId: string,
): Promise<void> {
  await batch(db, {
    precondition: requireGrantOrLead(db, actorId, id, "teams:update"),
    removed: requireEffect(
      db,
      sql`(delete from ${teamMembers} where team_id = ${id} and user_id = ${userId} returning user_id)`,
      "notFound",
      "Member not found.",
    ),
  });
}

/** Makes a member the only lead of a team, or with null leaves it without one. */
export async function setTeamLead(db: Database, { actorId, id }: TeamChange, userId: string | null) {
  await batch(db, {
    locked: lock(db, id),
    precondition:
      userId === null ? requireOn(db, actorId, id, ["teams:update"]) : requirePlacing(db, actorId, id),
    led: setLeads(db, id, userId),
    touched: touch(db, id, {}),
  });
}

const setLeads = (db: Database, id: string, userId: string | null) => [
  db.execute(sql`
    update ${teamMembers} set is_lead = false where team_id = ${id} and is_lead and user_id is distinct from ${userId}::uuid`),
  ...(userId === null ? [] : [addMember(db, id, userId, true)]),
];
