import { AppError, notFound, unauthenticated } from "../../../core/errors.ts";
import { hashOfOneTimeToken } from "../../../core/security/one-time-token.ts";
import { creationOptions, readRegistration } from "../../../core/security/passkey.ts";
import { isPasskeyChallenge, newPasskeyChallenge } from "../../../core/security/passkey-challenge.ts";
import { type Principal, sessionIdOf } from "../../../core/security/principal.ts";
import { newRecoveryCodes } from "../../../core/security/recovery-code.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import * as messages from "../email/messages.ts";
import { sendMailLater } from "../email/service.ts";
import * as repository from "./repository.ts";
import type { CreatePasskey } from "./schemas.ts";

/**
 * Returns the options that the current user's browser needs to create a passkey.
 *
 * @throws AppError BUSINESS_LOGIC_ERROR if the user has the maximum number of passkeys
 */
export async function beginPasskey({ db, settings, principal }: PrincipalScope) {
  const { userId } = principal;
  const user = await repository.selectUser(db, userId);
  if (!user) unauthenticated();
  const { username, firstName, lastName, passkeys } = user;
  const displayName = [firstName, lastName].filter(Boolean).join(" ") || username;
  const challenge = await newPasskeyChallenge(settings, registrationIn(principal));
  return creationOptions(settings, challenge, { id: userId, username, displayName, passkeys });
}

/**
 * Stores the passkey that the current user's browser created, and notifies the user by mail, since it signs in without the
 * password. Returns the passkey with new recovery codes, or none if the user already has some.
 *
 * @throws AppError INVALID_PASSKEY, RESOURCE_ALREADY_EXISTS, BUSINESS_LOGIC_ERROR
 */
export async function createPasskey(scope: PrincipalScope, { name, credential }: CreatePasskey) {
  const { db, settings, principal } = scope;
  const read = await readRegistration(settings, credential);
  if (!read) throw new AppError("INVALID_PASSKEY");
  const { challenge: text, ...passkey } = read;
  const challenge = {
    hash: await hashOfOneTimeToken(text),
    isOpen: await isPasskeyChallenge(settings, text, registrationIn(principal)),
  };
  const { codes, hashes: codeHashes } = await newRecoveryCodes();
  const newPasskey = { ...passkey, name, userId: principal.userId };
  const added = await repository.insertPasskey(db, newPasskey, { challenge, codeHashes });
  if (!added) unauthenticated();
  sendMailLater(scope, added.email, messages.passkeyAdded);
  return { ...added.created, recovery_codes: added.hasNewCodes ? codes : [] };
}

/** Lists the current user's passkeys. */
export const listPasskeys = ({ db, principal }: PrincipalScope) =>
  repository.listPasskeys(db, principal.userId);

/** Renames a passkey of the current user. @throws AppError RESOURCE_NOT_FOUND, also for a passkey of another user */
export async function renamePasskey({ db, principal }: PrincipalScope, id: string, name: string) {
  const renamed = await repository.renamePasskey(db, { userId: principal.userId, id }, name);
  if (!renamed) notFound("passkey");
  return renamed;
}

/** Removes a passkey of the current user. @throws AppError RESOURCE_NOT_FOUND, also for a passkey of another user */
export const removePasskey = ({ db, principal }: PrincipalScope, id: string): Promise<void> =>
  repository.removePasskey(db, { userId: principal.userId, id });

const registrationIn = (principal: Principal) => ({
  purpose: "register" as const,
  sessionId: sessionIdOf(principal),
});
