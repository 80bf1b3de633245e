import type { Settings } from "../../../core/config.ts";
import { AppError, notFound, unauthenticated } from "../../../core/errors.ts";
import { type Assertion, readAssertion } from "../../../core/security/passkey.ts";
import { hashOfRecoveryCode, newRecoveryCodes } from "../../../core/security/recovery-code.ts";
import { seal, sealPrefix, unseal } from "../../../core/security/sealing.ts";
import { newTotpSecret, otpauthUri, stepOfCode } from "../../../core/security/totp.ts";
import type { Progress, Spending } from "../../../database/work.ts";
import type { PrincipalScope, Scope } from "../../../http/context.ts";
import * as messages from "../email/messages.ts";
import { tell } from "../email/service.ts";
import * as repository from "./repository.ts";
import type { Method } from "./schemas.ts";
import type { EnrolledPasskey, Proof } from "./statements.ts";

/** What the signed-in user has enrolled. */
export async function listFactors({ db, principal }: PrincipalScope) {
  const {
    confirmedAt = null,
    passkeys = 0,
    recoveryCodesLeft = 0,
  } = (await repository.selectFactors(db, principal.userId)) ?? {};
  return {
    totp: confirmedAt && { confirmed_at: confirmedAt.toISOString() },
    passkeys,
    recovery_codes_left: recoveryCodesLeft,
  };
}

/**
 * A new secret for an authenticator app. It counts once a code of it has confirmed it.
 *
 * @throws AppError RESOURCE_ALREADY_EXISTS if the user has an app that counts
 */
export async function beginTotp({ db, settings, principal }: PrincipalScope) {
  const { userId } = principal;
  const secret = newTotpSecret();
  const sealed = await seal(settings, secret, contextOf(userId));
  const username = await repository.beginTotp(db, userId, sealed);
  // The guard has just seen the account: it can only have been deleted in this instant.
  if (username === undefined) unauthenticated();
  return { secret, otpauth_uri: otpauthUri(secret, { issuer: settings.APP_NAME, account: username }) };
}

/**
 * Confirms an enrolment by a code of it: from now on a sign-in takes more than the password. New recovery codes, unless the
 * user has some.
 *
 * @throws AppError RESOURCE_NOT_FOUND, INVALID_CODE
 */
export async function confirmTotp({ db, settings, principal }: PrincipalScope, code: string) {
  const { userId } = principal;
  const sealedSecret = await repository.selectUnconfirmed(db, userId);
  if (sealedSecret === undefined) notFound("pending enrollment");
  const step = await stepOf(settings, userId, { sealedSecret, code });
  if (step === undefined) throw new AppError("INVALID_CODE");
  const { codes, hashes } = await newRecoveryCodes();
  const enrolment = { userId, sealedSecret, step, codeHashes: hashes };
  return (await repository.confirmTotp(db, enrolment)) ? codes : [];
}

/** Removes the signed-in user's authenticator app. @throws AppError RESOURCE_NOT_FOUND */
export const removeTotp = ({ db, principal }: PrincipalScope): Promise<void> =>
  repository.removeTotp(db, principal.userId);

/** New recovery codes for the signed-in user; the old ones end. @throws AppError BUSINESS_LOGIC_ERROR without a factor */
export async function renewRecoveryCodes({ db, principal }: PrincipalScope) {
  const { codes, hashes } = await newRecoveryCodes();
  await repository.renewRecoveryCodes(db, principal.userId, hashes);
  return codes;
}

/**
 * Removes every factor of a user who lost them, and signs them out everywhere: for administrators who made sure who asks
 * (OWASP ASVS 5.0 6.4.4, 6.5.6). The user is told by mail.
 *
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED for a superuser and for a user with administrative permissions that the
 * caller does not hold
 */
export async function resetFactors(scope: PrincipalScope, id: string): Promise<void> {
  const { removed, email } = await repository.resetFactors(scope.db, { actorId: scope.principal.userId, id });
  if (removed > 0 && email) tell(scope, email, messages.factorsRemoved);
}

/** What a user may give beside the password. */
export interface Given {
  code?: string | undefined;
  recovery_code?: string | undefined;
  /** What the browser says of a passkey, how it is to be judged. */
  passkey?: { assertion: Assertion; challenge: string; verified: boolean } | undefined;
}

