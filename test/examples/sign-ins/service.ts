import { notFound } from "../../../src/core/errors.ts";
import type { PrincipalScope } from "../../../src/http/context.ts";
import * as repository from "./repository.ts";

/** The latest sign-ins of the user `ownerId`; of the caller, unless another is named. */
export const listSignIns = ({ db, principal }: PrincipalScope, ownerId = principal.userId) =>
  repository.listSignIns(db, ownerId);

/** One of the caller's own sign-ins. @throws AppError RESOURCE_NOT_FOUND, for another's too */
export async function getSignIn({ db, principal }: PrincipalScope, id: string) {
  const found = await repository.findSignIn(db, principal.userId, id);
  if (!found) notFound("sign-in");
  return found;
}
