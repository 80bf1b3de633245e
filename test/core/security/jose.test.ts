import { createLocalJWKSet, importJWK, type JSONWebKeySet, jwtVerify, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { deriveHs256Jwk, newSigningJwk } from "../../support/access-keys.ts";
import { createTestApi, type TestApi } from "../../support/api.ts";

/**
 * jose shares no code with src/core/security/access-token.ts. Each verifies tokens that the other signs, and both reject the same
 * tokens: a misreading of the standards in this service shows here.
 */

type Session = Awaited<ReturnType<TestApi["signUp"]>>;
type Key = Awaited<ReturnType<typeof importJWK>>;

interface Change {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  /** Signs with another algorithm, and a key that a careless verifier would accept for it. */
  confused?: true;
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const now = Math.floor(Date.now() / 1000);

/** Each tampered token, with the error code of this service and of jose. */
const REFUSED: [string, Change, string, string][] = [
  ["expired", { claims: { iat: now - 901, exp: now - 1 } }, "TOKEN_EXPIRED", "ERR_JWT_EXPIRED"],
  ["not valid yet", { claims: { nbf: now + 3600 } }, "INVALID_TOKEN", "ERR_JWT_CLAIM_VALIDATION_FAILED"],
  ["of another issuer", { claims: { iss: "other" } }, "INVALID_TOKEN", "ERR_JWT_CLAIM_VALIDATION_FAILED"],
  ["without an issuer", { claims: { iss: undefined } }, "INVALID_TOKEN", "ERR_JWT_CLAIM_VALIDATION_FAILED"],
  ["for another audience", { claims: { aud: "other" } }, "INVALID_TOKEN", "ERR_JWT_CLAIM_VALIDATION_FAILED"],
  ["without an audience", { claims: { aud: undefined } }, "INVALID_TOKEN", "ERR_JWT_CLAIM_VALIDATION_FAILED"],
  ["without an expiry", { claims: { exp: undefined } }, "INVALID_TOKEN", "ERR_JWT_CLAIM_VALIDATION_FAILED"],
  [
    "of an id token's type",
    { header: { typ: "id+jwt" } },
    "INVALID_TOKEN",
    "ERR_JWT_CLAIM_VALIDATION_FAILED",
  ],
  ["without a type", { header: { typ: undefined } }, "INVALID_TOKEN", "ERR_JWT_CLAIM_VALIDATION_FAILED"],
  ["of a confused algorithm", { confused: true }, "INVALID_TOKEN", "ERR_JOSE_ALG_NOT_ALLOWED"],
];

describe.each(["HS256", "ES256"] as const)("%s", (algorithm) => {
  let api: TestApi;
  let session: Session;
  let signing: Key;
  let kid: string;
  /** Verifies a token as another service would. */
  let verify: (token: string) => ReturnType<typeof jwtVerify>;
  /** Derives a key of another algorithm from public data. */
  let confusing: { algorithm: string; key: Uint8Array };

  beforeAll(async () => {
    const jwk = algorithm === "ES256" ? await newSigningJwk() : undefined;
    api = await createTestApi(jwk && { SIGNING_KEYS: JSON.stringify({ keys: [jwk] }) });
    session = await api.signUp();
    const own = jwk ?? (await deriveHs256Jwk(api.settings.AUTH_SECRET));
    kid = own.kid;
    signing = await importJWK(own, algorithm);
    const { body } = await api.call<JSONWebKeySet>("GET", "/.well-known/jwks.json");
    const expected = {
      algorithms: [algorithm],
      issuer: api.settings.JWT_ISSUER,
      audience: api.settings.JWT_AUDIENCE,
      typ: "at+jwt",
      requiredClaims: ["exp"],
    };
    const published = createLocalJWKSet(body);
    verify = (token) => (jwk ? jwtVerify(token, published, expected) : jwtVerify(token, signing, expected));
    confusing = jwk
      ? { algorithm: "HS256", key: utf8(JSON.stringify(body.keys[0])) }
      : { algorithm: "HS512", key: signing as Uint8Array };
  });

  /** Signs a token with jose, like those of this service except for a change. */
  async function signByJose({ header, claims, confused }: Change = {}): Promise<string> {
    const { payload } = await verify(session.access);
    const alg = confused ? confusing.algorithm : algorithm;
    return new SignJWT({ ...payload, ...claims })
      .setProtectedHeader({ alg, typ: "at+jwt", kid, ...header })
      .sign(confused ? confusing.key : signing);
  }

  const read = (token: string) => api.call("GET", "/auth/me", { token });

  it("issues tokens that jose verifies", async () => {
    const { payload, protectedHeader } = await verify(session.access);
    expect(payload).toMatchObject({ sub: session.id, type: "access" });
    expect(protectedHeader).toEqual({ alg: algorithm, typ: "at+jwt", kid });
  });

  it("accepts tokens that jose signs", async () => {
    expect(await read(await signByJose())).toMatchObject({ status: 200, body: { id: session.id } });
  });

  it.each(REFUSED)("rejects a token %s, as jose does", async (_, change, error, code) => {
    const token = await signByJose(change);
    expect(await read(token)).toMatchObject({ status: 401, body: { error } });
    await expect(verify(token)).rejects.toMatchObject({ code });
  });

  it("rejects a token with the claims of another token, as jose does", async () => {
    const [header, , signature] = session.access.split(".");
    const [, claims] = (await signByJose({ claims: { sub: crypto.randomUUID() } })).split(".");
    const token = `${header}.${claims}.${signature}`;
    expect(await read(token)).toMatchObject({ status: 401, body: { error: "INVALID_TOKEN" } });
    await expect(verify(token)).rejects.toMatchObject({ code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
  });
});
