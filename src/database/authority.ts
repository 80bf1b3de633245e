import { type SQL, sql } from "drizzle-orm";

/** Returns the names that the roles with the ids that `roleIds` selects grant, deleted ones too: of type text[]. */
export const grantedBy = (roleIds: SQL) =>
  sql`(select coalesce(array_agg(name), '{}') from unnest(array(${roleIds})) as role, unnest(grants_of_role(role)) as name)`;

/** Returns the names that the live roles of the user with the id `id` grant: of type text[]. */
export const heldBy = (id: SQL | string) => sql`grants_of_user(${id})`;

/** The condition that `actorId` has the rank to act on the user `id`: only a superuser does on a superuser. */
export const hasRankOver = (actorId: SQL | string, id: SQL | string) => sql`has_rank_over(${actorId}, ${id})`;
