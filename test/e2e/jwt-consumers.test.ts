import { createRemoteJWKSet, jwtVerify, customFetch as throughSystem } from "jose";
import {
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
  validateJwtAccessToken,
} from "oauth4webapi";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newSigningJwk } from "../support/access-keys.ts";
import { type System, startSystem } from "../support/system.ts";

/** Tests other services with published libraries, which find the keys through the issuer and verify access tokens. */

const ISSUER = "https://issuer.test";
const AUDIENCE = "productivity-tracker-api";
const PASSWORD = "correct horse battery staple";

let system: System;
let token: string;
let userId: string;

beforeAll(async () => {
  const keys = [await newSigningJwk()];
  system = await startSystem({ JWT_ISSUER: ISSUER, SIGNING_KEYS: JSON.stringify({ keys }) });
  const person = { username: "ada", password: PASSWORD };
  userId = (await post("/auth/register", { ...person, email: "ada@example.com" })).id ?? "";
  token = (await post("/auth/login", { ...person, token_delivery: "body" })).access_token ?? "";
});
afterAll(() => system?.stop());

async function post(path: string, body: object) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(system.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  return (await response.json()) as Record<string, string>;
}

/** Sends requests to the issuer's address to the system. */
const atIssuer = (url: string | URL, init?: object) => {
  const { origin, pathname } = new URL(url);
  expect(origin).toBe(ISSUER);
  return fetch(system.url + pathname, init);
};

const discover = async () => {
  const issuer = new URL(ISSUER);
  const response = await discoveryRequest(issuer, { algorithm: "oauth2", [customFetch]: atIssuer });
  return processDiscoveryResponse(issuer, response);
};

const requestWith = (bearer: string) =>
  new Request("https://service.test/", { headers: { Authorization: `Bearer ${bearer}` } });

it("lets a resource server of RFC 9068 find the keys through the issuer, and verify a token", async () => {
  const metadata = await discover();
  expect(metadata).toMatchObject({ grant_types_supported: [], response_types_supported: [] });
  const claims = await validateJwtAccessToken(metadata, requestWith(token), AUDIENCE, {
    [customFetch]: atIssuer,
  });
  expect(claims).toMatchObject({ sub: userId, client_id: ISSUER, iss: ISSUER });
});

it("fails in a resource server for another audience, and for a changed token", async () => {
  const metadata = await discover();
  const options = { [customFetch]: atIssuer };
  await expect(validateJwtAccessToken(metadata, requestWith(token), "another", options)).rejects.toThrow(
    /aud/,
  );
  const changed = token.replace(/.$/, (last) => (last === "A" ? "Q" : "A"));
  await expect(validateJwtAccessToken(metadata, requestWith(changed), AUDIENCE, options)).rejects.toThrow();
});

it("passes in a JWT verifier only with its own type", async () => {
  const { jwks_uri = "" } = await discover();
  const keys = createRemoteJWKSet(new URL(jwks_uri), { [throughSystem]: atIssuer });
  const expected = { issuer: ISSUER, audience: AUDIENCE, algorithms: ["ES256"] };
  const { payload } = await jwtVerify(token, keys, { ...expected, typ: "at+jwt" });
  expect(payload.sub).toBe(userId);
  await expect(jwtVerify(token, keys, { ...expected, typ: "JWT" })).rejects.toThrow(/typ/);
});
