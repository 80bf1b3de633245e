import { AppError, unauthenticated } from "../../../../core/errors.ts";
import { decodeDevice } from "../../../../core/security/device-cookie.ts";
import { hashOfOneTimeToken } from "../../../../core/security/one-time-token.ts";
import { challengeOf, readAssertion, requestOptions } from "../../../../core/security/passkey.ts";
import { isPasskeyChallenge, newPasskeyChallenge } from "../../../../core/security/passkey-challenge.ts";
import type { OriginScope, Scope } from "../../../../http/context.ts";
import { COPIED_PASSKEY } from "../../factors/service.ts";
import { newSession, sessionResponse } from "../../sessions/service.ts";
import { failuresOf, fromAddress, policiesOf } from "../../throttling/policies.ts";
import { countFailure } from "../../throttling/service.ts";
import * as repository from "./repository.ts";
import type { SignInWithPasskey } from "./schemas.ts";

const CEREMONY = { purpose: "sign_in" } as const;

/** Returns the options that a browser needs to sign in with any passkey that it has. */
export async function beginSignIn({ settings }: Pick<Scope, "settings">) {
  return requestOptions(settings, await newPasskeyChallenge(settings, CEREMONY), { verified: true });
}

/**
 * Opens a session for the user of a passkey. The authenticator has verified the user, so the passkey combines something they
 * have with something they know or are: both factors (NIST SP 800-63B-4 3.1.7). `deviceCookie` is the cookie that identifies the
 * browser.
 *
 * @throws AppError INVALID_PASSKEY, INVALID_TOKEN for a challenge that has expired or was answered, INACTIVE_USER,
 * RATE_LIMIT_EXCEEDED
 */
export async function signIn(
  scope: OriginScope,
  { credential, token_delivery: delivery }: SignInWithPasskey,
  deviceCookie: string | undefined,
) {
  const { db, settings, origin } = scope;
  const challenge = challengeOf(settings, credential);
  if (challenge !== undefined && !(await isPasskeyChallenge(settings, challenge, CEREMONY)))
    rejectEndedSignIn();

  const policies = policiesOf(settings);
  const buckets = fromAddress(policies.passkeyFromAddress, origin);
  const hash = await hashOfOneTimeToken(challenge ?? "");
  const named = { credentialId: credential.id, hash };
  const { passkey, isUnknown } = await repository.findPasskey(db, named, buckets);
  if (passkey?.isAnswered) rejectEndedSignIn();
  const use =
    challenge !== undefined &&
    passkey &&
    // Without a username in the request, the authenticator must name the user (WebAuthn level 3, 7.2, step 6).
    credential.response.userHandle !== undefined &&
    (await readAssertion(settings, credential, passkey, { challenge, verified: true }));
  if (!use || use === "copied") {
    const failure = use === "copied" ? COPIED_PASSKEY : "sign_in.failed";
    const audited = { failure, block: "sign_in.blocked", userId: passkey?.userId ?? null };
    await countFailure(scope, buckets, audited);
    throw new AppError("INVALID_PASSKEY", isUnknown ? { details: [UNKNOWN] } : {});
  }
  const { id, userId, isActive } = passkey;
  if (!isActive) throw new AppError("INACTIVE_USER");

  const device = await decodeDevice(settings, deviceCookie);
  const opening = await newSession(scope, { userId, device, delivery });
  const proof = { kind: "passkey", id, ...use } as const;
  const counted = {
    forgotten: failuresOf(policies, userId, origin.address),
    successes: [{ policy: policies.signIn, of: userId }],
  };
  const user = await repository.openSession(db, { userId, hash, proof }, counted, opening.session);
  if (!user) rejectEndedSignIn();
  return sessionResponse(scope, user, opening);
}

/**
 * Error detail that lets a page tell its browser to forget the passkey (signalUnknownCredential of WebAuthn level 3, 5.1.10). It
 * reveals nothing about accounts: the id of a credential is random, and known only to its authenticator and this service.
 */
const UNKNOWN = {
  field: "body.credential.id",
  message: "This passkey was removed: no account has it",
  type: "unknown_credential",
};

function rejectEndedSignIn(): never {
  unauthenticated("This sign-in has ended. Start again.");
}
