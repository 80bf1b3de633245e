import {
  fromBase64Url,
  jsonToBase64Url,
  toBase64Url,
  uuidToBytes,
} from "../../src/core/security/encoding.ts";

/** Defects of a response from an authenticator or a browser: values in place of the correct ones. */
export interface Defects {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  crossOrigin?: boolean;
  /** Set if the authenticator verified the user. */
  verified?: boolean;
  signCount?: number;
  userHandle?: string | undefined;
  /** Set to sign with another key. */
  forged?: boolean;
}

type Bytes = Uint8Array<ArrayBuffer>;

const RP_ID = "localhost";
const ORIGIN = "http://localhost:8500";
const FLAGS = { present: 0x01, verified: 0x04, hasKey: 0x40 };

/** Signature algorithms of authenticators. */
export const ALGORITHMS = ["ES256", "EdDSA", "RS256"] as const;
type Algorithm = (typeof ALGORITHMS)[number];

const KEYS = {
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  EdDSA: { name: "Ed25519" },
  RS256: {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
  },
};

/** Creates an authenticator with one passkey, without attestation, together with its browser. */
export async function newAuthenticator(algorithm: Algorithm = "ES256") {
  const makeKey = () =>
    crypto.subtle.generateKey(KEYS[algorithm], true, ["sign", "verify"]) as Promise<CryptoKeyPair>;
  const [keys, otherKeys] = [await makeKey(), await makeKey()];
  const id = crypto.getRandomValues(new Uint8Array(16));
  const credential = { id: toBase64Url(id), rawId: toBase64Url(id), type: "public-key" };
  let signCount = 0;

  const authenticatorData = async (
    { rpId = RP_ID, verified = true, signCount: count = signCount }: Defects,
    key?: Bytes,
  ) =>
    concat(
      new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(rpId))),
      Uint8Array.of(FLAGS.present | (verified ? FLAGS.verified : 0) | (key ? FLAGS.hasKey : 0)),
      bigEndian(count, 4),
      ...(key ? [new Uint8Array(16), bigEndian(id.length, 2), id, key] : []),
    );

  const clientData = (type: string, challenge: string, defects: Defects) =>
    jsonToBase64Url({
      type: defects.type ?? type,
      challenge: defects.challenge ?? challenge,
      origin: defects.origin ?? ORIGIN,
      crossOrigin: defects.crossOrigin ?? false,
    });

  /** Creates the passkey, and returns the response of the browser. */
  async function create(
    { challenge }: { challenge: string },
    defects: Defects & { attestation?: unknown } = {},
  ) {
    const key = await coseKey(algorithm, keys.publicKey);
    const attestationObject = cbor({
      fmt: defects.attestation ? "packed" : "none",
      attStmt: defects.attestation ?? {},
      authData: await authenticatorData(defects, key),
    });
    return {
      ...credential,
      response: {
        clientDataJSON: clientData("webauthn.create", challenge, defects),
        attestationObject: toBase64Url(attestationObject),
        transports: ["internal"],
      },
      clientExtensionResults: {},
    };
  }

  /** Uses the passkey for the user with `userId`, and returns the response of the browser. */
  async function get({ challenge }: { challenge: string }, userId: string, defects: Defects = {}) {
    signCount = defects.signCount ?? signCount + 1;
    const data = await authenticatorData({ ...defects, signCount });
    const clientDataJSON = clientData("webauthn.get", challenge, defects);
    const hash = await crypto.subtle.digest("SHA-256", fromBase64Url(clientDataJSON) ?? new Uint8Array());
    const { privateKey } = defects.forged ? otherKeys : keys;
    const signed = new Uint8Array(
      await crypto.subtle.sign(KEYS[algorithm], privateKey, concat(data, new Uint8Array(hash))),
    );
    const userHandle = "userHandle" in defects ? defects.userHandle : toBase64Url(uuidToBytes(userId));
    return {
      ...credential,
      response: {
        clientDataJSON,
        authenticatorData: toBase64Url(data),
        signature: toBase64Url(algorithm === "ES256" ? toDer(signed) : signed),
        ...(userHandle !== undefined && { userHandle }),
      },
      clientExtensionResults: {},
    };
  }

  return { id: credential.id, publicKey: toBase64Url(await coseKey(algorithm, keys.publicKey)), create, get };
}

/** Authenticator and browser in software. */
export type SoftAuthenticator = Awaited<ReturnType<typeof newAuthenticator>>;

/** Returns the key as COSE (RFC 9053, 7.1.1, 7.1.2; RFC 8230, 4). */
async function coseKey(algorithm: Algorithm, publicKey: CryptoKey): Promise<Bytes> {
  const jwk = (await crypto.subtle.exportKey("jwk", publicKey)) as JsonWebKey;
  const [x, y, n, e] = [jwk.x, jwk.y, jwk.n, jwk.e].map((part) => fromBase64Url(part ?? ""));
  const entries = {
    ES256: { 1: 2, 3: -7, [-1]: 1, [-2]: x, [-3]: y },
    EdDSA: { 1: 1, 3: -8, [-1]: 6, [-2]: x },
    RS256: { 1: 3, 3: -257, [-1]: n, [-2]: e },
  }[algorithm];
  return cbor(new Map(Object.entries(entries).map(([label, value]) => [Number(label), value])));
}

/** Encodes a value as CBOR (RFC 8949): small integers, bytes, text, arrays and maps. */
function cbor(value: unknown): Bytes {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (value instanceof Uint8Array) return concat(head(2, value.length), value);
  if (typeof value === "string") return concat(head(3, utf8(value).length), utf8(value));
  if (Array.isArray(value)) return concat(head(4, value.length), ...value.map(cbor));
  const entries = value instanceof Map ? [...value] : Object.entries(value ?? {});
  return concat(head(5, entries.length), ...entries.flat().map(cbor));
}

function head(type: number, length: number): Bytes {
  const major = type << 5;
  if (length < 24) return Uint8Array.of(major | length);
  return length < 256
    ? Uint8Array.of(major | 24, length)
    : concat(Uint8Array.of(major | 25), bigEndian(length, 2));
}

/** Converts a signature from WebCrypto's format to WebAuthn's: two integers in DER. */
function toDer(signature: Bytes): Bytes {
  const integer = (bytes: Bytes) => {
    const start = bytes.findIndex((byte) => byte !== 0);
    const digits = bytes.subarray(start);
    const positive = (digits[0] ?? 0) > 127 ? concat(Uint8Array.of(0), digits) : digits;
    return concat(Uint8Array.of(2, positive.length), positive);
  };
  const both = concat(integer(signature.subarray(0, 32)), integer(signature.subarray(32)));
  return concat(Uint8Array.of(0x30, both.length), both);
}

const utf8 = (text: string): Bytes => Uint8Array.from(new TextEncoder().encode(text));

function bigEndian(value: number, bytes: number): Bytes {
  return Uint8Array.from(
    { length: bytes },
    (_, index) => Math.floor(value / 256 ** (bytes - 1 - index)) % 256,
  );
}

function concat(...parts: Uint8Array[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
