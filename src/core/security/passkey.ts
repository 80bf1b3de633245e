import { z } from "zod";
import type { Settings } from "../config.ts";
import { fromBase64Url, jsonFromBase64Url, toBase64Url, uuidToBytes } from "./encoding.ts";
import { CEREMONY_SECONDS } from "./passkey-challenge.ts";

/** A stored passkey. Its public key is COSE in base64url. */
export interface StoredPasskey {
  id: string;
  userId: string;
  credentialId: string;
  publicKey: string;
  signCount: number;
}

/** A browser's response with a new passkey, limited to the fields that are used (WebAuthn level 3, 5.2.1). */
export interface Registration {
  id: string;
  response: { clientDataJSON: string; attestationObject: string; transports: string[] };
}

/** A browser's response to the use of a passkey (5.2.2). */
export interface Assertion {
  id: string;
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string };
}

/** COSE algorithms that authenticators support, preferred first: ES256, EdDSA and RS256. */
const ALGORITHMS = [-7, -8, -257];

/** An existing passkey, which the browser may offer, or must not create again. */
interface Known {
  credentialId: string;
  transports: string[];
}

const descriptor = ({ credentialId, transports }: Known) => ({
  id: credentialId,
  type: "public-key" as const,
  transports,
});

/** Returns the input of `PublicKeyCredential.parseCreationOptionsFromJSON`, for a passkey that signs in without a username. */
export const creationOptions = (
  settings: Settings,
  challenge: string,
  user: { id: string; username: string; displayName: string; passkeys: Known[] },
) => ({
  challenge,
  rp: { id: rpIdOf(settings), name: settings.APP_NAME },
  user: { id: handleOf(user.id), name: user.username, displayName: user.displayName },
  pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key" as const, alg })),
  timeout: CEREMONY_SECONDS * 1000,
  excludeCredentials: user.passkeys.map(descriptor),
  authenticatorSelection: {
    residentKey: "required" as const,
    requireResidentKey: true,
    userVerification: "required" as const,
  },
  attestation: "none" as const,
});

/**
 * Returns the input of `PublicKeyCredential.parseRequestOptionsFromJSON`. Without `passkeys`, the browser offers all that it has.
 * `verified` requires user verification, for a passkey that is the only factor.
 */
export const requestOptions = (
  settings: Settings,
  challenge: string,
  { passkeys = [], verified }: { passkeys?: Known[]; verified: boolean },
) => ({
  challenge,
  rpId: rpIdOf(settings),
  timeout: CEREMONY_SECONDS * 1000,
  userVerification: verified ? ("required" as const) : ("preferred" as const),
  allowCredentials: passkeys.map(descriptor),
});

/** Returns the challenge that an assertion answers, if the assertion comes from an allowed origin. It is not verified yet. */
export const challengeOf = (settings: Settings, { response }: Assertion): string | undefined =>
  clientDataOf(settings, response.clientDataJSON)?.challenge;

/**
 * Verifies a new passkey: it must come from an allowed origin, and with user verification (WebAuthn level 3, 7.1). Returns undefined if it
 * is invalid.
 */
