import { beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

const FRONT = "https://front.test";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi({ CORS_ORIGINS: FRONT });
});

const signOut = (query: string, headers: Record<string, string> = {}) =>
  api.call("POST", `/auth/logout${query}`, { headers });
const cookieOf = async () => ({ Cookie: `access_token=${(await api.signUp()).access}` });
const SAME_ORIGIN = { "Sec-Fetch-Site": "same-origin" };

it.each(["", "?clear_storage=false"])("keeps the storage of pages by default: logout%s", async (query) => {
  const { status, headers } = await signOut(query, { ...(await cookieOf()), ...SAME_ORIGIN });
  expect([status, headers.get("Clear-Site-Data")]).toEqual([200, null]);
});

it("clears the storage of pages if the request asks for it, also after the session has ended", async () => {
  const cookie = await cookieOf();
  for (const headers of [{ ...cookie, ...SAME_ORIGIN }, { ...cookie, ...SAME_ORIGIN }, SAME_ORIGIN]) {
    const answer = await signOut("?clear_storage=true", headers);
    expect([answer.status, answer.headers.get("Clear-Site-Data")]).toEqual([200, '"storage"']);
  }
});

it.each([
  ["of another site", { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.test" }],
  ["of another origin of this site", { "Sec-Fetch-Site": "same-site", Origin: "https://other.api.test" }],
  ["without Fetch Metadata", { Origin: "https://evil.test" }],
  ["in a sandbox", { "Sec-Fetch-Site": "cross-site", Origin: "null" }],
  ["of an origin that may call the API", { "Sec-Fetch-Site": "cross-site", Origin: FRONT }],
])("refuses to clear the storage for a page %s, and keeps the session [LOGOUT-1]", async (_, headers) => {
  const { access } = await api.signUp();
  for (const credentials of [{}, { Authorization: `Bearer ${access}` }]) {
    const answer = await signOut("?clear_storage=true", { ...headers, ...credentials });
    expect([answer.status, answer.body.error, answer.headers.get("Clear-Site-Data")]).toEqual([
      403,
      "PERMISSION_DENIED",
      null,
    ]);
  }
  expect((await api.call("GET", "/auth/me", { token: access })).status).toBe(200);
});

it("sends the header only with a sign-out", async () => {
  const { access } = await api.signUp();
  for (const [method, path] of [
    ["GET", "/auth/me"],
    ["POST", "/auth/refresh"],
    ["DELETE", "/auth/me"],
  ] as const) {
    const { headers } = await api.call(method, path, { token: access });
    expect(headers.get("Clear-Site-Data")).toBeNull();
  }
});
