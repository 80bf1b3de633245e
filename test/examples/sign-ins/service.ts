import { notFound } from "../../../src/core/errors.ts";
import type { PrincipalScope } from "../../../src/http/context.ts";
import * as repository from "./repository.ts";

/** Returns the latest sign-ins of the user `ownerId`, by default the caller. */
export const listSignIns = ({ db, principal }: PrincipalScope, ownerId = principal.userId) =>
  repository.listSignIns(db, ownerId);

/** Returns one of the caller's sign-ins. @throws AppError RESOURCE_NOT_FOUND, also for another user's sign-in */
export async function getSignIn({ db, principal }: PrincipalScope, id: string) {
  const found = await repository.findSignIn(db, principal.userId, id);
  if (!found) notFound("sign-in");
  return found;
}
