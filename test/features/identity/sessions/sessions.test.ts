import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, PASSWORD, sessionIdIn, type TestApi } from "../../../support/api.ts";

interface Session {
  id: string;
  is_current: boolean;
  device: string | null;
  user_agent: string | null;
  address: string | null;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
}

type SignedIn = Awaited<ReturnType<TestApi["signUp"]>>;

let api: TestApi;
let admin: SignedIn;
beforeAll(async () => {
  api = await createTestApi();
  admin = await api.signUpHolding("sessions:read", "sessions:delete");
});

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

/** Opens another session with these request headers. */
async function signInFrom(username: string, headers: Record<string, string>) {
  const body = { username, password: PASSWORD };
  const answer = await api.call<{ access_token: string; refresh_token: string }>("POST", "/auth/login", {
    body,
    headers,
  });
  return { access: answer.body.access_token, refresh: answer.body.refresh_token };
}

const list = (token: string, path = "/auth/sessions") => api.call<Session[]>("GET", path, { token });
const idsOf = (sessions: Session[]) => sessions.map(({ id }) => id);
const statusOf = async ({ access: token }: { access: string }) =>
  (await api.call("GET", "/auth/me", { token })).status;
const refreshOf = async ({ refresh }: { refresh: string }) =>
  (await api.call("POST", "/auth/refresh", { body: { refresh_token: refresh } })).status;
const remove = (path: string, { access: token }: { access: string }) =>
  api.call<{ error?: string; message?: string }>("DELETE", path, { token });
/** Moves the authentication of the user's sessions one hour back. */
const letTimePass = ({ id }: { id: string }) =>
  api.db.execute(
    sql`update sessions set authenticated_at = authenticated_at - interval '1 hour' where user_id = ${id}`,
  );
const endingsOf = async ({ id }: { id: string }) =>
  (
    await api.db.execute<{ actor_id: string; session_id: string; reason: string }>(sql`
      select actor_id, details->>'session_id' as session_id, details->>'reason' as reason from audit_events
      where action = 'session.ended' and target_id = ${id}`)
  ).rows;

