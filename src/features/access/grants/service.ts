import { canonicalIdentifier } from "../../../core/email-address.ts";
import type { Scope } from "../../../http/context.ts";
import * as repository from "./repository.ts";

/**
 * Grants a role to a user, and permissions to the role, or revokes both with `revoke`. `create` creates a missing role and missing
 * permissions. The change is atomic. It is for operators on the command line, whom the database trusts: it checks no permissions. Returns
 * the number of permissions of the role and of roles of the user that changed.
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
