import type { Settings } from "../../../../core/config.ts";
import { AppError, unauthenticated } from "../../../../core/errors.ts";
import { type Device, decodeDevice } from "../../../../core/security/device-cookie.ts";
import { sha256 } from "../../../../core/security/encoding.ts";
import { hashOfOneTimeToken, newOneTimeToken } from "../../../../core/security/one-time-token.ts";
import { requestOptions } from "../../../../core/security/passkey.ts";
import type { OriginScope } from "../../../../http/context.ts";
import { TOKEN_DELIVERIES, type TokenDelivery } from "../../sessions/schemas.ts";
import { newSession, sessionResponse } from "../../sessions/service.ts";
import { failuresOf, policiesOf } from "../../throttling/policies.ts";
import { countFailure } from "../../throttling/service.ts";
import { type EnrolledFactors, methodsOf, verifyProof } from "../service.ts";
import * as repository from "./repository.ts";
import type { SecondFactor } from "./schemas.ts";

const LIFE_SECONDS = 5 * 60;

/**
 * Creates the challenge that a correct password returns if the account has a second factor (OWASP ASVS 5.0 6.3.3). It is bound
 * to the password with `passwordHash`: a password change invalidates it. Returns the response and the part to store.
 */
export async function newChallenge(
  settings: Settings,
  enrolled: EnrolledFactors & { passwordHash: string },
  delivery: TokenDelivery,
) {
  const { passwordHash, passkeys } = enrolled;
  const { text, hash } = await newOneTimeToken();
  const options = requestOptions(settings, text, { passkeys, verified: false });
  return {
    answer: {
      message: "A second factor is required to sign in",
      challenge: text,
      methods: methodsOf(enrolled),
      ...(passkeys.length > 0 && { passkey_options: options }),
      expires_in: LIFE_SECONDS,
    },
    kept: { hash, payload: { delivery, password: await sha256(passwordHash) }, lifeSeconds: LIFE_SECONDS },
  };
}

/**
 * Opens the session that a challenge is for. `deviceCookie` is the cookie that identifies the browser.
 *
 * @throws AppError INVALID_TOKEN for a challenge that has expired or was used, INVALID_CODE, INVALID_PASSKEY, INACTIVE_USER,
 * RATE_LIMIT_EXCEEDED
 */
export async function proveSecondFactor(
  scope: OriginScope,
  input: SecondFactor,
  deviceCookie: string | undefined,
) {
  const { db, settings, origin } = scope;
  const hash = await hashOfOneTimeToken(input.challenge);
  const challenged = await repository.findChallenged(db, hash);
  if (!challenged || challenged.payload.password !== (await sha256(challenged.passwordHash)))
    rejectEndedSignIn();
  if (!challenged.isActive) throw new AppError("INACTIVE_USER");

  const { userId, passwordHash, payload } = challenged;
  const device = await decodeDevice(settings, deviceCookie);
  const policies = policiesOf(settings);
  const buckets = [bucketOf(policies, userId, device)];
  const { challenge, passkey, ...codes } = input;
  const assertion = passkey && { assertion: passkey, challenge, verified: false };
  const proof = await verifyProof(settings, challenged, { ...codes, passkey: assertion });
  if (typeof proof !== "object") {
    const audited = { failure: proof ?? "second_factor.failed", block: "second_factor.blocked", userId };
    await countFailure(scope, buckets, audited);
    throw new AppError(passkey ? "INVALID_PASSKEY" : "INVALID_CODE");
  }

  const delivery = TOKEN_DELIVERIES.find((known) => known === payload.delivery) ?? "both";
  const opening = await newSession(scope, { userId, device, delivery });
  const forgotten = failuresOf(policies, userId, origin.address);
  const successes = [{ policy: policies.signIn, of: userId }];
  const answered = { userId, passwordHash, hash, proof, buckets, forgotten, successes };
  const user = await repository.openSession(db, answered, opening.session);
  if (!user) rejectEndedSignIn();
  return sessionResponse(scope, user, opening);
}

/**
 * Returns the bucket that counts wrong codes. A device that the account knows has a bucket of its own, so that an attacker with
 * a stolen password can't lock the owner out on it.
 */
const bucketOf = (policies: ReturnType<typeof policiesOf>, userId: string, device: Device | undefined) =>
  device?.userId === userId
    ? { policy: policies.secondFactorOnDevice, of: device.deviceId }
    : { policy: policies.secondFactor, of: userId };

function rejectEndedSignIn(): never {
  unauthenticated("This sign-in has ended. Start again with the password.");
}
