import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { app } from "../../../src/app.ts";
import { fromBase64Url, jsonToBase64Url, toBase64Url } from "../../../src/core/security/encoding.ts";
import { deriveHs256Jwk, newSigningJwk } from "../../support/access-keys.ts";
import { createTestApi, type TestApi } from "../../support/api.ts";

type Jwk = Awaited<ReturnType<typeof newSigningJwk>>;

const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const utf8 = (text: string) => new TextEncoder().encode(text);
const setOf = (...keys: Jwk[]) => ({ SIGNING_KEYS: JSON.stringify({ keys }) });
const headerOf = (token: string) => JSON.parse(atob(token.split(".")[0] ?? ""));
const claimsOf = (token: string) => JSON.parse(atob(token.split(".")[1] ?? ""));

interface PublicJwk extends JsonWebKey {
  kid: string;
}
const readKeys = (api: TestApi, headers = {}) =>
  api.call<{ keys: PublicJwk[] }>("GET", "/.well-known/jwks.json", { headers });
const statusWith = async (api: TestApi, token: string) =>
  (await api.call("GET", "/auth/me", { token })).status;

/** Creates another API on the same database, with other keys. */
const withKeys = ({ bindings: { DATABASE_URL } }: TestApi, ...keys: Jwk[]) =>
  createTestApi({ DATABASE_URL, ...(keys.length > 0 && setOf(...keys)) });

/** Verifies a token as another service would: by RFC 7515, with only the published keys. */
async function isGenuine(token: string, keys: PublicJwk[]): Promise<boolean> {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const jwk = keys.find(({ kid }) => kid === headerOf(token).kid);
  if (jwk?.use !== "sig" || jwk.alg !== headerOf(token).alg) return false;
  const key = await crypto.subtle.importKey("jwk", jwk, ECDSA, false, ["verify"]);
  return crypto.subtle.verify(
    ECDSA,
    key,
    fromBase64Url(signature) ?? new Uint8Array(),
    utf8(`${header}.${claims}`),
  );
}

describe("/.well-known/oauth-authorization-server", () => {
  const PATH = "/.well-known/oauth-authorization-server";

  it.each(["https://id.example.com", "https://id.example.com/", "https://id.example.com:8443"])(
    "names the keys of the issuer %s on any host, and no grant",
    async (JWT_ISSUER) => {
      const api = await createTestApi({ JWT_ISSUER });
      const { status, body, headers } = await api.call("GET", PATH, { headers: { Host: "evil.test" } });
      expect([status, headers.get("Cache-Control")]).toEqual([200, "public, max-age=600"]);
      expect(body).toEqual({
        issuer: JWT_ISSUER,
        jwks_uri: `${new URL(JWT_ISSUER).origin}/.well-known/jwks.json`,
        response_types_supported: [],
        grant_types_supported: [],
      });
      expect(claimsOf((await api.signUp()).access).iss).toBe(JWT_ISSUER);
    },
  );

  it.each([
    "productivity-tracker",
    "http://id.example.com",
    "https://id.example.com/tenant",
    "https://id.example.com?x=1",
    "https://id.example.com#x",
    "https://ada@id.example.com",
    "https://ID.example.com",
  ])("responds with 404 for the issuer %s", async (JWT_ISSUER) => {
    const api = await createTestApi({ JWT_ISSUER });
    expect(await api.call("GET", PATH)).toMatchObject({ status: 404, body: { error: "RESOURCE_NOT_FOUND" } });
  });
});

