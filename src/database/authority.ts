import { type SQL, sql } from "drizzle-orm";
import { roles, userRoles } from "./tables/access.ts";
import { users } from "./tables/users.ts";

/** Returns the names that the roles with the ids that `roleIds` selects grant, deleted ones too: of type text[]. */
export const grantedBy = (roleIds: SQL) =>
  sql`(select coalesce(array_agg(name), '{}') from unnest(array(${roleIds})) as role, unnest(grants_of_role(role)) as name)`;

/** Returns the names that the live roles of the user with the id `id` grant: of type text[]. */
export const heldBy = (id: SQL | string) =>
  grantedBy(sql`
    select ur.role_id from ${userRoles} ur join ${roles} r on r.id = ur.role_id and not r.is_deleted
    where ur.user_id = ${id}`);

/** The condition that `actorId` has the rank to act on the user `id`: only a superuser does on a superuser. */
export const hasRankOver = (actorId: SQL | string, id: SQL | string) => sql`
  (select bool_or(id = ${actorId} and is_superuser) or not bool_or(id = ${id} and is_superuser)
    from ${users} where id in (${actorId}, ${id}))`;
