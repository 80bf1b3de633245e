import { type SQL, sql } from "drizzle-orm";

/** Returns the permission names (text[]) that the roles selected by `roleIds` grant, including deleted roles. */
export const grantedBy = (roleIds: SQL) =>
  sql`(select coalesce(array_agg(name), '{}') from unnest(array(${roleIds})) as role, unnest(grants_of_role(role)) as name)`;

/** Returns the permission names (text[]) that the live roles of the user `id` grant. */
export const heldBy = (id: SQL | string) => sql`grants_of_user(${id})`;

/** Returns the condition that `actorId` has the rank to act on the user `id`: only a superuser can act on a superuser. */
export const hasRankOver = (actorId: SQL | string, id: SQL | string) => sql`has_rank_over(${actorId}, ${id})`;
