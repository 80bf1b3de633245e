import { createExecutionContext, env } from "cloudflare:test";
import { expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { answer } from "../../src/parts/load.ts";
import { OPERATIONS } from "../support/documented.ts";
import { UNKNOWN_ID } from "../support/fixtures.ts";

/** The database does not exist: requests without credentials are refused before they need it, or fail alike. */
const BINDINGS = {
  ASSETS: (env as { ASSETS: Fetcher }).ASSETS,
  ENVIRONMENT: "development",
  LOG_LEVEL: "error",
  DEBUG: "false",
  AUTH_SECRET: "local-secret-of-the-tests-0123456789-abcdefghij",
  DATABASE_URL: "postgres://worker:test@database.test/none",
  CORS_ORIGINS: "https://app.example.com",
};

type Fetch = (
  request: Request,
  bindings: typeof BINDINGS,
  execution: ExecutionContext,
) => ReturnType<typeof answer>;

/** Matches ids of requests and nonces, which differ for each request. */
const RANDOM = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;

/** Returns the answer without what differs for each request. */
async function answerOf(fetch: Fetch, method: string, path: string, headers: Record<string, string> = {}) {
  const request = new Request(`http://api.test${path}`, { method, headers });
  const response = await fetch(request, BINDINGS, createExecutionContext());
  const text = await response.text();
  return {
    status: response.status,
    headers: [...response.headers].map(([name, value]) => [name, value.replaceAll(RANDOM, "id")]),
    text: text.replaceAll(RANDOM, "id").replace(/"timestamp":"[^"]*"/, ""),
  };
}

const paths = [...new Set(OPERATIONS.map(({ path }) => path.replaceAll(/\{\w+\}/g, UNKNOWN_ID)))];
const unknown = [
  "/nowhere",
  "/auth",
  "/auth/nowhere",
  "/compat/nowhere",
  "/time-entriesx",
  "/%00",
  "/docs/assets/x",
];

it("has every path of the whole API in one of its parts", async () => {
  expect(paths.length).toBeGreaterThan(100);
  for (const path of paths) {
    const { status, headers } = await answerOf(answer, "PROPFIND", path);
    expect([path, status]).toEqual([path, 405]);
    expect([path, headers]).toEqual([path, (await answerOf(app.fetch, "PROPFIND", path)).headers]);
  }
});

it.each([
  ["an unknown path", "GET", unknown, {}],
  ["a page", "GET", ["/docs", "/redoc", "/", "/health"], {}],
  ["an alias", "GET", ["/api/v1/auth/me", "/api/v1/goals/", "/auth/me//", "//auth/me", "/a/../auth/me"], {}],
  ["HEAD", "HEAD", ["/health", "/auth/me", "/goals", "/nowhere"], {}],
  ["a preflight", "OPTIONS", ["/auth/me", "/nowhere"], { Origin: "https://app.example.com" }],
  [
    "a preflight of an open path",
    "OPTIONS",
    ["/compat/wakatime/v1/users/current"],
    { Origin: "https://any.test" },
  ],
  ["a page of another origin", "GET", ["/auth/me", "/goals"], { Origin: "https://evil.test" }],
  ["a client's id", "GET", ["/access/v1/evaluation", "/roles"], { "X-Request-Id": "abc" }],
  ["a cached document", "GET", ["/.well-known/jwks.json"], { "If-None-Match": "*" }],
])("answers %s like the whole API", async (_, method, targets, headers) => {
  for (const path of targets) {
    const expected = await answerOf(app.fetch, method, path, headers);
    expect([path, await answerOf(answer, method, path, headers)]).toEqual([path, expected]);
  }
});

it("serves the document of the whole API", async () => {
  const whole = await answerOf(app.fetch, "GET", "/openapi.json");
  expect(Object.keys(JSON.parse(whole.text).paths)).toHaveLength(paths.length);
  expect(await answerOf(answer, "GET", "/openapi.json")).toEqual(whole);
});
