import { type SQL, sql } from "drizzle-orm";
import type { OrganizationGrant } from "../core/organization-permissions.ts";
import type { Database } from "./client.ts";

/**
 * Requires that the user `actorId` is a member of `organization` with a role that has all of `grants`, within the scopes of the
 * credential: for routes whose path does not name the organization (`isInBatch` in their declaration). `absence` is the sentence for
 * callers without a membership, and equals that for a record that does not exist. `organization` is an SQL expression of type uuid, such as a
 * subquery; null counts as an organization that does not exist.
 */
export const requireGrant = (
  db: Database,
  actorId: string,
  {
    organization,
    grants,
    absence = "Organization not found.",
  }: { organization: SQL | string; grants: readonly OrganizationGrant[]; absence?: string },
) =>
  db.execute(sql`
    select demand_within(${actorId}, (${organization})::uuid, ${JSON.stringify(grants.map((grant) => [grant]))}::jsonb, ${absence})`);

/**
 * Returns the condition that the user `userId` holds all of `grants` in `organization`, an SQL expression of type text[]: no member gives
 * another one a role with grants that the member does not hold.
 */
export const coversWithin = (userId: SQL | string, organization: SQL | string, grants: SQL): SQL =>
  sql`coalesce(grants_within(${userId}, (${organization})::uuid) @> ${grants}
    and not exists (select from unnest(${grants}) as wanted where not in_scope(wanted)), false)`;

/**
 * Returns the condition that the user `userId` is a member of `organization` with a role that has all of `grants`, within the scopes of
 * the credential.
 */
export const holdsWithin = (
  userId: SQL | string,
  organization: SQL | string,
  grants: readonly OrganizationGrant[],
): SQL => coversWithin(userId, organization, sql`${`{${grants.join(",")}}`}::text[]`);
