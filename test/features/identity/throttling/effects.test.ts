import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";
import { allowUsedCodes, codeNow, enroll } from "../../../support/authenticator.ts";
import { passkeySignInBody } from "../../../support/factors.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

let hosts = 0;
const newAddress = () => `10.1.${Math.floor(++hosts / 256)}.${hosts % 256}`;

const signIn = (username: string, password: string, address = newAddress()) =>
  api.call("POST", "/auth/login", {
    body: { username, password },
    headers: { "CF-Connecting-IP": address },
  });

/** Returns the statuses of `count` sequential calls of `send`. */
async function statusesOf(count: number, send: (index: number) => Promise<{ status: number }>) {
  const statuses = [];
  for (let i = 0; i < count; i++) statuses.push((await send(i)).status);
  return statuses;
}

describe("guesses at one account", () => {
  it("counts the username and the email together, in any case", async () => {
    const { username, email } = await api.signUp(`Guessed-${crypto.randomUUID()}`);
    const address = newAddress();
    const names = [username, email, username.toUpperCase(), email.toUpperCase()];
    const statuses = await statusesOf(12, (i) => signIn(names[i % 4] ?? "", "not the password", address));
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
  });

  it("resets the count after a password reset, so that the owner can sign in", async () => {
    const { username, email } = await api.signUp();
    await statusesOf(50, () => signIn(username, "not the password"));
    expect((await signIn(email, PASSWORD)).status).toBe(429);
    await api.call("POST", "/auth/password/forgot", { body: { email } });
    const new_password = "another horse, another battery";
    const body = { token: await api.mailedToken(email), new_password };
    expect((await api.call("POST", "/auth/password/reset", { body })).status).toBe(200);
    expect((await signIn(username, new_password)).status).toBe(200);
  });
});

describe("guesses from everywhere", () => {
  /** Uses up the quota of an account for all unknown places. */
  async function besiege(username: string) {
    await statusesOf(50, () => signIn(username, "not the password"));
    expect((await signIn(username, PASSWORD)).status).toBe(429);
  }

  it("resets the count after a sign-in with a passkey, so that the owner's password is accepted again", async () => {
    const user = await api.signUp();
    await besiege(user.username);
    const body = await passkeySignInBody(api, user);
    expect((await api.call("POST", "/auth/login/passkey", { body })).status).toBe(200);
    expect((await signIn(user.username, PASSWORD)).status).toBe(202);
  });

  it("resets the count after a second factor, but not after the password alone", async () => {
    const user = await api.signUp();
    const { secret } = await enroll(api, user);
    const home = newAddress();
    const begin = () =>
      api.call<{ challenge: string }>("POST", "/auth/login", {
        body: { username: user.username, password: PASSWORD },
        headers: { "CF-Connecting-IP": home },
      });
    const prove = async ({ body: { challenge } }: Awaited<ReturnType<typeof begin>>) => {
      await allowUsedCodes(api, user);
      return api.call("POST", "/auth/login/second-factor", {
        body: { challenge, code: await codeNow(secret) },
        headers: { "CF-Connecting-IP": home },
      });
    };
    expect((await prove(await begin())).status).toBe(200);
    await besiege(user.username);
    const begun = await begin();
    expect(begun.status).toBe(202);
    expect((await signIn(user.username, PASSWORD)).status).toBe(429);
    expect((await prove(begun)).status).toBe(200);
    expect((await signIn(user.username, PASSWORD)).status).toBe(202);
  });
});

describe("right passwords", () => {
  it("limits correct passwords to 60 in ten minutes for one account", async () => {
    const { username } = await api.signUp();
    const address = newAddress();
    // The first of them signed the account up.
    expect(await statusesOf(59, () => signIn(username, PASSWORD, address))).toEqual(Array(59).fill(200));
    const { status, headers } = await signIn(username, PASSWORD, address);
    expect(status).toBe(429);
    expect(headers.get("RateLimit-Policy")).toBe('"sign-in";q=60;w=600');
    const other = await api.signUp();
    expect((await signIn(other.username, PASSWORD, address)).status).toBe(200);
  });
});