describe("/.well-known/jwks.json", () => {
  it("has no keys where only HS256 is used: a secret stays private", async () => {
    const api = await createTestApi();
    expect((await readKeys(api)).body).toEqual({ keys: [] });
  });

  it("lists the keys that verify tokens, in order, without private members", async () => {
    const [first, second] = [await newSigningJwk(), await newSigningJwk()];
    const api = await createTestApi(setOf(first, second));
    const { body, text } = await readKeys(api);
    expect(body.keys.map(({ kid }) => kid)).toEqual([first.kid, second.kid]);
    for (const key of body.keys) {
      expect(Object.keys(key).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
      expect(key).toMatchObject({ kty: "EC", crv: "P-256", use: "sig", alg: "ES256" });
    }
    for (const { d } of [first, second]) expect(text).not.toContain(d);

    const { access } = await api.signUp();
    expect(headerOf(access)).toEqual({ alg: "ES256", typ: "at+jwt", kid: first.kid });
    expect(await isGenuine(access, body.keys)).toBe(true);
    const [header, , signature] = access.split(".");
    const promoted = jsonToBase64Url({ ...claimsOf(access), sub: crypto.randomUUID() });
    expect(await isGenuine(`${header}.${promoted}.${signature}`, body.keys)).toBe(false);
  });

  it("allows caching for ten minutes, and answers 304 to a client that has it", async () => {
    const api = await createTestApi(setOf(await newSigningJwk()));
    const { headers } = await readKeys(api);
    expect(headers.get("Cache-Control")).toBe("public, max-age=600");
    const tag = headers.get("ETag") ?? "";
    const again = await readKeys(api, { "If-None-Match": tag });
    expect(again).toMatchObject({ status: 304, text: "" });
    expect(again.headers.get("ETag")).toBe(tag);
    expect(again.headers.get("Cache-Control")).toBe("public, max-age=600");
    expect((await readKeys(await createTestApi(), { "If-None-Match": tag })).status).toBe(200);
  });
});

describe("rotation", () => {
  it("keeps all sessions, and ends the old key's tokens when the key is removed [KEY-2]", async () => {
    const [old, next] = [await newSigningJwk(), await newSigningJwk()];
    const before = await createTestApi(setOf(old));
    const { access, refresh } = await before.signUp();

    const published = await withKeys(before, old, next);
    expect(await statusWith(published, access)).toBe(200);
    expect(headerOf((await published.signUp()).access).kid).toBe(old.kid);

    const switched = await withKeys(before, next, old);
    expect(await statusWith(switched, access)).toBe(200);
    const renewed = await switched.call("POST", "/auth/refresh", { body: { refresh_token: refresh } });
    expect(renewed.status).toBe(200);
    expect(headerOf(String(renewed.body.access_token)).kid).toBe(next.kid);
    // An instance that still runs with the intermediate keys knows the new key.
    expect(await statusWith(published, String(renewed.body.access_token))).toBe(200);

    const after = await withKeys(before, next);
    expect(await statusWith(after, String(renewed.body.access_token))).toBe(200);
    expect(await after.call("GET", "/auth/me", { token: access })).toMatchObject({
      status: 401,
      body: { error: "INVALID_TOKEN" },
    });
  });

  it("keeps all sessions when HS256 is replaced, and when it returns", async () => {
    const key = await newSigningJwk();
    const symmetric = await createTestApi();
    const { access, refresh } = await symmetric.signUp();
    expect(headerOf(access).alg).toBe("HS256");
    const asymmetric = await withKeys(symmetric, key);
    expect(await statusWith(asymmetric, access)).toBe(200);
    const renewed = await asymmetric.call("POST", "/auth/refresh", { body: { refresh_token: refresh } });
    expect(headerOf(String(renewed.body.access_token)).alg).toBe("ES256");
    expect(await statusWith(symmetric, String(renewed.body.access_token))).toBe(401);
    const back = await symmetric.call("POST", "/auth/refresh", {
      body: { refresh_token: renewed.body.refresh_token },
    });
    expect(await statusWith(symmetric, String(back.body.access_token))).toBe(200);
  });
});

describe("a forged token", () => {
  let api: TestApi;
  let jwk: Jwk;
  let claims: object;
  let access: string;
  beforeAll(async () => {
    jwk = await newSigningJwk();
    api = await createTestApi(setOf(jwk));
    ({ access } = await api.signUp());
    claims = claimsOf(access);
  });

  const signed = async (header: object, key: CryptoKey, algorithm: SubtleCryptoSignAlgorithm) => {
    const body = `${jsonToBase64Url(header)}.${jsonToBase64Url(claims)}`;
    return `${body}.${toBase64Url(new Uint8Array(await crypto.subtle.sign(algorithm, key, utf8(body))))}`;
  };
  const byHmac = async (header: object, secret: Uint8Array) => {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    return signed(
      header,
      await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign"]),
      algorithm,
    );
  };
  const byEcdsa = async (header: object, key: Jwk) =>
    signed(header, await crypto.subtle.importKey("jwk", key, ECDSA, false, ["sign"]), ECDSA);
  const exported = async (format: "spki" | "raw") => {
    const { d: _, ...half } = jwk;
    const key = await crypto.subtle.importKey("jwk", half, ECDSA, true, ["verify"]);
    const bytes = await crypto.subtle.exportKey(format, key);
    if (!(bytes instanceof ArrayBuffer)) throw new Error("It has bytes only in these formats.");
    return new Uint8Array(bytes);
  };
  const pem = async () =>
    utf8(
      `-----BEGIN PUBLIC KEY-----\n${btoa(String.fromCharCode(...(await exported("spki"))))}\n-----END PUBLIC KEY-----\n`,
    );
  const published = async () => utf8(JSON.stringify((await readKeys(api)).body.keys[0]));
  const hs256 = () => ({ alg: "HS256", typ: "at+jwt", kid: jwk.kid });
  const es256 = () => ({ alg: "ES256", typ: "at+jwt", kid: jwk.kid });

  it("accepts a token signed like its own, so that each attack below fails for its own reason", async () => {
    expect(await statusWith(api, await byEcdsa(es256(), jwk))).toBe(200);
  });

  const attacks: [string, () => Promise<string>][] = [
    ["HS256 with the published JWK for a secret", async () => byHmac(hs256(), await published())],
    ["HS256 with its PEM for a secret", async () => byHmac(hs256(), await pem())],
    ["HS256 with its DER for a secret", async () => byHmac(hs256(), await exported("spki"))],
    ["HS256 with its point for a secret", async () => byHmac(hs256(), await exported("raw"))],
    ["HS256 with its x for a secret", async () => byHmac(hs256(), utf8(jwk.x))],
    ["ES256 in the header, an HMAC behind it", async () => byHmac(es256(), await published())],
    ["HS256 in the header, our own ES256 behind it", () => byEcdsa(hs256(), jwk)],
    ["ES384 in the header", () => byEcdsa({ ...es256(), alg: "ES384" }, jwk)],
    ["none", async () => `${jsonToBase64Url({ ...es256(), alg: "none" })}.${jsonToBase64Url(claims)}.`],
    ["another key under our kid", async () => byEcdsa(es256(), await newSigningJwk())],
    ["our key under no kid", () => byEcdsa({ alg: "ES256", typ: "at+jwt" }, jwk)],
    ["our key under an unknown kid", () => byEcdsa({ ...es256(), kid: "unknown" }, jwk)],
    [
      "a key that it brings along",
      async () => {
        const own = await newSigningJwk();
        return byEcdsa({ ...es256(), jwk: own }, own);
      },
    ],
    ["a signature of zeros", async () => access.replace(/[^.]+$/, toBase64Url(new Uint8Array(64)))],
    [
      "ES256 under the kid of our secret",
      async () => byEcdsa({ ...es256(), kid: (await deriveHs256Jwk(api.settings.AUTH_SECRET)).kid }, jwk),
    ],
  ];

  it.each(attacks)("rejects %s with 401, without a database request [KEY-1]", async (_, make) => {
    const token = await make();
    const trips = await api.roundTripsOf(async () => {
      expect(await api.call("GET", "/auth/me", { token })).toMatchObject({
        status: 401,
        body: { error: "INVALID_TOKEN" },
      });
    });
    expect(trips).toBe(0);
  });
});

describe("a key whose halves don't belong together", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("answers 500 everywhere, and names the key in the log", async () => {
    const { bindings } = await createTestApi();
    const logged: string[] = [];
    vi.spyOn(console, "error").mockImplementation((line) => logged.push(String(line)));
    const [one, another] = [await newSigningJwk(), await newSigningJwk()];
    for (const wrong of [
      { ...one, d: another.d },
      { ...one, x: another.x },
    ]) {
      const request = new Request("http://api.test/health");
      const response = await app.fetch(request, { ...bindings, ...setOf(another, wrong) });
      expect(response.status).toBe(500);
      expect(logged.join()).toContain("SIGNING_KEYS.keys.1");
      for (const { d } of [one, another]) expect(logged.splice(0).join()).not.toContain(d);
    }
  });
});