describe("GET /auth/sessions", () => {
  it("lists the user's sessions, latest first, and marks the current one [SESSION-3]", async () => {
    const user = await api.signUp();
    const other = await signInFrom(user.username, {
      "User-Agent": FIREFOX,
      "CF-Connecting-IP": "203.0.113.7",
    });
    const { status, body, headers } = await list(user.access);
    expect(status).toBe(200);
    expect(headers.get("X-Total-Count")).toBe("2");
    expect(body).toMatchObject([
      {
        id: sessionIdIn(other.access),
        is_current: false,
        device: "Firefox on Linux",
        user_agent: FIREFOX,
        address: "203.0.113.7",
      },
      { id: sessionIdIn(user.access), is_current: true, device: null, user_agent: null, address: null },
    ]);
    expect((await list(other.access)).body.map(({ is_current }) => is_current)).toEqual([true, false]);
  });

  it("returns when a session was last seen and when it expires", async () => {
    const user = await api.signUp();
    await api.db.execute(sql`
      update sessions set created_at = '2026-01-01', rotated_at = '2026-01-02', authenticated_at = '2026-01-03',
        idle_at = '2126-01-01', ends_at = '2126-02-01' where user_id = ${user.id}`);
    const before = (await list(user.access)).body;
    expect(before).toMatchObject([
      {
        created_at: "2026-01-01T00:00:00.000Z",
        last_seen_at: "2026-01-03T00:00:00.000Z",
        expires_at: "2126-01-01T00:00:00.000Z",
      },
    ]);
    expect(await refreshOf(user)).toBe(200);
    const [after] = (await list(user.access)).body;
    expect(after?.created_at).toBe("2026-01-01T00:00:00.000Z");
    expect(Date.parse(after?.last_seen_at ?? "")).toBeGreaterThan(Date.parse("2026-01-03T00:00:00Z"));
  });

  it("leaves out sessions that were ended or have expired", async () => {
    const user = await api.signUp();
    const [signedOut, idle, expired] = await Promise.all([1, 2, 3].map(() => api.signIn(user.username)));
    await api.call("POST", "/auth/logout", { token: signedOut?.access });
    for (const [session, column] of [
      [idle, "idle_at"],
      [expired, "ends_at"],
    ] as const) {
      await api.db.execute(
        sql`update sessions set ${sql.identifier(column)} = now() where id = ${sessionIdIn(session?.access ?? "")}`,
      );
    }
    expect(idsOf((await list(user.access)).body)).toEqual([sessionIdIn(user.access)]);
  });

  it("returns pages", async () => {
    const user = await api.signUp();
    for (const _ of [1, 2]) await api.signIn(user.username);
    const first = await list(user.access, "/auth/sessions?limit=2&sort=created_at");
    const [, next = ""] = /<([^>]+)>; rel="next"/.exec(first.headers.get("Link") ?? "") ?? [];
    const second = await list(user.access, next);
    const all = (await list(user.access, "/auth/sessions?sort=created_at")).body;
    expect(all).toHaveLength(3);
    expect([...first.body, ...second.body]).toEqual(all);
  });

  it.each([
    [FIREFOX, "Firefox on Linux"],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
      "Chrome on Windows",
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
      "Edge on Windows",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
      "Safari on macOS",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
      "Safari on iPhone",
    ],
    [
      "Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.0.0 Mobile/15E148 Safari/604.1",
      "Chrome on iPad",
    ],
    [
      "Mozilla/5.0 (Linux; Android 16; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
      "Samsung Internet on Android",
    ],
    [
      "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
      "Chrome on ChromeOS",
    ],
    ["curl/8.16.0", "curl"],
    ["python-requests/2.32.5", "python-requests"],
    ["PostmanRuntime", "PostmanRuntime"],
    ["Mozilla/5.0 (X11; Linux x86_64)", "Linux"],
    ["Firefox/145.0", "Firefox"],
    ["Mozilla/5.0", null],
    ["<script>alert(1)</script>", null],
    ["", null],
  ])("names the device of %s", async (userAgent, expected) => {
    const { username } = await api.signUp();
    const { access } = await signInFrom(username, { "User-Agent": userAgent });
    const { body } = await list(access);
    expect(body.find(({ is_current }) => is_current)?.device).toBe(expected);
  });
});

describe("DELETE /auth/sessions/{session_id}", () => {
  it("ends only that session, immediately [SESSION-6]", async () => {
    const user = await api.signUp();
    const [stolen, kept] = [await api.signIn(user.username), await api.signIn(user.username)];
    expect((await remove(`/auth/sessions/${sessionIdIn(stolen.access)}`, user)).status).toBe(204);
    expect([await statusOf(stolen), await refreshOf(stolen)]).toEqual([401, 401]);
    expect([await statusOf(kept), await statusOf(user)]).toEqual([200, 200]);
    expect(await endingsOf(user)).toEqual([
      { actor_id: user.id, session_id: sessionIdIn(stolen.access), reason: "ended_by_owner" },
    ]);
  });

  it("ends the current session as well", async () => {
    const user = await api.signUp();
    expect((await remove(`/auth/sessions/${sessionIdIn(user.access)}`, user)).status).toBe(204);
    expect(await statusOf(user)).toBe(401);
  });

  it("answers 404 for another user's session, an ended session and an unknown id", async () => {
    const [user, other] = [await api.signUp(), await api.signUp()];
    const ended = await api.signIn(user.username);
    await api.call("POST", "/auth/logout", { token: ended.access });
    for (const id of [sessionIdIn(other.access), sessionIdIn(ended.access), crypto.randomUUID()]) {
      const { status, body } = await remove(`/auth/sessions/${id}`, user);
      expect([status, body.message]).toEqual([404, "Session not found."]);
    }
    expect(await statusOf(other)).toBe(200);
    expect(await endingsOf(other)).toEqual([]);
  });

  it("requires recent authentication [SESSION-7]", async () => {
    const user = await api.signUp();
    const other = await api.signIn(user.username);
    await letTimePass(user);
    const path = `/auth/sessions/${sessionIdIn(other.access)}`;
    expect((await remove(path, user)).body.error).toBe("REAUTHENTICATION_REQUIRED");
    expect(await statusOf(other)).toBe(200);
    await api.call("POST", "/auth/reauthenticate", { token: user.access, body: { password: PASSWORD } });
    expect((await remove(path, user)).status).toBe(204);
    expect(await statusOf(other)).toBe(401);
  });
});

