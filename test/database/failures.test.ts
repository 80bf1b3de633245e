import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import { createTestApi, type TestApi } from "../support/api.ts";

const ORIGIN = "https://app.example.com";

let api: TestApi;
beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  api = await createTestApi({ CORS_ORIGINS: ORIGIN });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const fail = (kind: string, code = "") =>
  fetch(`http://database.test/fault?name=${api.database}&kind=${kind}&code=${code}`, { method: "POST" });

it.each([
  ["500", "refusing", "42P01"],
  ["503", "unreachable", ""],
])(
  "sends the usual headers with a %s, which a page of an allowed origin can read [DB-2]",
  async (status, kind, code) => {
    const { access: token } = await api.signUp();
    await fail(kind, code);
    const { headers, ...answer } = await api.call("GET", "/auth/me", { token, headers: { Origin: ORIGIN } });
    expect(answer.status).toBe(Number(status));
    expect(Object.fromEntries(headers)).toMatchObject({
      "access-control-allow-origin": ORIGIN,
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": expect.stringContaining("X-Request-Id"),
      "x-request-id": answer.body.request_id,
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "strict-transport-security": expect.stringContaining("max-age="),
      "content-security-policy": expect.stringContaining("default-src 'none'"),
      "cache-control": "no-store",
    });
  },
);

it("reports a failing database as 503 in the detailed health, without its address or the reason [DB-3]", async () => {
  for (const [kind, code] of [["unreachable"], ["refusing", "28P01"]] as const) {
    await fail(kind, code);
    const { status, body } = await api.call("GET", "/health/detailed");
    expect(status).toBe(503);
    expect(body).toEqual({
      status: "degraded",
      app_name: "Productivity Tracker",
      version: expect.any(String),
      timestamp: expect.any(String),
      database: "disconnected",
      database_version: null,
    });
  }
});

it("serves other requests while one waits for the database [DB-1]", async () => {
  const { access } = await api.signUp();
  const other = await createTestApi();
  await fail("silent");
  const ended: string[] = [];
  const wait = async () => {
    const headers = { Authorization: `Bearer ${access}` };
    const bindings = { ...api.bindings, DATABASE_TIMEOUT_MS: "8000" };
    const { status } = await app.fetch(new Request("http://api.test/auth/me", { headers }), bindings);
    ended.push(`waiting ${status}`);
  };
  const ask = async () => {
    const { status } = await other.call("GET", "/health/detailed");
    ended.push(`other ${status}`);
  };
  await Promise.all([wait(), ask(), ask(), ask()]);
  expect(ended).toEqual([...Array(3).fill("other 200"), "waiting 503"]);
});
