import { sql } from "drizzle-orm";
import type { Database } from "../../database/client.ts";
import { permissions, rolePermissions, roles } from "../../database/entities/access.ts";

interface Defaults {
  permissions: { builtin: string; resource: string; action: string; description: string }[];
  roles: { builtin: string; name: string; description: string }[];
  grants: { role: string; permission: string }[];
}

/**
 * Adds the defaults that were never there. What an operator renamed, deleted or took away stays so: rows are known by
 * `builtin`, whatever became of them, and grants are made only where their role or permission is new. Seeding from two
 * places at once is safe. The numbers of permissions and roles added.
 */
export async function insertDefaults(db: Database, defaults: Defaults) {
  const [, addedPermissions, addedRoles] = await db.batch([
    db.execute(sql`select pg_advisory_xact_lock(hashtext('seed'))`),
    db.insert(permissions).values(defaults.permissions).onConflictDoNothing(),
    db.insert(roles).values(defaults.roles).onConflictDoNothing(),
    db.execute(sql`
      insert into ${rolePermissions} (role_id, permission_id)
      select r.id, p.id
      from jsonb_to_recordset(${JSON.stringify(defaults.grants)}::jsonb) as d(role text, permission text)
      join ${roles} r on r.builtin = d.role
      join ${permissions} p on p.builtin = d.permission
      where now()::timestamptz(3) in (r.created_at, p.created_at)
      on conflict do nothing`),
  ]);
  return { permissions: addedPermissions.rowCount, roles: addedRoles.rowCount };
}
