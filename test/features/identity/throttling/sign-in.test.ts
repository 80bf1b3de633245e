import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { cookiesOf, createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi({ LOGIN_MAX_FAILURES_PER_ACCOUNT: "12", LOGIN_MAX_FAILURES_PER_ADDRESS: "15" });
});

let hosts = 0;
/** Returns an address that is not used yet. */
const newAddress = () => `10.${Math.floor(++hosts / 65536)}.${Math.floor(hosts / 256) % 256}.${hosts % 256}`;

interface From {
  address?: string;
  device?: string | undefined;
}

const signIn = (username: string, password: string, { address = newAddress(), device }: From = {}) =>
  api.call("POST", "/auth/login", {
    body: { username, password },
    headers: { "CF-Connecting-IP": address, ...(device && { Cookie: `device=${device}` }) },
  });
const guess = (username: string, from?: From) => signIn(username, "not the password", from);
const statusOf = async (answer: ReturnType<typeof signIn>) => (await answer).status;

async function guessTimes(count: number, username: string, from?: From) {
  for (let i = 0; i < count; i++) expect(await statusOf(guess(username, from))).toBe(401);
}

/** Ends all waits, and keeps the counts. */
const endWaits = () => api.db.execute(sql`update throttles set blocked_until = now()`);

describe("a refused sign-in", () => {
  it("returns the wait and the name of the policy", async () => {
    const address = newAddress();
    await guessTimes(10, "absent", { address });
    const { status, body, headers } = await guess("absent", { address });
    expect(status).toBe(429);
    const seconds = Number(headers.get("Retry-After"));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(30);
    expect(body.message).toBe(
      `Too many attempts. Try again in ${seconds} second${seconds === 1 ? "" : "s"}.`,
    );
    expect(headers.get("RateLimit")).toBe(`"login";r=0;t=${seconds}`);
    expect(headers.get("RateLimit-Policy")).toBe('"login";q=10;w=900');
  });

  it("doubles the wait with each further failure, up to an hour, and does not count refusals", async () => {
    const address = newAddress();
    const { username } = await api.signUp();
    await guessTimes(10, username, { address });
    for (const seconds of [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]) {
      for (let i = 0; i < 3; i++) {
        const wait = Number((await guess(username, { address })).headers.get("Retry-After"));
        expect(wait).toBeGreaterThan(seconds / 2);
        expect(wait).toBeLessThanOrEqual(seconds);
      }
      await endWaits();
      await api.db.execute(sql`delete from throttles where key not like 'login:%'`);
      expect(await statusOf(guess(username, { address }))).toBe(401);
    }
    await endWaits();
    expect(await statusOf(signIn(username, PASSWORD, { address }))).toBe(200);
    await guessTimes(10, username, { address });
  });

  it("counts all spellings of an account together", async () => {
    const address = newAddress();
    const { username } = await api.signUp(`Ii-${crypto.randomUUID()}`);
    const spellings = [username, username.toUpperCase(), ` ${username} `, username.toLowerCase()];
    for (let i = 0; i < 10; i++) await guess(spellings[i % 4] ?? "", { address });
    for (const spelling of spellings)
      expect(await statusOf(signIn(spelling, PASSWORD, { address }))).toBe(429);
  });

  it("limits concurrent attempts to the quota", async () => {
    const address = newAddress();
    const { username } = await api.signUp();
    const answers = await Promise.all(Array.from({ length: 30 }, () => guess(username, { address })));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });

  it("results from no number of concurrent sign-ins with the right password", async () => {
    const address = newAddress();
    const { username } = await api.signUp();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => signIn(username, PASSWORD, { address })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  });
});

