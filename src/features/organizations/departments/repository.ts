import { sql } from "drizzle-orm";
import type { OrganizationGrant } from "../../../core/organization-permissions.ts";
import type { PageRequest } from "../../../core/page.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { byNameOrAge, selectPage } from "../../../database/keyset-pagination.ts";
import { requireEffect, requireThat, requireUnchanged } from "../../../database/preconditions.ts";
import { deleted, touched } from "../../../database/tables/columns.ts";
import {
  departmentManagers,
  departments,
  teamMembers,
  teams,
} from "../../../database/tables/organizations.ts";
import { users } from "../../../database/tables/users.ts";
import { requireGrant } from "../../../database/within.ts";
import {
  emptyTeams,
  type Person,
  personOf,
  readableOrganizations,
  TO_PLACE_MEMBERS,
} from "../teams/statements.ts";

const columns = {
  id: departments.id,
  organization_id: departments.organizationId,
  name: departments.name,
  description: departments.description,
  team_count: sql<number>`(
    select count(*)::int from ${teams} t
    where t.organization_id = ${departments}.organization_id and t.department_id = ${departments}.id and not t.is_deleted)`.as(
    "team_count",
  ),
  member_count: sql<number>`(
    select count(distinct tm.user_id)::int from ${teams} t join ${teamMembers} tm on tm.team_id = t.id
    where t.organization_id = ${departments}.organization_id and t.department_id = ${departments}.id and not t.is_deleted)`.as(
    "member_count",
  ),
  managers: sql<Person[]>`(
    select coalesce(jsonb_agg(${personOf(sql`u`)} order by dm.created_at, u.id), '[]')
    from ${departmentManagers} dm join ${users} u on u.id = dm.user_id
    where dm.department_id = ${departments}.id)`.as("managers"),
  created_at: departments.createdAt,
  updated_at: departments.updatedAt,
};

const keys = byNameOrAge(departments);

interface Filter extends PageRequest<keyof typeof keys> {
  actorId: string;
  organizationId?: string | undefined;
}

/** Lists a page of the departments that a user may read, in all organizations or in one. */
export function listDepartments(db: Database, { actorId, organizationId, ...request }: Filter) {
  const where = sql`not ${departments.isDeleted} and ${
    organizationId === undefined
      ? sql`${departments.organizationId} in ${readableOrganizations(actorId)}`
      : sql`${departments.organizationId} = ${organizationId}`
  }`;
  return selectPage(
    db,
    { from: departments, columns, keys, where },
    request,
    organizationId === undefined
      ? undefined
      : requireGrant(db, actorId, { organization: organizationId, grants: ["teams:read"] }),
  );
}

/** Returns the organization of a live department, as a subquery. */
const organizationOf = (id: string) =>
  sql`(select organization_id from ${departments} where id = ${id} and not is_deleted)`;

/** Returns a statement that requires grants in the organization of a live department. */
const requireOn = (db: Database, { actorId, id }: DepartmentChange, grants: readonly OrganizationGrant[]) =>
  requireGrant(db, actorId, { organization: organizationOf(id), grants, absence: "Department not found." });

const select = (db: Database, id: string) =>
  db
    .select({ value: columns, tag: sql<string>`${departments}.version::text` })
    .from(departments)
    .where(sql`${departments.id} = ${id} and not ${departments.isDeleted}`);

/** Finds a live department that a user may read. */
export async function findDepartment(db: Database, actorId: string, id: string) {
  const { department } = await batch(db, {
    precondition: requireOn(db, { actorId, id }, ["teams:read"]),
    department: select(db, id),
  });
  return department[0];
}

/** Inserts a department. */
export async function insertDepartment(
  db: Database,
  actorId: string,
  department: { organizationId: string; name: string; description?: string | null | undefined },
) {
  const id = crypto.randomUUID();
  const { created } = await batch(db, {
    precondition: requireGrant(db, actorId, {
      organization: department.organizationId,
      grants: ["teams:create"],
    }),
    inserted: db.insert(departments).values({ id, ...department }),
    created: select(db, id),
  });
  return created[0];
}

