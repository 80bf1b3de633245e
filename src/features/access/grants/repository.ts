import { sql } from "drizzle-orm";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { isNamed } from "../../../database/named.ts";
import { requireThat } from "../../../database/preconditions.ts";
import { permissions, rolePermissions, roles, userRoles } from "../../../database/tables/access.ts";
import { users } from "../../../database/tables/users.ts";
import { userNamed } from "./statements.ts";

const roleNamed = (name: string) => sql`select id from ${roles} where ${isNamed(roles, name)}`;
const permissionsNamed = (names: readonly string[]) =>
  sql`select id from ${permissions} where not is_deleted
    and name in (select jsonb_array_elements_text(${JSON.stringify(names)}::jsonb))`;

/** Roles and permissions to grant, or to revoke with `revoke`. */
export interface GrantChange {
  /** Username or email of the user who gets the role. */
  user: string | undefined;
  role: string;
  /** Names of the permissions that the role grants. */
  names: readonly string[];
  revoke: boolean;
  /** Creates a missing role and missing permissions. */
  create: boolean;
}

/** Applies a change as a whole, or nothing if something that it names is missing. Returns the number of changed rows of each kind. */
export async function changeGrants(db: Database, { user, role, names, revoke, create }: GrantChange) {
  const account = user === undefined ? sql`select null::uuid as id where false` : userNamed(user);
  const { permissions: given, roles: assigned } = await batch(db, {
    locked: db.execute(sql`select from ${users} where id in (${account}) for update`),
    precondition: requireThat(
      db,
      sql`${user === undefined} or exists (${account})`,
      "notFound",
      `User ${user} not found.`,
    ),
    created: [
      db.execute(sql`
      insert into ${roles} (name) select ${role}::text where ${create} and not exists (${roleNamed(role)}) on conflict do nothing`),
      db.execute(sql`
      insert into ${permissions} (resource, action)
      select split_part(name, ':', 1), coalesce(nullif(split_part(name, ':', 2), ''), '*')
      from jsonb_array_elements_text(${JSON.stringify(names)}::jsonb) as name where ${create}
      on conflict do nothing`),
    ],
    lockedRole: db.execute(sql`${roleNamed(role)} for update`),
    preconditions: [
      requireThat(db, sql`exists (${roleNamed(role)})`, "notFound", `Role ${role} not found.`),
      requireThat(
        db,
        sql`(select count(*) = ${new Set(names).size} from (${permissionsNamed(names)}) p)`,
        "notFound",
        `Some of these permissions do not exist: ${names.join(", ")}.`,
      ),
    ],
    permissions: db.execute(
      revoke
        ? sql`delete from ${rolePermissions}
            where role_id in (${roleNamed(role)}) and permission_id in (${permissionsNamed(names)})`
        : sql`insert into ${rolePermissions} (role_id, permission_id)
            select r.id, p.id from (${roleNamed(role)}) r, (${permissionsNamed(names)}) p on conflict do nothing`,
    ),
    touchedRole: db.execute(sql`
      update ${roles} set updated_at = now(), version = version + 1 where ${names.length > 0} and id in (${roleNamed(role)})`),
    roles: db.execute(
      revoke
        ? sql`delete from ${userRoles} where user_id in (${account}) and role_id in (${roleNamed(role)})`
        : sql`insert into ${userRoles} (user_id, role_id)
            select u.id, r.id from (${account}) u, (${roleNamed(role)}) r on conflict do nothing`,
    ),
    touchedUser: db.execute(
      sql`update ${users} set updated_at = now(), version = version + 1 where id in (${account})`,
    ),
  });
  return { permissions: given.rowCount, roles: assigned.rowCount };
}
