import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { cookiesOf, createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
});

const deleteMe = (token: string) => api.call<{ error?: string }>("DELETE", "/auth/me", { token });
const statusOf = async (method: string, path: string, token?: string, body?: unknown) =>
  (await api.call(method, path, { token, body })).status;

describe("DELETE /auth/me", () => {
  it("ends every session, token, key and feed immediately", async () => {
    const ada = await api.signUp();
    const { access: elsewhere, refresh } = await api.signIn(ada.username);
    const make = async (path: string, body: object) =>
      (await api.call<{ token: string; url: string }>("POST", path, { token: ada.access, body })).body;
    const { token } = await make("/auth/tokens", { name: "script", scopes: ["read"] });
    const { token: key } = await make("/auth/tokens", {
      name: "editor",
      scopes: ["ingest"],
      format: "wakatime",
    });
    const { url } = await make("/calendar-feeds", { name: "phone" });
    const feed = new URL(url).pathname;
    const heartbeats = "/compat/wakatime/v1/users/current/heartbeats";
    const beat = { entity: "/notes", time: Date.now() / 1000 };
    expect(await statusOf("POST", heartbeats, key, beat)).toBe(201);
    expect(await statusOf("GET", feed)).toBe(200);

    expect((await deleteMe(ada.access)).status).toBe(204);

    for (const credential of [ada.access, elsewhere, token])
      expect(await statusOf("GET", "/auth/me", credential)).toBe(401);
    expect(await statusOf("POST", heartbeats, key, beat)).toBe(401);
    expect(await statusOf("GET", feed)).toBe(404);
    expect(await statusOf("POST", "/auth/refresh", undefined, { refresh_token: refresh })).toBe(401);
    const signIn = { username: ada.username, password: PASSWORD };
    expect(await statusOf("POST", "/auth/login", undefined, signIn)).toBe(401);
  });

  it("frees the email and the username, and clears the cookies", async () => {
    const ada = await api.signUp();
    const { body, headers } = await api.call("POST", "/auth/login", {
      body: { username: ada.username, password: PASSWORD, token_delivery: "cookie" },
    });
    expect(body).not.toHaveProperty("access_token");
    const sent = Object.entries(cookiesOf({ headers })).map(([name, { value }]) => `${name}=${value}`);
    const answer = await api.call("DELETE", "/auth/me", { headers: { Cookie: sent.join("; ") } });
    expect(answer.status).toBe(204);
    const cleared = cookiesOf(answer);
    expect(cleared).toMatchObject({ access_token: { value: "" }, refresh_token: { value: "" } });
    const { email, username } = ada;
    expect(await statusOf("POST", "/auth/register", undefined, { email, username, password: PASSWORD })).toBe(
      201,
    );
  });

  it("mails the owner the day until which an administrator can restore the account", async () => {
    const ada = await api.signUp();
    await deleteMe(ada.access);
    const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const [mail] = await api.mailsTo(ada.email);
    expect(mail?.subject).toMatch(/was deleted/);
    expect(mail?.text).toContain(until);
    expect(mail?.text).not.toContain(ada.username);
  });

  it("allows a restore by an administrator, which restores no credentials [ACCOUNT-3]", async () => {
    const ada = await api.signUp();
    const { body } = await api.call<{ token: string }>("POST", "/auth/tokens", {
      token: ada.access,
      body: { name: "script", scopes: ["read"] },
    });
    await deleteMe(ada.access);
    expect(await statusOf("POST", `/auth/users/${ada.id}/restore`, root.access)).toBe(200);
    for (const credential of [ada.access, body.token])
      expect(await statusOf("GET", "/auth/me", credential)).toBe(401);
    expect(await statusOf("GET", "/auth/me", (await api.signIn(ada.username)).access)).toBe(200);
  });

  it("requires a session and recent authentication", async () => {
    const ada = await api.signUp();
    const { body } = await api.call<{ token: string }>("POST", "/auth/tokens", {
      token: ada.access,
      body: { name: "script", scopes: ["full"] },
    });
    expect(await deleteMe(body.token)).toMatchObject({ status: 403, body: { error: "PERMISSION_DENIED" } });
    await api.db.execute(
      sql`update sessions set authenticated_at = now() - interval '1 day' where user_id = ${ada.id}`,
    );
    expect(await deleteMe(ada.access)).toMatchObject({
      status: 401,
      body: { error: "REAUTHENTICATION_REQUIRED" },
    });
    expect(await statusOf("GET", "/auth/me", ada.access)).toBe(200);
  });

  it("rejects the last active superuser [ACCOUNT-4]", async () => {
    const own = await createTestApi();
    const [first, second] = [await own.signUpHolding("superuser"), await own.signUpHolding("superuser")];
    const remove = (token: string) => own.call("DELETE", "/auth/me", { token });
    expect((await remove(first.access)).status).toBe(204);
    expect(await remove(second.access)).toMatchObject({
      status: 400,
      body: { error: "BUSINESS_LOGIC_ERROR", message: "At least one active superuser must remain." },
    });
    expect((await own.call("GET", "/auth/me", { token: second.access })).status).toBe(200);
  });
});