interface DepartmentChange {
  actorId: string;
  id: string;
  expectedTags?: readonly string[] | undefined;
}

/** Locks a department, so that concurrent changes of it run one after the other, and no team is added while it is deleted. */
const lock = (db: Database, id: string) =>
  db.execute(sql`select from ${departments} where id = ${id} for update`);

const touch = (db: Database, id: string, changes: Record<string, unknown>) =>
  db
    .update(departments)
    .set({ ...changes, ...touched(departments) })
    .where(sql`${departments.id} = ${id}`);

/** Updates a department. Undefined fields stay as they are. */
export async function updateDepartment(
  db: Database,
  change: DepartmentChange,
  changes: { name?: string | undefined; description?: string | null | undefined },
) {
  const { id, expectedTags } = change;
  const { department } = await batch(db, {
    locked: lock(db, id),
    preconditions: [
      requireOn(db, change, ["teams:update"]),
      requireUnchanged(db, sql`(select version::text from ${departments} where id = ${id})`, expectedTags),
    ],
    changed: touch(db, id, changes),
    department: select(db, id),
  });
  return department[0];
}

/** Deletes a department; if `isCascade`, with its teams. */
export async function deleteDepartment(
  db: Database,
  change: DepartmentChange,
  isCascade: boolean,
): Promise<void> {
  const { id } = change;
  const itsTeams = sql`${teams}.department_id = ${id} and ${teams}.organization_id = ${organizationOf(id)} and not ${teams}.is_deleted`;
  await batch(db, {
    locked: lock(db, id),
    preconditions: [
      requireOn(db, change, ["teams:delete"]),
      requireThat(
        db,
        isCascade ? sql`true` : sql`not exists (select from ${teams} where ${itsTeams})`,
        "alreadyExists",
        "This department has teams. Move or delete them first, or repeat the request with cascade=true.",
      ),
    ],
    emptied: emptyTeams(db, sql`select id from ${teams} where ${itsTeams}`),
    removedTeams: db
      .update(teams)
      .set({ ...deleted, ...touched(teams) })
      .where(itsTeams),
    managers: db.execute(sql`delete from ${departmentManagers} where department_id = ${id}`),
    removed: touch(db, id, deleted),
  });
}

/** Maximum number of managers of a department: each response about the department has them all. */
const MAX_MANAGERS = 20;

/** Makes a member of the organization a manager of a department. */
export async function addManager(db: Database, change: DepartmentChange, userId: string) {
  const { id } = change;
  const { department } = await batch(db, {
    locked: lock(db, id),
    precondition: requireOn(db, change, TO_PLACE_MEMBERS),
    added: db.execute(sql`
      insert into ${departmentManagers} (organization_id, department_id, user_id)
      select organization_id, id, ${userId}::uuid from ${departments} where id = ${id}
      on conflict do nothing`),
    limit: requireThat(
      db,
      sql`(select count(*) <= ${MAX_MANAGERS} from ${departmentManagers} where department_id = ${id})`,
      "ruleViolation",
      `A department can have at most ${MAX_MANAGERS} managers.`,
    ),
    touched: touch(db, id, {}),
    department: select(db, id),
  });
  return department[0];
}

/** Removes a manager from a department. */
export async function removeManager(db: Database, change: DepartmentChange, userId: string): Promise<void> {
  const { id } = change;
  await batch(db, {
    locked: lock(db, id),
    precondition: requireOn(db, change, ["teams:update"]),
    removed: requireEffect(
      db,
      sql`(delete from ${departmentManagers} where department_id = ${id} and user_id = ${userId} returning user_id)`,
      "notFound",
      "Manager not found.",
    ),
    touched: touch(db, id, {}),
  });
}