describe("guessing from many places", () => {
  /** Uses up the quota of an account for all unknown places. */
  async function besiege(username: string) {
    await guessTimes(6, username, { address: newAddress() });
    await guessTimes(6, username, { address: newAddress() });
    const { status, headers } = await guess(username);
    expect(status).toBe(429);
    expect(headers.get("RateLimit-Policy")).toBe('"login-account";q=12;w=86400');
  }

  it("is blocked for known and unknown accounts", async () => {
    const { username } = await api.signUp();
    await besiege(username);
    await besiege(`unknown-${crypto.randomUUID()}`);
    expect(await statusOf(signIn(username, PASSWORD))).toBe(429);
  });

  it("leaves the owner's known device able to sign in [THROTTLE-1]", async () => {
    const { username } = await api.signUp();
    const device = cookiesOf(await signIn(username, PASSWORD)).device;
    expect(device?.attributes).toBe("Max-Age=31536000; Path=/; HttpOnly; SameSite=Strict");
    await besiege(username);
    const again = await signIn(username, PASSWORD, { device: device?.value });
    expect(again.status).toBe(200);
    expect(cookiesOf(again).device?.value).toBe(device?.value);
    expect(await statusOf(signIn(username, PASSWORD))).toBe(429);
  });

  it("leaves an address with a recent session able to sign in", async () => {
    const { username, id } = await api.signUp();
    const address = newAddress();
    await signIn(username, PASSWORD, { address });
    await besiege(username);
    expect(await statusOf(signIn(username, PASSWORD, { address }))).toBe(200);
    await api.db.execute(
      sql`update sessions set rotated_at = now() - interval '31 days' where user_id = ${id}`,
    );
    expect(await statusOf(signIn(username, PASSWORD, { address }))).toBe(429);
  });

  it("gains no quota from a device of another account or a forged one", async () => {
    const { username, id } = await api.signUp();
    const mine = await api.signUp();
    const other = cookiesOf(await signIn(mine.username, PASSWORD)).device?.value ?? "";
    const forged = other.slice(0, -3) + (other.endsWith("AAA") ? "BBB" : "AAA");
    await besiege(username);
    for (const device of [other, forged, id, "x".repeat(300)]) {
      expect(await statusOf(signIn(username, PASSWORD, { device }))).toBe(429);
    }
  });

  it("has a quota of its own on a known device", async () => {
    const { username } = await api.signUp();
    const device = cookiesOf(await signIn(username, PASSWORD)).device?.value;
    await guessTimes(10, username, { device });
    const { status, headers } = await signIn(username, PASSWORD, { device });
    expect(status).toBe(429);
    expect(headers.get("RateLimit-Policy")).toBe('"login-device";q=10;w=900');
    expect(await statusOf(signIn(username, PASSWORD))).toBe(200);
  });
});

describe("trying many accounts from one address", () => {
  it("is blocked, also after a sign-in to the caller's own account [THROTTLE-2]", async () => {
    const address = newAddress();
    const { username } = await api.signUp();
    for (let i = 0; i < 15; i++) {
      expect(await statusOf(guess(`unknown-${crypto.randomUUID()}`, { address }))).toBe(401);
      if (i === 10) expect(await statusOf(signIn(username, PASSWORD, { address }))).toBe(200);
    }
    const { status, headers } = await signIn(username, PASSWORD, { address });
    expect(status).toBe(429);
    expect(headers.get("RateLimit-Policy")).toBe('"login-address";q=15;w=900');
    expect(await statusOf(signIn(username, PASSWORD))).toBe(200);
  });

  it("counts an IPv6 network as one address", async () => {
    const within = (host: number) => ({ address: `2001:db8:0:7::${host.toString(16)}` });
    for (let i = 0; i < 15; i++) {
      expect(await statusOf(guess(`unknown-${crypto.randomUUID()}`, within(i)))).toBe(401);
    }
    expect(await statusOf(guess("unknown", { address: "2001:DB8:0000:0007:1:2:3:4" }))).toBe(429);
    expect(await statusOf(guess("unknown", { address: "2001:db8:0:8::1" }))).toBe(401);
  });

  it("uses only the platform's header for the address", async () => {
    const address = newAddress();
    for (let i = 0; i < 15; i++) await guess(`unknown-${crypto.randomUUID()}`, { address });
    for (const name of ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP"]) {
      const { status } = await api.call("POST", "/auth/login", {
        body: { username: "unknown", password: "guessed" },
        headers: { "CF-Connecting-IP": address, [name]: newAddress() },
      });
      expect(status, name).toBe(429);
    }
  });
});

it("adds audit events for failures, and one for each block, without the identifier", async () => {
  const { username, id } = await api.signUp();
  const address = newAddress();
  for (let i = 0; i < 14; i++) await guess(username, { address });
  await guess("unknown account", { address });
  const { rows } = await api.db.execute(sql`
    select action, target_id, count(*)::int as count, jsonb_agg(distinct details) as details
    from audit_events where address = ${address} group by 1, 2 order by 1, 2`);
  expect(rows).toEqual([
    { action: "sign_in.blocked", target_id: id, count: 1, details: [{ policies: ["login"] }] },
    { action: "sign_in.failed", target_id: id, count: 10, details: [{}] },
    { action: "sign_in.failed", target_id: null, count: 1, details: [{}] },
  ]);
  const { rows: kept } = await api.db.execute(sql`select * from throttles`);
  expect(JSON.stringify(kept)).not.toMatch(new RegExp(`${username}|${address}`));
});