describe("email changes", () => {
  it("limits requests to five a day", async () => {
    const { access: token } = await api.signUp();
    const change = () =>
      api.call("PUT", "/auth/me", { token, body: { email: `${crypto.randomUUID()}@example.com` } });
    expect(await statusesOf(6, change)).toEqual([...Array(5).fill(200), 429]);
  });
});

describe("names found to be taken", () => {
  it.each(["username", "email"] as const)("limits PUT /auth/me to 20 an hour: %s", async (name) => {
    const known = await api.signUp();
    const { access: token } = await api.signUp();
    const ask = () => api.call("PUT", "/auth/me", { token, body: { [name]: known[name] } });
    const statuses = await statusesOf(21, ask);
    expect(statuses.at(-1)).toBe(429);
    expect(new Set(statuses.slice(0, -1))).toEqual(new Set([409]));
  });

  it("limits an administrator to 20 an hour", async () => {
    const known = await api.signUp();
    const { access: token } = await api.signUpHolding("superuser");
    const ask = () =>
      api.call("POST", "/auth/users", {
        token,
        body: { email: known.email, username: `new-${crypto.randomUUID()}` },
      });
    expect((await statusesOf(21, ask)).at(-1)).toBe(429);
  });
});

describe("networks of IPv6", () => {
  const guess = (address: string) => signIn(`unknown-${crypto.randomUUID()}`, "not the password", address);

  it("counts each /48 together as well, with eight times the quota", async () => {
    const strict = await createTestApi({ LOGIN_MAX_FAILURES_PER_ADDRESS: "2" });
    const guessFrom = (subnet: number) =>
      strict.call("POST", "/auth/login", {
        body: { username: `unknown-${subnet}`, password: "not the password" },
        headers: { "CF-Connecting-IP": `2001:db8:7:${subnet.toString(16)}::1` },
      });
    expect(await statusesOf(16, guessFrom)).toEqual(Array(16).fill(401));
    const { status, headers } = await guessFrom(17);
    expect(status).toBe(429);
    expect(headers.get("RateLimit-Policy")).toBe('"login-address-48";q=16;w=900');
  });

  it("counts a mapped IPv4 address as that address", async () => {
    await statusesOf(100, () => guess("::ffff:192.0.2.77"));
    expect((await guess("192.0.2.77")).status).toBe(429);
    expect((await guess("::ffff:c000:24d")).status).toBe(429);
    expect((await guess("::ffff:192.0.2.78")).status).toBe(401);
  });
});

describe("writes by one account", () => {
  it("limits a burst to 1,000, for ten seconds in every isolate", async () => {
    const { access: token, id } = await api.signUp();
    const write = () => api.call("PATCH", "/settings/time", { token, body: {} });
    const statuses: number[] = [];
    for (let i = 0; i < 130 && !statuses.includes(429); i++)
      statuses.push(...(await Promise.all(Array.from({ length: 10 }, write))).map(({ status }) => status));
    expect(statuses.filter((status) => status !== 429).length).toBeGreaterThanOrEqual(1000);
    const refused = await write();
    expect(refused.status).toBe(429);
    expect(refused.headers.get("RateLimit-Policy")).toBe('"writes";q=600;w=60');
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    const { rows } = await api.db.execute(sql`
      select from throttles where blocked_until > now()
        and key = 'writes:' || encode(sha256(convert_to(${id}, 'UTF8')), 'hex')`);
    expect(rows).toHaveLength(1);
    // Reads have a rate limit of their own.
    expect((await api.call("GET", "/auth/me", { token })).status).toBe(200);
  });
});

describe("the audit log", () => {
  it("limits the events of an account about itself to 100 an hour", async () => {
    const { access: token, id } = await api.signUp();
    const rename = (i: number) => api.call("PUT", "/auth/me", { token, body: { first_name: `name ${i}` } });
    const statuses = await statusesOf(110, rename);
    expect(statuses).toEqual([...Array(100).fill(200), ...Array(10).fill(429)]);
    const { rows } = await api.db.execute(
      sql`select from audit_events where actor_id = ${id} and action = 'user.updated'`,
    );
    expect(rows).toHaveLength(100);
  });
});