describe("DELETE /auth/sessions", () => {
  it("ends all sessions of the user except the current one", async () => {
    const [user, bystander] = [await api.signUp(), await api.signUp()];
    const others = [await api.signIn(user.username), await api.signIn(user.username)];
    expect((await remove("/auth/sessions", user)).status).toBe(204);
    for (const other of others) expect([await statusOf(other), await refreshOf(other)]).toEqual([401, 401]);
    expect([await statusOf(user), await refreshOf(user), await statusOf(bystander)]).toEqual([200, 200, 200]);
    const endings = await endingsOf(user);
    expect(endings.map(({ session_id }) => session_id).sort()).toEqual(
      others.map(({ access }) => sessionIdIn(access)).sort(),
    );
    expect((await remove("/auth/sessions", user)).status).toBe(204);
    expect(await endingsOf(user)).toHaveLength(2);
  });

  it("requires recent authentication", async () => {
    const user = await api.signUp();
    const other = await api.signIn(user.username);
    await letTimePass(user);
    expect((await remove("/auth/sessions", user)).body.error).toBe("REAUTHENTICATION_REQUIRED");
    expect(await statusOf(other)).toBe(200);
  });

  it("succeeds under concurrent requests, and leaves at most one session", async () => {
    const user = await api.signUp();
    const sessions = [user, ...(await Promise.all([1, 2, 3, 4].map(() => api.signIn(user.username))))];
    const answers = await Promise.all(sessions.map((session) => remove("/auth/sessions", session)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 204).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => ![204, 401].includes(status))).toEqual([]);
    const live = await Promise.all(sessions.map(statusOf));
    expect(live.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
  });
});

