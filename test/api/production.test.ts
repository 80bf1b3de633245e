import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import { cookiesOf, createTestApi, PASSWORD, type TestApi } from "../support/api.ts";

const SETTINGS = {
  ENVIRONMENT: "production",
  APP_URL: "https://app.test",
  AUTH_SECRET: "8vJ2kPq0sT5xW7zB4nM1cR6yH9dF3gLa",
};

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi(SETTINGS);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const failing = async (target: TestApi) => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const fault = `http://database.test/fault?name=${target.database}&kind=refusing&code=42P01`;
  await fetch(fault, { method: "POST" });
};

it.each(["https://api.example.com", "https://productivity-tracker.workers.dev", "http://127.0.0.1:8500"])(
  "registers, signs in and recognizes users at %s [PROD-1]",
  async (origin) => {
    const send = async (method: string, path: string, body: object, headers = {}) =>
      app.fetch(
        new Request(origin + path, {
          method,
          headers: { "Content-Type": "application/json", ...headers },
          body: JSON.stringify(body),
        }),
        api.bindings,
      );
    const username = `user-${crypto.randomUUID()}`;
    const account = { username, email: `${username}@example.com`, password: PASSWORD };
    expect((await send("POST", "/auth/register", account)).status).toBe(201);
    const login = await send("POST", "/auth/login", {
      username,
      password: PASSWORD,
      token_delivery: "cookie",
    });
    expect(login.status).toBe(200);
    const cookie = `__Host-access_token=${cookiesOf(login)["__Host-access_token"]?.value}`;
    const changed = await send("PUT", "/auth/me", { first_name: "Ada" }, { Cookie: cookie, Origin: origin });
    expect(changed.status).toBe(200);
    expect(await changed.json()).toMatchObject({ username, first_name: "Ada" });
  },
);

it("clears cookies on sign-out with the attributes that they were set with, Secure and HttpOnly [PROD-4]", async () => {
  const { access, refresh } = await api.signUp();
  const answer = await api.call("POST", "/auth/logout", {
    headers: { Cookie: `__Host-access_token=${access}; __Host-refresh_token=${refresh}` },
  });
  const cleared = { value: "", attributes: "Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict" };
  expect(cookiesOf(answer)).toEqual({ "__Host-access_token": cleared, "__Host-refresh_token": cleared });
});

it("hides the details of failures although DEBUG is set [PROD-2]", async () => {
  const debugging = await createTestApi({ ...SETTINGS, DEBUG: "true" });
  const { access: token } = await debugging.signUp();
  await failing(debugging);
  const answer = await debugging.call("PUT", "/auth/me", { token, body: { first_name: "Zaphod" } });
  expect(answer.status).toBe(500);
  expect(answer.body).toEqual({
    error: "DATABASE_ERROR",
    message: "The request could not be completed.",
    request_id: answer.headers.get("X-Request-Id"),
  });
});

it("shows developers with DEBUG the stack of a failure, without statements and parameters [PROD-3]", async () => {
  const debugging = await createTestApi({ DEBUG: "true" });
  const { access: token, refresh } = await debugging.signUp();
  await failing(debugging);
  for (const { body } of [
    await debugging.call("PUT", "/auth/me", { token, body: { first_name: "Zaphod" } }),
    await debugging.call("POST", "/auth/refresh", { body: { refresh_token: refresh } }),
  ]) {
    expect(body.debug_context).toContain("refused by the test");
    expect(body.debug_context).not.toMatch(/Zaphod|update "|select|params|\$1/i);
  }
});