/** What of a user's factors it takes to judge a code. */
export interface Enrolled {
  userId: string;
  /** Null without an authenticator app. */
  sealedSecret: string | null;
  recoveryCodes: string[];
  passkeys: EnrolledPasskey[];
}

/** What the audit log calls the use of a passkey by a copy of its authenticator. */
export const COPIED = "passkey.copied";

/**
 * What `given` proves; COPIED if it gives away a copy, undefined if it is nothing. Whether it was used before is for the
 * statement that uses it up to say.
 */
export async function verifyProof(
  settings: Settings,
  enrolled: Enrolled,
  given: Given,
): Promise<Proof | typeof COPIED | undefined> {
  const { userId, sealedSecret, recoveryCodes, passkeys } = enrolled;
  if (given.passkey) {
    const { assertion, challenge, verified } = given.passkey;
    const passkey = passkeys.find(({ credentialId }) => credentialId === assertion.id);
    const use = passkey && (await readAssertion(settings, assertion, passkey, { challenge, verified }));
    return use === "copied" ? COPIED : use && { kind: "passkey", id: passkey.id, ...use };
  }
  if (given.recovery_code !== undefined) {
    const hash = await hashOfRecoveryCode(given.recovery_code);
    return recoveryCodes.includes(hash) ? { kind: "recovery_code", hash } : undefined;
  }
  if (given.code === undefined || sealedSecret === null) return undefined;
  const step = await stepOf(settings, userId, { sealedSecret, code: given.code });
  return step === undefined ? undefined : { kind: "totp", step };
}

/** By what a user can prove more than the password; empty if the password is all there is. */
export function methodsOf({
  sealedSecret,
  recoveryCodes,
  passkeys,
}: Pick<Enrolled, "sealedSecret" | "recoveryCodes" | "passkeys">): Method[] {
  const methods: Method[] = [];
  if (sealedSecret !== null) methods.push("totp");
  if (passkeys.length > 0) methods.push("passkey");
  if (methods.length > 0 && recoveryCodes.length > 0) methods.push("recovery_code");
  return methods;
}

const RESEALED_AT_ONCE = 200;

/**
 * Seals with the current key what the previous one sealed, so that this can be forgotten. Does nothing while there is no
 * previous one.
 */
export async function resealFactors({ db, settings }: Scope, spending: Spending): Promise<Progress> {
  if (!settings.AUTH_SECRET_PREVIOUS) return { done: 0 };
  const prefix = await sealPrefix(settings);
  let done = 0;
  for (let after = NOBODY; ; ) {
    const found = await repository.selectSealedOtherwise(db, prefix, after, RESEALED_AT_ONCE);
    const resealed = await Promise.all(found.map((factor) => reseal(settings, factor)));
    done += await repository.replaceSealed(db, resealed.flat());
    spending.spend(found.length);
    const last = found.at(-1);
    if (!last || found.length < RESEALED_AT_ONCE) return { done };
    if (spending.isSpent()) return { done, left: await repository.countSealedOtherwise(db, prefix) };
    after = last.userId;
  }
}

/**
 * Returns none if the secret can't be opened, or can't be opened again from its new form: a secret that is lost locks its owner out,
 * until an administrator removes it.
 */
async function reseal(
  settings: Settings,
  { userId, sealedSecret }: { userId: string; sealedSecret: string },
): Promise<repository.Resealed[]> {
  const secret = await unseal(settings, sealedSecret, contextOf(userId));
  if (secret === undefined) return [];
  const resealed = await seal(settings, secret, contextOf(userId));
  const isKept = (await unseal(settings, resealed, contextOf(userId))) === secret;
  return isKept ? [{ userId, sealedSecret, resealed }] : [];
}

const NOBODY = "00000000-0000-0000-0000-000000000000";

/** A secret opens for the user that it was sealed for, and for nobody else. */
const contextOf = (userId: string) => `totp:${userId}`;

async function stepOf(
  settings: Settings,
  userId: string,
  { sealedSecret, code }: { sealedSecret: string; code: string },
): Promise<number | undefined> {
  const secret = await unseal(settings, sealedSecret, contextOf(userId));
  return secret === undefined ? undefined : stepOfCode(secret, code);
}
