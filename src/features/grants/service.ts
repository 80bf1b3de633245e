import type { Scope } from "../../core/context.ts";
import { canonicalIdentifier } from "../../core/email-address.ts";
import * as repository from "./repository.ts";

/**
 * Gives a user, by username or email, the role with a name, or takes it with `revoke`. For operators on the command line, whom the
 * database trusts: nothing asks what they hold. Returns whether that changed anything.
 *
 * @throws AppError RESOURCE_NOT_FOUND
 */
export const grantRole = (
  { db }: Pick<Scope, "db">,
  { revoke, user, role }: { user: string; role: string; revoke: boolean },
): Promise<boolean> =>
  (revoke ? repository.takeRole : repository.giveRole)(db, { user: canonicalIdentifier(user), role });

/**
 * Lets the role with a name grant the permissions `names`, or takes them with `revoke`; `create` makes what is missing. For
 * operators, as `grantRole` is. Returns how many permissions that changed.
 *
 * @throws AppError RESOURCE_NOT_FOUND
 */
export async function grantPermissions(
  { db }: Pick<Scope, "db">,
  { revoke, create, ...grant }: { role: string; names: string[]; revoke: boolean; create: boolean },
): Promise<number> {
  if (revoke) return repository.removePermissions(db, grant);
  if (create) await repository.create(db, grant);
  return repository.addPermissions(db, grant);
}
