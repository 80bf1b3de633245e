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
 * Creates a token of the current user, and returns it with its text, which is not stored. Its scopes are limited to the
 * permissions that the user holds; if the user loses a permission, the token loses it too.
 *
 * @throws AppError PERMISSION_DENIED for a scope that the user doesn't hold, BUSINESS_LOGIC_ERROR at the maximum number of tokens
 */
export async function createToken({ db, principal }: PrincipalScope, input: CreatePersonalToken) {
  const { expires_in_days: days, format, ...rest } = input;
  const { userId } = principal;
  const { token, ...secret } = format === "wakatime" ? await makeKey() : await makeToken(userId);
  const created = await repository.insertToken(db, { ...rest, ...secret, userId, days });
  if (!created) unauthenticated();
  return { ...withHint(created), token };
}

/** Lists a page of the current user's live tokens. */
export async function listTokens({ db, principal }: PrincipalScope, query: PersonalTokenQuery) {
  const page = await repository.listTokens(db, principal.userId, pageRequest(query));
  return { ...page, items: page.items.map(withHint) };
}

/** Revokes a token of the current user. @throws AppError RESOURCE_NOT_FOUND, also for a token of another user */
export async function revokeToken({ db, principal }: PrincipalScope, id: string): Promise<void> {
  if (!(await repository.revokeToken(db, principal.userId, id))) notFound("token");
}

/** Removes tokens that ended long ago. */
export const removeDeadTokens = ({ db }: Pick<Scope, "db">, spending: Spending): Promise<Progress> =>
  repository.removeDeadTokens(db, spending);

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
