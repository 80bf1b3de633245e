import { notFound, unauthenticated } from "../../../core/errors.ts";
import { pageRequest } from "../../../core/page.ts";
import { hashOfApiKey, hintOfApiKey, newApiKey } from "../../../core/security/api-key.ts";
import {
  encodePersonalToken,
  hashOfPersonalToken,
  hintOfPersonalToken,
  newPersonalToken,
} from "../../../core/security/personal-token.ts";
import type { Progress, Spending } from "../../../database/work.ts";
import type { PrincipalScope, Scope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { CreatePersonalToken, PersonalTokenQuery } from "./schemas.ts";

/**
 * A new token of the signed-in user, with its text, which nobody can tell afterwards. Its scopes are among what they
 * hold now; what they lose later, it loses too.
 *
 * @throws AppError PERMISSION_DENIED for a scope that they don't hold, BUSINESS_LOGIC_ERROR for one token too many
 */
export async function createToken({ db, principal }: PrincipalScope, input: CreatePersonalToken) {
  const { expires_in_days: days, format, ...rest } = input;
  const { userId } = principal;
  const { token, ...secret } = format === "wakatime" ? await makeKey() : await makeToken(userId);
  const created = await repository.insertToken(db, { ...rest, ...secret, userId, days });
  if (!created) unauthenticated();
  return { ...withHint(created), token };
}

/** A page of the signed-in user's live tokens. */
export async function listTokens({ db, principal }: PrincipalScope, query: PersonalTokenQuery) {
  const page = await repository.listTokens(db, principal.userId, pageRequest(query));
  return { ...page, items: page.items.map(withHint) };
}

/** Ends a token of the signed-in user from the next request on. @throws AppError RESOURCE_NOT_FOUND, for another's too */
export async function revokeToken({ db, principal }: PrincipalScope, id: string): Promise<void> {
  if (!(await repository.revokeToken(db, principal.userId, id))) notFound("token");
}

/** Removes tokens that ended long ago. */
export const removeDeadTokens = ({ db }: Pick<Scope, "db">, spending: Spending): Promise<Progress> =>
  repository.removeDead(db, spending);

async function makeToken(userId: string) {
  const token = newPersonalToken(userId);
  const secretHash = await hashOfPersonalToken(token);
  return { id: token.id, secretHash, keyHint: null, token: await encodePersonalToken(token) };
}

async function makeKey() {
  const token = newApiKey();
  const secretHash = await hashOfApiKey(token);
  return { id: crypto.randomUUID(), secretHash, keyHint: hintOfApiKey(token), token };
}

const withHint = <Token extends { id: string; key_hint: string | null }>({ key_hint, ...token }: Token) => ({
  ...token,
  format: key_hint === null ? ("personal" as const) : ("wakatime" as const),
  hint: key_hint ?? hintOfPersonalToken(token.id),
});
