import { type SQL, sql } from "drizzle-orm";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { requireThat, requireUnchanged } from "../../../database/preconditions.ts";
import { deleted, touched } from "../../../database/tables/columns.ts";
import { inOrderOfNames } from "../../../database/tables/names.ts";
import { organizationRoles } from "../../../database/tables/organizations.ts";
import { coversWithin } from "../../../database/within.ts";
import { isRoleOf } from "./statements.ts";

/** Change of a role in an organization, and the ETags of the versions that the caller expects. */
export interface RoleChange {
  actorId: string;
  organizationId: string;
  id: string;
  expectedTags?: readonly string[] | undefined;
}

interface Values {
  name?: string | undefined;
  description?: string | null | undefined;
  grants?: string[] | undefined;
}

/** A role to create. */
interface NewRole {
  name: string;
  description?: string | null | undefined;
  grants: string[];
}

/** The table by its name, which Drizzle leaves out. */
const table = sql`organization_roles`;

const isThis = ({ organizationId, id }: RoleChange) =>
  sql`organization_roles.id = ${id} and ${isRoleOf(table, organizationId)}`;

/** Selects the roles of an organization that meet `condition`. The columns name the table, as Drizzle leaves its name out. */
const selectRoles = (db: Database, organizationId: string, condition: SQL) =>
  db
    .select({
      value: {
        id: organizationRoles.id,
        name: organizationRoles.name,
        description: organizationRoles.description,
        is_builtin: sql<boolean>`organization_roles.builtin is not null`,
        grants: organizationRoles.grants,
        member_count: sql<number>`(
          select count(*)::int from memberships m join users u on u.id = m.user_id and not u.is_deleted
          where m.organization_id = ${organizationId} and m.role_id = organization_roles.id and m.left_at is null)`,
        created_at: organizationRoles.createdAt,
        updated_at: organizationRoles.updatedAt,
      },
      tag: sql<string>`organization_roles.version::text`,
    })
    .from(organizationRoles)
    .where(condition)
    .orderBy(sql`organization_roles.builtin is null`, inOrderOfNames(organizationRoles.name));

/** Lists the roles of an organization: the built-in ones first. There are at most 200 others. */
export const listRoles = (db: Database, organizationId: string) =>
  selectRoles(db, organizationId, isRoleOf(table, organizationId));

/** Finds a role of an organization. */
export const findRole = async (db: Database, change: RoleChange) =>
  (await selectRoles(db, change.organizationId, isThis(change)))[0];

/** Creates a role. It only has grants that the caller holds. */
export async function insertRole(
  db: Database,
  { actorId, organizationId }: Omit<RoleChange, "id">,
  values: NewRole,
) {
  const id = crypto.randomUUID();
  const { role } = await batch(db, {
    precondition: requireCovered(db, { actorId, organizationId }, arrayOf(values.grants)),
    created: db.insert(organizationRoles).values({ id, organizationId, ...values }),
    role: selectRoles(db, organizationId, sql`organization_roles.id = ${id}`),
  });
  return role[0];
}

/** Changes a custom role. The caller must hold its grants, before and after. */
export async function updateRole(db: Database, change: RoleChange, changes: Values) {
  const { role } = await batch(db, {
    preconditions: prepare(db, change),
    precondition: changes.grants ? [requireCovered(db, change, arrayOf(changes.grants))] : [],
    changed: touch(db, change, { ...changes }),
    role: selectRoles(db, change.organizationId, isThis(change)),
  });
  return role[0];
}

/** Deletes a custom role that no member has and no open invitation names. The caller must hold its grants. */
export async function deleteRole(db: Database, change: RoleChange): Promise<void> {
  const isUsed = sql`exists (select from memberships where role_id = ${change.id} and left_at is null)
    or exists (
      select from invitations
      where role_id = ${change.id} and accepted_at is null and declined_at is null and revoked_at is null
        and expires_at > now())`;
  await batch(db, {
    preconditions: prepare(db, change),
    unused: requireThat(
      db,
      sql`not (${isUsed})`,
      "alreadyExists",
      "A member or an invitation has this role. Give them another role first.",
    ),
    removed: touch(db, change, deleted),
  });
}

const prepare = (db: Database, change: RoleChange) =>
  [
    db.execute(sql`select from organization_roles where ${isThis(change)} for update`),
    requireThat(
      db,
      sql`exists (select from organization_roles where ${isThis(change)})`,
      "notFound",
      "Role not found.",
    ),
    requireThat(
      db,
      sql`exists (select from organization_roles where ${isThis(change)} and builtin is null)`,
      "ruleViolation",
      "A built-in role cannot be changed. Create another role.",
    ),
    requireCovered(db, change, sql`(select grants from organization_roles where ${isThis(change)})`),
    requireUnchanged(
      db,
      sql`(select version::text from organization_roles where ${isThis(change)})`,
      change.expectedTags,
    ),
  ] as const;

/** Requires that the caller holds `grants`, an SQL expression of type text[]. */
const requireCovered = (
  db: Database,
  { actorId, organizationId }: Pick<RoleChange, "actorId" | "organizationId">,
  grants: SQL,
) =>
  requireThat(
    db,
    coversWithin(actorId, organizationId, grants),
    "forbidden",
    "You cannot create or change a role with grants that you do not hold.",
  );

const arrayOf = (grants: readonly string[]) => sql`${`{${grants.join(",")}}`}::text[]`;

const touch = (db: Database, change: RoleChange, changes: Record<string, unknown>) =>
  db
    .update(organizationRoles)
    .set({ ...changes, ...touched(organizationRoles) })
    .where(sql`${isThis(change)} and organization_roles.builtin is null`);
