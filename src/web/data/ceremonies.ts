import type { Schemas } from "../api/types.ts";

type Assertion = Schemas["PasskeyAssertion"];
type Registration = Schemas["PasskeyRegistration"];

/** The ceremony under way: a browser has one at a time, and rejects the next one until the first has ended. */
let current: AbortController | undefined;

/** Ends the ceremony under way, if there is one. */
export function abortCeremony(): void {
  current?.abort();
  current = undefined;
}

function begin(): AbortSignal {
  abortCeremony();
  current = new AbortController();
  return current.signal;
}

/** Returns whether the browser can use passkeys: a page that came over plain http from another machine can't. */
export const hasPasskeys = (): boolean =>
  typeof PublicKeyCredential === "function" && "parseRequestOptionsFromJSON" in PublicKeyCredential;

/** Reasons why passkeys can't be used: no https, another address than the service's own, or an older browser. */
export type NoPasskeys = "insecure" | "address" | "browser";

/** Returns whether the page came from an IP address: passkeys belong to names of hosts (Web Authentication Level 3, 5.1.3). */
const isAtAddress = (): boolean => /^[\d.]+$|:/.test(location.hostname);

/** Returns why passkeys can't be used at this address, which `isAccepted` says that the server accepts; nothing if they can. */
export function whyNoPasskeys(isAccepted: boolean | undefined): NoPasskeys | undefined {
  if (!isSecureContext) return "insecure";
  if (!hasPasskeys()) return "browser";
  return isAccepted === false || isAtAddress() ? "address" : undefined;
}

/** Returns whether the browser offers passkeys in the autofill of a field. */
export const hasAutofill = async (): Promise<boolean> =>
  hasPasskeys() && ((await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false);

/** Lets the user choose a passkey, in a dialog of the browser or in a field's autofill. Returns undefined if they don't. */
export async function askForPasskey(
  options: Schemas["PasskeyRequestOptions"],
  mediation: "optional" | "conditional" = "optional",
): Promise<Assertion | undefined> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as PublicKeyCredentialRequestOptionsJSON,
  );
  return toJson<Assertion>(navigator.credentials.get({ publicKey, mediation, signal: begin() }));
}

/** Creates a passkey. Returns undefined if the user doesn't. */
export async function makePasskey(
  options: Schemas["PasskeyCreationOptions"],
): Promise<Registration | undefined> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  return toJson<Registration>(navigator.credentials.create({ publicKey, signal: begin() }));
}

async function toJson<Result>(asked: Promise<Credential | null>): Promise<Result | undefined> {
  try {
    const credential = await asked;
    return credential === null ? undefined : ((credential as PublicKeyCredential).toJSON() as Result);
  } catch (error) {
    // The user closed the dialog, another ceremony began, or the time was over.
    if (error instanceof DOMException && ["AbortError", "NotAllowedError"].includes(error.name))
      return undefined;
    throw error;
  }
}
