import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../database/client.ts";
import { demand } from "../../database/demands.ts";
import { permissions, rolePermissions, roles, userRoles } from "../../database/entities/access.ts";
import { foldCase } from "../../database/entities/names.ts";
import { users } from "../../database/entities/users.ts";
import { isNamed } from "../../database/named.ts";

const userNamed = (name: string) =>
  sql`select id from ${users} where not is_deleted and ${foldCase(name)} in (${foldCase(sql`username`)}, lower(email))
    order by username = ${name} desc, created_at, id limit 1`;
const roleNamed = (name: string) => sql`select id from ${roles} where ${isNamed(roles, name)}`;
const permissionsNamed = (names: readonly string[]) =>
  sql`select id from ${permissions} where not is_deleted
    and name in (select jsonb_array_elements_text(${JSON.stringify(names)}::jsonb))`;

/** Demands that `found` selects a row: `what` says of what, in words for a person. */
const demandFound = (db: Database, found: SQL, what: string) =>
  demand(db, sql`exists (${found})`, "notFound", `There is no ${what}.`);

interface RoleOfUser {
  user: string;
  role: string;
}

/** Gives a user a role, both by name. Whether they did not have it before. */
export const giveRole = (db: Database, { user, role }: RoleOfUser) =>
  changeRole(
    db,
    { user, role },
    sql`insert into ${userRoles} (user_id, role_id)
      select u.id, r.id from (${userNamed(user)}) u, (${roleNamed(role)}) r on conflict do nothing`,
  );

/** Takes a role from a user, both by name. Whether they had it before. */
export const takeRole = (db: Database, { user, role }: RoleOfUser) =>
  changeRole(
    db,
    { user, role },
    sql`delete from ${userRoles} where user_id in (${userNamed(user)}) and role_id in (${roleNamed(role)})`,
  );

async function changeRole(db: Database, { user, role }: RoleOfUser, change: SQL): Promise<boolean> {
  const [, , , { rowCount }] = await db.batch([
    db.execute(sql`${userNamed(user)} for update`),
    demandFound(db, userNamed(user), `user ${user}`),
    demandFound(db, roleNamed(role), `role ${role}`),
    db.execute(change),
    db.execute(sql`
      update ${users} set updated_at = now(), version = version + 1 where id in (${userNamed(user)})`),
  ]);
  return rowCount > 0;
}

interface PermissionsOfRole {
  role: string;
  names: readonly string[];
}

/** Adds the role and the permissions that do not exist yet. */
export async function create(db: Database, { role, names }: PermissionsOfRole): Promise<void> {
  await db.batch([
    db.execute(sql`
      insert into ${roles} (name) select ${role} where not exists (${roleNamed(role)}) on conflict do nothing`),
    db.execute(sql`
      insert into ${permissions} (resource, action)
      select split_part(name, ':', 1), coalesce(nullif(split_part(name, ':', 2), ''), '*')
      from jsonb_array_elements_text(${JSON.stringify(names)}::jsonb) as name
      on conflict do nothing`),
  ]);
}

/** Lets a role grant permissions, all by name. How many it did not grant before. */
export const addPermissions = (db: Database, { role, names }: PermissionsOfRole) =>
  changePermissions(
    db,
    { role, names },
    sql`insert into ${rolePermissions} (role_id, permission_id)
      select r.id, p.id from (${roleNamed(role)}) r, (${permissionsNamed(names)}) p on conflict do nothing`,
  );

/** Takes permissions from a role, all by name. How many it granted before. */
export const removePermissions = (db: Database, { role, names }: PermissionsOfRole) =>
  changePermissions(
    db,
    { role, names },
    sql`delete from ${rolePermissions}
      where role_id in (${roleNamed(role)}) and permission_id in (${permissionsNamed(names)})`,
  );

async function changePermissions(
  db: Database,
  { role, names }: PermissionsOfRole,
  change: SQL,
): Promise<number> {
  const results = await db.batch([
    db.execute(sql`${roleNamed(role)} for update`),
    demandFound(db, roleNamed(role), `role ${role}`),
    demand(
      db,
      sql`(select count(*) = ${new Set(names).size} from (${permissionsNamed(names)}) p)`,
      "notFound",
      `Not all of these permissions exist: ${names.join(", ")}.`,
    ),
    db.execute(change),
    db.execute(sql`
      update ${roles} set updated_at = now(), version = version + 1 where id in (${roleNamed(role)})`),
  ]);
  return results[3].rowCount;
}
