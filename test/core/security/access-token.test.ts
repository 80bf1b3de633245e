import { sign } from "hono/jwt";
import { beforeAll, describe, expect, it } from "vitest";
import { toBase64Url } from "../../../src/core/security/encoding.ts";
import { deriveHs256Jwk } from "../../support/access-keys.ts";
import { createTestApi, type TestApi } from "../../support/api.ts";

let api: TestApi;
let session: Awaited<ReturnType<TestApi["signUp"]>>;
let genuine: Record<string, unknown>;
let key: Awaited<ReturnType<typeof deriveHs256Jwk>>;

beforeAll(async () => {
  api = await createTestApi();
  session = await api.signUp();
  genuine = JSON.parse(atob(session.access.split(".")[1] ?? ""));
  key = await deriveHs256Jwk(api.settings.AUTH_SECRET);
});

const encode = (part: unknown) =>
  toBase64Url(new TextEncoder().encode(typeof part === "string" ? part : JSON.stringify(part)));
const ask = (token: string) => api.call("GET", "/auth/me", { token });

/** Signs a token with the service's own key and any header and payload. */
async function forge(header: unknown, payload: unknown): Promise<string> {
  const body = `${encode(header)}.${encode(payload)}`;
  const secret = await crypto.subtle.importKey("jwk", key, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const signature = await crypto.subtle.sign("HMAC", secret, new TextEncoder().encode(body));
  return `${body}.${toBase64Url(new Uint8Array(signature))}`;
}
const header = () => ({ alg: "HS256", typ: "at+jwt", kid: key.kid });

describe("an access token", () => {
  it("has the claims of the contract and lives for fifteen minutes [JWT-3]", () => {
    expect(Object.keys(genuine).sort()).toEqual([
      "aud",
      "client_id",
      "exp",
      "iat",
      "iss",
      "jti",
      "sid",
      "sub",
      "type",
    ]);
    expect(genuine).toMatchObject({ sub: session.id, type: "access", client_id: api.settings.JWT_ISSUER });
    expect(Number(genuine.exp) - Number(genuine.iat)).toBe(900);
  });

  it("accepts a token signed like its own, so that each attack below fails for its own reason", async () => {
    expect((await ask(await forge(header(), genuine))).status).toBe(200);
  });
});

describe("a token of the previous release", () => {
  const plain = () => {
    const { client_id: _, ...claims } = genuine;
    return forge({ ...header(), typ: "JWT" }, claims);
  };

  it.each([
    ["until", "2200-01-01T00:00:00Z", 200],
    ["after", "2026-01-01T00:00:00+01:00", 401],
  ])(
    "answers %s the date in PLAIN_ACCESS_TOKENS_UNTIL (%s) with %i",
    async (_, PLAIN_ACCESS_TOKENS_UNTIL, status) => {
      const own = await createTestApi({ PLAIN_ACCESS_TOKENS_UNTIL });
      const { access } = await own.signUp();
      genuine = JSON.parse(atob(access.split(".")[1] ?? ""));
      expect((await own.call("GET", "/auth/me", { token: access })).status).toBe(200);
      expect((await own.call("GET", "/auth/me", { token: await plain() })).status).toBe(status);
    },
  );
});

describe("RFC 8725 attacks", () => {
  const now = Math.floor(Date.now() / 1000);
  const without = (claim: string) =>
    Object.fromEntries(Object.entries(genuine).filter(([name]) => name !== claim));

  const attacks: [string, () => Promise<string> | string][] = [
    ["alg none", () => `${encode({ alg: "none", typ: "at+jwt" })}.${encode(genuine)}.`],
    ["alg None with our kid", () => `${encode({ ...header(), alg: "None" })}.${encode(genuine)}.`],
    ["alg nOnE and a signature", () => forge({ ...header(), alg: "nOnE" }, genuine)],
    ["alg hs256 in lower case", () => forge({ ...header(), alg: "hs256" }, genuine)],
    ["another HMAC", () => sign(genuine, { ...key, alg: "HS512" })],
    ["an asymmetric alg over our secret", () => forge({ ...header(), alg: "RS256" }, genuine)],
    ["another key", () => sign(genuine, { ...key, k: toBase64Url(new Uint8Array(32)) })],
    [
      "the key id for a key",
      () => sign(genuine, { ...key, k: toBase64Url(new TextEncoder().encode(key.kid)) }),
    ],
    ["no kid", () => forge({ alg: "HS256", typ: "at+jwt" }, genuine)],
    ["an unknown kid", () => forge({ ...header(), kid: "other" }, genuine)],
    ["a path for a kid", () => forge({ ...header(), kid: "../../../dev/null" }, genuine)],
    ["SQL for a kid", () => forge({ ...header(), kid: "' or 1=1 --" }, genuine)],
    ["a kid that is not a string", () => forge({ ...header(), kid: { toString: key.kid } }, genuine)],
    ["a key of its own", () => sign(genuine, { ...key, kid: "x", k: toBase64Url(new Uint8Array(32)) })],
    ["jku", () => forge({ alg: "HS256", typ: "at+jwt", jku: "https://evil.test/jwks" }, genuine)],
    ["crit", () => forge({ ...header(), crit: ["b64"], b64: false }, genuine)],
    ["no typ", () => forge({ alg: "HS256", kid: key.kid }, genuine)],
    ["the typ of an id token", () => forge({ ...header(), typ: "id+jwt" }, genuine)],
    ["the typ in capitals", () => forge({ ...header(), typ: "AT+JWT" }, genuine)],
    ["the typ jwt", () => forge({ ...header(), typ: "jwt" }, without("client_id"))],
    ["the plain typ with a client", () => forge({ ...header(), typ: "JWT" }, genuine)],
    ["no client", () => forge(header(), without("client_id"))],
    ["another client", () => forge(header(), { ...genuine, client_id: "another" })],
    ["another typ", () => forge({ ...header(), typ: "refresh+jwt" }, genuine)],
    ["the type of a refresh token", () => forge(header(), { ...genuine, type: "refresh" })],
    ["no type", () => forge(header(), without("type"))],
    ["no exp", () => forge(header(), without("exp"))],
    ["exp as text", () => forge(header(), { ...genuine, exp: String(genuine.exp) })],
    ["exp as a fraction", () => forge(header(), { ...genuine, exp: now + 100.5 })],
    [
      "exp beyond numbers",
      () => forge(header(), JSON.stringify(genuine).replace(/"exp":\d+/, '"exp":1e999')),
    ],
    ["iat in the future", () => forge(header(), { ...genuine, iat: now + 3600, exp: now + 7200 })],
    ["nbf in the future", () => forge(header(), { ...genuine, nbf: now + 3600 })],
    ["no iat", () => forge(header(), without("iat"))],
    ["another issuer", () => forge(header(), { ...genuine, iss: "https://evil.test" })],
    ["no issuer", () => forge(header(), without("iss"))],
    ["another audience", () => forge(header(), { ...genuine, aud: "another-api" })],
    ["no audience", () => forge(header(), without("aud"))],
    ["a subject that is not an id", () => forge(header(), { ...genuine, sub: "admin" })],
    ["another user in this session", () => forge(header(), { ...genuine, sub: crypto.randomUUID() })],
    ["another session", () => forge(header(), { ...genuine, sid: crypto.randomUUID() })],
    ["no session", () => forge(header(), without("sid"))],
    ["an array for claims", () => forge(header(), [genuine])],
    ["null for claims", () => forge(header(), null)],
    ["text for claims", () => forge(header(), "hello")],
    ["a changed payload", () => session.access.replace(/\.[^.]+\./, `.${encode({ ...genuine, sub: "x" })}.`)],
    ["no signature", () => session.access.replace(/[^.]+$/, "")],
    ["bits after the signature's end", () => changeLast(session.access)],
    ["padding", () => `${session.access}=`],
    ["a fourth part", () => `${session.access}.x`],
    ["two parts", () => session.access.split(".").slice(0, 2).join(".")],
    [
      "the JSON form",
      () => encode({ payload: encode(genuine), protected: encode(header()), signature: "x" }),
    ],
    ["a refresh token", () => session.refresh],
    ["a megabyte", () => `${"A".repeat(1_000_000)}.${"A".repeat(100)}.A`],
  ];

  it.each(attacks)("rejects %s with 401 [JWT-1]", async (_, token) => {
    const { status, body } = await ask(await token());
    expect(status).toBe(401);
    expect(body.error).toBe("INVALID_TOKEN");
  });

  it("rejects an expired token with 401 TOKEN_EXPIRED [JWT-2]", async () => {
    const expired = await forge(header(), { ...genuine, iat: now - 901, exp: now - 1 });
    expect(await ask(expired)).toMatchObject({ status: 401, body: { error: "TOKEN_EXPIRED" } });
  });

  it("hides the expiry of a token of another issuer", async () => {
    const forged = await sign({ ...genuine, exp: now - 1 }, { ...key, k: toBase64Url(new Uint8Array(32)) });
    expect((await ask(forged)).body.error).toBe("INVALID_TOKEN");
  });
});

describe("a rotated secret", () => {
  const OLD = "local-secret-before-the-rotation-0123456789";
  const NEW = "local-secret-after-the-rotation-9876543210";

  it("keeps sessions while the previous secret is set, and ends them after", async () => {
    const before = await createTestApi({ AUTH_SECRET: OLD });
    const { access, refresh } = await before.signUp();
    const sameDatabase = { DATABASE_URL: before.bindings.DATABASE_URL };
    const during = await createTestApi({ ...sameDatabase, AUTH_SECRET: NEW, AUTH_SECRET_PREVIOUS: OLD });
    expect((await during.call("GET", "/auth/me", { token: access })).status).toBe(200);
    const renewed = await during.call("POST", "/auth/refresh", { body: { refresh_token: refresh } });
    expect(renewed.status).toBe(200);

    const after = await createTestApi({ ...sameDatabase, AUTH_SECRET: NEW });
    expect((await after.call("GET", "/auth/me", { token: access })).status).toBe(401);
    expect((await after.call("GET", "/auth/me", { token: String(renewed.body.access_token) })).status).toBe(
      200,
    );
    const next = await after.call("POST", "/auth/refresh", {
      body: { refresh_token: renewed.body.refresh_token },
    });
    expect(next.status).toBe(200);
  });
});

/** Spells the bytes of a signature differently: the last character of 32 bytes in base64url carries two unused bits. */
function changeLast(token: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1) ?? "") + 1];
}