export async function readRegistration(settings: Settings, response: Registration) {
  const clientData = clientDataOf(settings, response.response.clientDataJSON);
  if (!clientData || !(await isUnattested(response))) return undefined;
  const { verifyRegistrationResponse } = await loadLibrary();
  const verified = await verifyRegistrationResponse({
    response: completeResponse(response),
    expectedChallenge: clientData.challenge,
    expectedOrigin: clientData.origin,
    expectedRPID: rpIdOf(settings),
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => undefined);
  if (!verified?.verified) return undefined;
  const { credential, credentialBackedUp } = verified.registrationInfo;
  return {
    challenge: clientData.challenge,
    credentialId: credential.id,
    publicKey: toBase64Url(credential.publicKey),
    signCount: credential.counter,
    transports: response.response.transports,
    isBackedUp: credentialBackedUp,
  };
}

/** State to store after a use of a passkey. */
export interface PasskeyUse {
  signCount: number;
  isBackedUp: boolean;
}

/** Expectations of an assertion. */
interface Expected {
  challenge: string;
  /** Requires user verification; otherwise, the user's presence is enough. */
  verified: boolean;
}

/**
 * Verifies that `assertion` is a use of `passkey` on an allowed origin that answers the challenge (WebAuthn level 3, 7.2). Returns the
 * state to store, "copied" if the signature count does not increase, which indicates a cloned passkey (6.1.1), or undefined if it is
 * invalid.
 */
export async function readAssertion(
  settings: Settings,
  assertion: Assertion,
  passkey: StoredPasskey,
  { challenge, verified: requireUserVerification }: Expected,
): Promise<PasskeyUse | "copied" | undefined> {
  const clientData = clientDataOf(settings, assertion.response.clientDataJSON);
  const publicKey = fromBase64Url(passkey.publicKey);
  const { userHandle } = assertion.response;
  if (!clientData || !publicKey || assertion.id !== passkey.credentialId) return undefined;
  if (userHandle !== undefined && userHandle !== handleOf(passkey.userId)) return undefined;
  const { verifyAuthenticationResponse } = await loadLibrary();
  const outcome = await verifyAuthenticationResponse({
    response: completeResponse(assertion),
    expectedChallenge: challenge,
    expectedOrigin: clientData.origin,
    expectedRPID: rpIdOf(settings),
    // The count is checked below, since the library does not distinguish a clone from a forgery.
    credential: { id: passkey.credentialId, publicKey, counter: 0 },
    requireUserVerification,
  }).catch(() => undefined);
  if (!outcome?.verified) return undefined;
  const { newCounter: signCount, credentialBackedUp: isBackedUp } = outcome.authenticationInfo;
  const isCounting = signCount > 0 || passkey.signCount > 0;
  return isCounting && signCount <= passkey.signCount ? "copied" : { signCount, isBackedUp };
}

/** Adds fields that the library requires and that nothing depends on. */
const completeResponse = <Answer extends { id: string }>(answer: Answer) => ({
  ...answer,
  rawId: answer.id,
  type: "public-key" as const,
  clientExtensionResults: {},
});

/** Loads the library with the first passkey: it is large, and most isolates never need it. */
const loadLibrary = () => import("./passkey-library.ts");

const ClientData = z.object({
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.literal(false).optional(),
});

/** Returns the client data, if the page has an allowed origin and is not in a frame of another origin. */
function clientDataOf(settings: Settings, clientDataJSON: string) {
  const clientData = ClientData.safeParse(jsonFromBase64Url(clientDataJSON)).data;
  return clientData && isOwnOrigin(settings, clientData.origin) ? clientData : undefined;
}

/** Returns the domain of passkeys; without a setting, the domain of the front end. */
const rpIdOf = ({ PASSKEY_RP_ID, APP_URL }: Settings): string =>
  PASSKEY_RP_ID ?? (APP_URL === undefined ? "localhost" : new URL(APP_URL).hostname);

/**
 * Returns whether `origin` may use passkeys: an origin in the settings or, without such a setting, the origin of the front end. In
 * development, the domain with any port is also allowed.
 */
export function isOwnOrigin(settings: Settings, origin: string): boolean {
  const { PASSKEY_ORIGINS, APP_URL, ENVIRONMENT } = settings;
  if (PASSKEY_ORIGINS.length > 0) return PASSKEY_ORIGINS.includes(origin);
  if (ENVIRONMENT === "development" && URL.parse(origin)?.hostname === rpIdOf(settings)) return true;
  return origin === (APP_URL === undefined ? `https://${rpIdOf(settings)}` : new URL(APP_URL).origin);
}

/**
 * Returns whether a new passkey has no attestation certificate. None is requested, and to verify one, the library would fetch URLs in the
 * certificate.
 */
async function isUnattested({ response }: Registration): Promise<boolean> {
  const { decodeAttestationObject } = await loadLibrary();
  const bytes = fromBase64Url(response.attestationObject);
  try {
    const attestation = bytes && decodeAttestationObject(bytes);
    const format = attestation?.get("fmt");
    return format === "none" || (format === "packed" && !attestation?.get("attStmt").get("x5c"));
  } catch {
    return false;
  }
}

/** Returns the user handle, which must not reveal the user's identity (WebAuthn level 3, 14.6.1). */
const handleOf = (userId: string) => toBase64Url(uuidToBytes(userId));
