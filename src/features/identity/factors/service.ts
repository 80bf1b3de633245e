import type { Settings } from "../../../core/config.ts";
import { AppError, notFound, unauthenticated } from "../../../core/errors.ts";
import { type Assertion, readAssertion } from "../../../core/security/passkey.ts";
import { hashOfRecoveryCode, newRecoveryCodes } from "../../../core/security/recovery-code.ts";
import { seal, sealPrefix, unseal } from "../../../core/security/sealing.ts";
import { newTotpSecret, otpauthUri, stepOfCode } from "../../../core/security/totp.ts";
import type { Progress, Spending } from "../../../database/work.ts";
import type { PrincipalScope, Scope } from "../../../http/context.ts";
import * as messages from "../email/messages.ts";
import { sendMailLater } from "../email/service.ts";
import * as repository from "./repository.ts";
import type { Method } from "./schemas.ts";
import type { EnrolledPasskey, Proof } from "./statements.ts";

/** Returns the second factors of the current user. */
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
 * Returns a new secret for an authenticator app, which becomes a factor once a code confirms it.
 *
 * @throws AppError RESOURCE_ALREADY_EXISTS if the user has a confirmed app
 */
export async function beginTotp({ db, settings, principal }: PrincipalScope) {
  const { userId } = principal;
  const secret = newTotpSecret();
  const sealed = await seal(settings, secret, contextOf(userId));
  const username = await repository.beginTotp(db, userId, sealed);
  // The guard found the account, so it was deleted since then.
  if (username === undefined) unauthenticated();
  return { secret, otpauth_uri: otpauthUri(secret, { issuer: settings.APP_NAME, account: username }) };
}

/**
 * Confirms an authenticator app with one of its codes, so that a sign-in requires a second factor. Returns new recovery codes,
 * or none if the user already has some.
 *
 * @throws AppError RESOURCE_NOT_FOUND, INVALID_CODE
 */
export async function confirmTotp({ db, settings, principal }: PrincipalScope, code: string) {
  const { userId } = principal;
  const sealedSecret = await repository.selectUnconfirmed(db, userId);
  if (sealedSecret === undefined) notFound("unconfirmed authenticator app");
  const step = await stepOf(settings, userId, { sealedSecret, code });
  if (step === undefined) throw new AppError("INVALID_CODE");
  const { codes, hashes } = await newRecoveryCodes();
  const enrolment = { userId, sealedSecret, step, codeHashes: hashes };
  return (await repository.confirmTotp(db, enrolment)) ? codes : [];
}

/** Removes the current user's authenticator app. @throws AppError RESOURCE_NOT_FOUND */
export const removeTotp = ({ db, principal }: PrincipalScope): Promise<void> =>
  repository.removeTotp(db, principal.userId);

/** Replaces the current user's recovery codes and returns the new ones. @throws AppError BUSINESS_LOGIC_ERROR without a factor */
export async function renewRecoveryCodes({ db, principal }: PrincipalScope) {
  const { codes, hashes } = await newRecoveryCodes();
  await repository.renewRecoveryCodes(db, principal.userId, hashes);
  return codes;
}

/**
 * Removes all factors of a user who lost them, and ends all their sessions: for administrators who have verified the user's
 * identity (OWASP ASVS 5.0 6.4.4, 6.5.6). Notifies the user by mail.
 *
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED for a superuser and for a user with administrative permissions that the
 * caller does not hold
 */
export async function resetFactors(scope: PrincipalScope, id: string): Promise<void> {
  const { removed, email } = await repository.resetFactors(scope.db, { actorId: scope.principal.userId, id });
  if (removed > 0 && email) sendMailLater(scope, email, messages.factorsRemoved);
}

/** Proof of a second factor, as a user submits it. */
export interface SubmittedProof {
  code?: string | undefined;
  recovery_code?: string | undefined;
  /** The browser's assertion, the challenge that the assertion must answer, and whether it must prove user verification. */
  passkey?: { assertion: Assertion; challenge: string; verified: boolean } | undefined;
}

