import { beforeAll, expect, it } from "vitest";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const COUNTED_MAIL = "the mail is counted when it is sent, after the response";

/** Round trips of each operation, with the reason if there is more than one. */
const COSTS = [
  ["GET /auth/me", 1, "the check travels with the work"],
  ["PUT /auth/me", 1, "the check, the change and the resulting account"],
  ["PUT /auth/me, rejected as invalid", 1, "the check alone, which comes before the body"],
  [
    "PUT /auth/me/password",
    3,
    `the Worker needs the hash before it can change the password; and ${COUNTED_MAIL}`,
  ],
  ["PUT /auth/me/password, wrong password", 2, "the hash, then the count of failures"],
  ["POST /auth/register", 3, `the attempt is counted before the password is hashed; and ${COUNTED_MAIL}`],
  ["POST /auth/login", 2, "the Worker needs the hash before it can open a session"],
  ["POST /auth/login, wrong password", 2, "the hash, then the count of failures"],
  ["POST /auth/login, unknown account", 2, "as for a wrong password"],
  ["POST /auth/login, blocked", 2, "as for a wrong password"],
  ["POST /auth/refresh", 1, "one statement decides"],
  ["POST /auth/logout", 1, ""],
  ["GET /auth/me without a token", 0, "rejected before any I/O"],
  ["GET /auth/me with a forged token", 0, "rejected before any I/O"],
  ["GET /health", 0, ""],
  ["GET /health/detailed", 1, ""],
] as const;

it.each(COSTS)("answers %s in %i round trips (%s) [TRIP-1]", async (operation, trips) => {
  const { access: token, refresh, username } = await api.signUp();
  const login = (name: string, password: string) =>
    api.call("POST", "/auth/login", { body: { username: name, password } });
  if (operation === "POST /auth/login, blocked")
    for (let i = 0; i < 10; i++) await login(username, "not the password");
  const account = `trip-${crypto.randomUUID()}`;
  const operations: Record<(typeof COSTS)[number][0], () => Promise<{ status: number }>> = {
    "GET /auth/me": () => api.call("GET", "/auth/me", { token }),
    "PUT /auth/me": () => api.call("PUT", "/auth/me", { token, body: { first_name: "Ada" } }),
    "PUT /auth/me, rejected as invalid": () =>
      api.call("PUT", "/auth/me", { token, body: { first_name: 1 } }),
    "PUT /auth/me/password": () =>
      api.call("PUT", "/auth/me/password", {
        token,
        body: { current_password: PASSWORD, new_password: "another horse, another battery" },
      }),
    "PUT /auth/me/password, wrong password": () =>
      api.call("PUT", "/auth/me/password", {
        token,
        body: { current_password: "not the password", new_password: PASSWORD },
      }),
    "POST /auth/register": () =>
      api.call("POST", "/auth/register", {
        body: { username: account, email: `${account}@example.com`, password: PASSWORD },
      }),
    "POST /auth/login": () => login(username, PASSWORD),
    "POST /auth/login, wrong password": () => login(username, "not the password"),
    "POST /auth/login, unknown account": () => login("unknown", "not the password"),
    "POST /auth/login, blocked": () => login(username, PASSWORD),
    "POST /auth/refresh": () => api.call("POST", "/auth/refresh", { body: { refresh_token: refresh } }),
    "POST /auth/logout": () => api.call("POST", "/auth/logout", { token }),
    "GET /auth/me without a token": () => api.call("GET", "/auth/me"),
    "GET /auth/me with a forged token": () => api.call("GET", "/auth/me", { token: `${token}A` }),
    "GET /health": () => api.call("GET", "/health"),
    "GET /health/detailed": () => api.call("GET", "/health/detailed"),
  };
  expect(await api.roundTripsOf(operations[operation])).toBe(trips);
});
