import { sql } from "drizzle-orm";
import type { Database } from "../../../database/client.ts";
import { permissions, rolePermissions, roles, userRoles } from "../../../database/tables/access.ts";
import { users } from "../../../database/tables/users.ts";

/** The permissions of a user, as the API shows them. */
export type OwnPermissions = { permissions: string[]; is_superuser: boolean };

/** Relation of the scopes of the current personal token, as the guard stored them. */
const scopes = sql`jsonb_array_elements_text(nullif(current_setting('guard.scopes', true), '')::jsonb) as scope`;

/** Relation of users and the permissions that their roles grant. */
export const grants = sql`(
  select ur.user_id, p.name from ${userRoles} ur
    join ${roles} r on r.id = ur.role_id and not r.is_deleted
    join ${rolePermissions} rp on rp.role_id = r.id
    join ${permissions} p on p.id = rp.permission_id and not p.is_deleted) as granted`;

/**
 * Selects the permissions that a live user holds and may use with the current credential, and their ETag. A superuser holds `*`. If a
 * permission and a scope overlap, the narrower of the two counts.
 */
export const selectHeldPermissions = (db: Database, userId: string) =>
  db.execute<OwnPermissions & { tag: string }>(sql`
    select usable.names as permissions, usable.is_superuser, md5(usable.is_superuser || usable.names::text) as tag
      from ${users} u
     cross join lateral (
       select u.is_superuser and in_scope('*') as is_superuser,
              coalesce(array_agg(distinct name collate "C" order by name collate "C"), '{}') as names
         from (
           select name from (
             select name from ${grants} where user_id = u.id union select '*' where u.is_superuser) as held
            where in_scope(name)
           union
           select scope from ${scopes} where holds_all(u.id, array[scope])
         ) as either
     ) as usable
     where u.id = ${userId} and not u.is_deleted`);