/** A user's factors, as verification needs them. */
export interface EnrolledFactors {
  userId: string;
  /** Null without an authenticator app. */
  sealedSecret: string | null;
  recoveryCodes: string[];
  passkeys: EnrolledPasskey[];
}

/** Audit event for the use of a passkey by a copy of its authenticator. */
export const COPIED_PASSKEY = "passkey.copied";

/**
 * Verifies `submitted`. Returns the proof, COPIED_PASSKEY if the passkey's authenticator was copied, or undefined if the
 * proof is wrong. The statement that consumes the proof checks whether it was used before.
 */
export async function verifyProof(
  settings: Settings,
  enrolled: EnrolledFactors,
  submitted: SubmittedProof,
): Promise<Proof | typeof COPIED_PASSKEY | undefined> {
  const { userId, sealedSecret, recoveryCodes, passkeys } = enrolled;
  if (submitted.passkey) {
    const { assertion, challenge, verified } = submitted.passkey;
    const passkey = passkeys.find(({ credentialId }) => credentialId === assertion.id);
    const use = passkey && (await readAssertion(settings, assertion, passkey, { challenge, verified }));
    return use === "copied" ? COPIED_PASSKEY : use && { kind: "passkey", id: passkey.id, ...use };
  }
  if (submitted.recovery_code !== undefined) {
    const hash = await hashOfRecoveryCode(submitted.recovery_code);
    return recoveryCodes.includes(hash) ? { kind: "recovery_code", hash } : undefined;
  }
  if (submitted.code === undefined || sealedSecret === null) return undefined;
  const step = await stepOf(settings, userId, { sealedSecret, code: submitted.code });
  return step === undefined ? undefined : { kind: "totp", step };
}

/** Returns the methods by which a user can prove a second factor; an empty list without a second factor. */
export function methodsOf({
  sealedSecret,
  recoveryCodes,
  passkeys,
}: Pick<EnrolledFactors, "sealedSecret" | "recoveryCodes" | "passkeys">): Method[] {
  const methods: Method[] = [];
  if (sealedSecret !== null) methods.push("totp");
  if (passkeys.length > 0) methods.push("passkey");
  if (methods.length > 0 && recoveryCodes.length > 0) methods.push("recovery_code");
  return methods;
}

const RESEAL_BATCH_SIZE = 200;

/**
 * Seals with the current key the secrets that the previous key sealed, so that the previous key can be removed. Does nothing
 * without a previous key.
 */
export async function resealFactors({ db, settings }: Scope, spending: Spending): Promise<Progress> {
  if (!settings.AUTH_SECRET_PREVIOUS) return { done: 0 };
  const prefix = await sealPrefix(settings);
  let done = 0;
  for (let after = FIRST_ID; ; ) {
    const found = await repository.selectSealedOtherwise(db, prefix, after, RESEAL_BATCH_SIZE);
    const resealed = await Promise.all(found.map((factor) => reseal(settings, factor)));
    done += await repository.replaceSealed(db, resealed.flat());
    spending.spend(found.length);
    const last = found.at(-1);
    if (!last || found.length < RESEAL_BATCH_SIZE) return { done };
    if (spending.isSpent()) return { done, left: await repository.countSealedOtherwise(db, prefix) };
    after = last.userId;
  }
}

/**
 * Returns the resealed secret, or an empty list if the secret can't be opened in its old or its new form: a lost secret would
 * lock its owner out until an administrator removes it.
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

/** An id that sorts before all users. */
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** Returns the context for sealing a secret: the secret can be unsealed only for the same user. */
const contextOf = (userId: string) => `totp:${userId}`;

async function stepOf(
  settings: Settings,
  userId: string,
  { sealedSecret, code }: { sealedSecret: string; code: string },
): Promise<number | undefined> {
  const secret = await unseal(settings, sealedSecret, contextOf(userId));
  return secret === undefined ? undefined : stepOfCode(secret, code);
}
