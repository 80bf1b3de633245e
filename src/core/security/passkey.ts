import { z } from "zod";
import type { Settings } from "../config.ts";
import { fromBase64Url, jsonFromBase64Url, toBase64Url, uuidToBytes } from "./encoding.ts";
import { CEREMONY_SECONDS } from "./passkey-challenge.ts";

/** What is kept of a passkey. Its key is COSE in base64url. */
export interface StoredPasskey {
  id: string;
  userId: string;
  credentialId: string;
  publicKey: string;
  signCount: number;
}

/** What a browser answers when it made a passkey, as far as that is of use (WebAuthn level 3, 5.2.1). */
export interface Registration {
  id: string;
  response: { clientDataJSON: string; attestationObject: string; transports: string[] };
}

/** The same when it used one (5.2.2). */
export interface Assertion {
  id: string;
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string };
}

/** ES256, EdDSA and RS256: what authenticators know, the first being preferred (COSE). */
const ALGORITHMS = [-7, -8, -257];

/** A passkey that the browser may offer, or that it may not make a second time. */
interface Known {
  credentialId: string;
  transports: string[];
}

const descriptor = ({ credentialId, transports }: Known) => ({
  id: credentialId,
  type: "public-key" as const,
  transports,
});

/** What `PublicKeyCredential.parseCreationOptionsFromJSON` takes: to make a passkey that needs no name to be typed. */
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
 * What `PublicKeyCredential.parseRequestOptionsFromJSON` takes. Without `passkeys`, the browser offers what it has.
 * `verified` where the passkey is all that is asked for, so that it must show who uses it.
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

/** The challenge that an assertion answers, if a page of ours asked for it. Whether we made it is not looked at. */
export const challengeOf = (settings: Settings, { response }: Assertion): string | undefined =>
  clientDataOf(settings, response.clientDataJSON)?.challenge;

/**
 * The passkey that a browser says it made, if that is so, for a page of ours, and with proof of who uses it (WebAuthn level 3,
 * 7.1).
 */
export async function readRegistration(settings: Settings, response: Registration) {
  const said = clientDataOf(settings, response.response.clientDataJSON);
  if (!said || !(await isUnattested(response))) return undefined;
  const { verifyRegistrationResponse } = await library();
  const verified = await verifyRegistrationResponse({
    response: inFull(response),
    expectedChallenge: said.challenge,
    expectedOrigin: said.origin,
    expectedRPID: rpIdOf(settings),
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => undefined);
  if (!verified?.verified) return undefined;
  const { credential, credentialBackedUp } = verified.registrationInfo;
  return {
    challenge: said.challenge,
    credentialId: credential.id,
    publicKey: toBase64Url(credential.publicKey),
    signCount: credential.counter,
    transports: response.response.transports,
    isBackedUp: credentialBackedUp,
  };
}

/** What is to be kept of a use. */
export interface PasskeyUse {
  signCount: number;
  isBackedUp: boolean;
}

/** How an assertion is to be judged. */
interface Expected {
  challenge: string;
  /** Whether the authenticator must have made sure who uses it; else it is enough that somebody did. */
  verified: boolean;
}

/**
 * What is to be kept of a use of `passkey`, if `assertion` is one, on a page of ours and in answer to the challenge (WebAuthn
 * level 3, 7.2); or that it was by a copy, which a count that does not rise tells of (6.1.1).
 */
export async function readAssertion(
  settings: Settings,
  assertion: Assertion,
  passkey: StoredPasskey,
  { challenge, verified: requireUserVerification }: Expected,
): Promise<PasskeyUse | "copied" | undefined> {
  const said = clientDataOf(settings, assertion.response.clientDataJSON);
  const publicKey = fromBase64Url(passkey.publicKey);
  const { userHandle } = assertion.response;
  if (!said || !publicKey || assertion.id !== passkey.credentialId) return undefined;
  if (userHandle !== undefined && userHandle !== handleOf(passkey.userId)) return undefined;
  const { verifyAuthenticationResponse } = await library();
  const outcome = await verifyAuthenticationResponse({
    response: inFull(assertion),
    expectedChallenge: challenge,
    expectedOrigin: said.origin,
    expectedRPID: rpIdOf(settings),
    // The count is looked at below: the library does not tell a copy from what is forged.
    credential: { id: passkey.credentialId, publicKey, counter: 0 },
    requireUserVerification,
  }).catch(() => undefined);
  if (!outcome?.verified) return undefined;
  const { newCounter: signCount, credentialBackedUp: isBackedUp } = outcome.authenticationInfo;
  const isCounting = signCount > 0 || passkey.signCount > 0;
  return isCounting && signCount <= passkey.signCount ? "copied" : { signCount, isBackedUp };
}

/** With what the library asks for and nothing depends on. */
const inFull = <Answer extends { id: string }>(answer: Answer) => ({
  ...answer,
  rawId: answer.id,
  type: "public-key" as const,
  clientExtensionResults: {},
});

/** Loaded with the first passkey: it is large, and most isolates never see one. */
const library = () => import("@simplewebauthn/server");

const ClientData = z.object({
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.literal(false).optional(),
});

/** What the browser says of the page that asked it, if that page is ours and in no frame of another. */
function clientDataOf(settings: Settings, clientDataJSON: string) {
  const said = ClientData.safeParse(jsonFromBase64Url(clientDataJSON)).data;
  return said && isOurs(settings, said.origin) ? said : undefined;
}

/** The domain that passkeys are for: without a setting, that of the front end. */
const rpIdOf = ({ PASSKEY_RP_ID, APP_URL }: Settings): string =>
  PASSKEY_RP_ID ?? (APP_URL === undefined ? "localhost" : new URL(APP_URL).hostname);

/** The origins that the settings name; without any, that of the front end; in development the domain at any port, too. */
function isOurs(settings: Settings, origin: string): boolean {
  const { PASSKEY_ORIGINS, APP_URL, ENVIRONMENT } = settings;
  if (PASSKEY_ORIGINS.length > 0) return PASSKEY_ORIGINS.includes(origin);
  if (ENVIRONMENT === "development" && URL.parse(origin)?.hostname === rpIdOf(settings)) return true;
  return origin === (APP_URL === undefined ? `https://${rpIdOf(settings)}` : new URL(APP_URL).origin);
}

/**
 * Whether no certificate comes with a new passkey. None is asked for; and to judge one, the library would fetch what the
 * certificate names.
 */
async function isUnattested({ response }: Registration): Promise<boolean> {
  const { decodeAttestationObject } = await import("@simplewebauthn/server/helpers");
  const bytes = fromBase64Url(response.attestationObject);
  try {
    const attestation = bytes && decodeAttestationObject(bytes);
    const format = attestation?.get("fmt");
    return format === "none" || (format === "packed" && !attestation?.get("attStmt").get("x5c"));
  } catch {
    return false;
  }
}

/** What authenticators call a user: nothing that tells who it is (WebAuthn level 3, 14.6.1). */
const handleOf = (userId: string) => toBase64Url(uuidToBytes(userId));