describe("/auth/users/{user_id}/sessions", () => {
  const of = ({ id }: { id: string }) => `/auth/users/${id}/sessions`;

  it("lists a user's sessions for an administrator", async () => {
    const user = await api.signUp();
    const other = await signInFrom(user.username, { "User-Agent": FIREFOX });
    const { status, body } = await list(admin.access, of(user));
    expect(status).toBe(200);
    expect(body).toMatchObject([
      { id: sessionIdIn(other.access), device: "Firefox on Linux", is_current: false },
      { id: sessionIdIn(user.access), is_current: false },
    ]);
    const [own] = (await list(admin.access, of(admin))).body;
    expect(own).toMatchObject({ id: sessionIdIn(admin.access), is_current: true });
  });

  it("ends one session immediately, and audits the administrator [SESSION-4]", async () => {
    const user = await api.signUp();
    const other = await api.signIn(user.username);
    const id = sessionIdIn(other.access);
    expect((await remove(`${of(user)}/${id}`, admin)).status).toBe(204);
    expect([await statusOf(other), await refreshOf(other), await statusOf(user)]).toEqual([401, 401, 200]);
    expect(await endingsOf(user)).toEqual([
      { actor_id: admin.id, session_id: id, reason: "ended_by_administrator" },
    ]);
    expect((await remove(`${of(user)}/${id}`, admin)).status).toBe(404);
  });

  it("ends all sessions of that user only [SESSION-5]", async () => {
    const [user, bystander] = [await api.signUp(), await api.signUp()];
    const other = await api.signIn(user.username);
    expect((await remove(of(user), admin)).status).toBe(204);
    expect([await statusOf(user), await statusOf(other), await statusOf(bystander)]).toEqual([401, 401, 200]);
    expect(await endingsOf(user)).toHaveLength(2);
    expect((await list(admin.access, of(user))).body).toEqual([]);
  });

  it("answers 404 for another user's session and for unknown users", async () => {
    const [user, bystander, deleted] = [await api.signUp(), await api.signUp(), await api.signUp()];
    await api.db.execute(
      sql`update users set is_deleted = true, deleted_at = now() where id = ${deleted.id}`,
    );
    const foreign = await remove(`${of(user)}/${sessionIdIn(bystander.access)}`, admin);
    expect([foreign.status, foreign.body.message]).toEqual([404, "Session not found."]);
    expect(await statusOf(bystander)).toBe(200);
    for (const unknown of [deleted, { id: crypto.randomUUID() }]) {
      const answers = [
        await list(admin.access, of(unknown)),
        await remove(of(unknown), admin),
        await remove(`${of(unknown)}/${sessionIdIn(deleted.access)}`, admin),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    }
  });

  it("lets only superusers end the sessions of a superuser", async () => {
    const [root, other] = [await api.signUpHolding("superuser"), await api.signUpHolding("superuser")];
    const message = "Only a superuser can act on a superuser.";
    for (const path of [of(root), `${of(root)}/${sessionIdIn(root.access)}`]) {
      expect((await remove(path, admin)).body).toMatchObject({ error: "PERMISSION_DENIED", message });
    }
    expect(await statusOf(root)).toBe(200);
    expect((await remove(of(root), other)).status).toBe(204);
    expect(await statusOf(root)).toBe(401);
  });

  it("requires one permission to list, and another with recent authentication to end", async () => {
    const user = await api.signUp();
    const [reader, ender] = [
      await api.signUpHolding("sessions:read"),
      await api.signUpHolding("sessions:delete"),
    ];
    expect((await remove(of(user), reader)).status).toBe(403);
    expect((await list(ender.access, of(user))).status).toBe(403);
    await letTimePass(ender);
    expect((await remove(of(user), ender)).body.error).toBe("REAUTHENTICATION_REQUIRED");
    expect(await statusOf(user)).toBe(200);
  });
});

it("ends a session after the idle time, and in any case after its lifetime", async () => {
  const limited = await createTestApi({ REFRESH_TOKEN_TTL_SECONDS: "600", SESSION_TTL_SECONDS: "1000" });
  const user = await limited.signUp();
  const lifeOf = async () => {
    const { body } = await limited.call<Session[]>("GET", "/auth/sessions", { token: user.access });
    const [session] = body;
    return (Date.parse(session?.expires_at ?? "") - Date.parse(session?.created_at ?? "")) / 1000;
  };
  const age = (seconds: number) =>
    limited.db.execute(sql`
      update sessions set created_at = created_at - make_interval(secs => ${seconds}),
        idle_at = idle_at - make_interval(secs => ${seconds}), ends_at = ends_at - make_interval(secs => ${seconds})`);
  const refresh = (token: string) =>
    limited.call<{ error?: string; refresh_token: string }>("POST", "/auth/refresh", {
      body: { refresh_token: token },
    });
  expect(Math.round(await lifeOf())).toBe(600);
  await age(500);
  const { status, body } = await refresh(user.refresh);
  expect(status).toBe(200);
  expect(Math.round(await lifeOf())).toBe(1000);
  await age(500);
  expect((await limited.call("GET", "/auth/me", { token: user.access })).status).toBe(401);
  expect((await refresh(body.refresh_token)).body.error).toBe("TOKEN_EXPIRED");

  const idleUser = await limited.signUp();
  await age(600);
  expect((await refresh(idleUser.refresh)).body.error).toBe("TOKEN_EXPIRED");
});
