import { canonicalIdentifier } from "../../../core/email-address.ts";
import type { Scope } from "../../../http/context.ts";
import * as repository from "./repository.ts";

/**
 * Gives a user, by username or email, the role with a name, and lets the role grant permissions; or takes both with `revoke`. `create`
 * makes the role and the permissions that are missing. All of it is done, or none. For operators on the command line, whom the database
 * trusts: nothing asks what they hold. Returns how many permissions of the role and roles of the user that changed.
 *
 * @throws AppError RESOURCE_NOT_FOUND
 */
export const changeGrants = (
  { db }: Pick<Scope, "db">,
  { user, ...change }: repository.GrantChange,
): Promise<{ permissions: number; roles: number }> =>
  repository.changeGrants(db, {
    ...change,
    user: user === undefined ? undefined : canonicalIdentifier(user),
  });
