import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import { createTestApi, type TestApi } from "../support/api.ts";
import { expectDocumented, OPERATIONS } from "../support/documented.ts";
import { createFixtures, type Parts, type SpecialFixtures, UNKNOWN_ID } from "../support/fixtures.ts";
import { withExhaustedQuotas } from "../support/quotas.ts";
import { entryOf } from "../support/registry.ts";
import { send, type ValidRequests, validRequests } from "../support/requests.ts";
import { TODAY } from "../support/time-records.ts";

let api: TestApi;
let refusing: TestApi;
let unreachable: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
let powerless: typeof root;
let deactivated: typeof root;
let overspent: typeof root;
let valid: ValidRequests;
let fixtures: SpecialFixtures;

beforeAll(async () => {
  // Silences the log of the failures that this file provokes.
  vi.spyOn(console, "error").mockImplementation(() => {});
  // One superuser creates the records that all operations need.
  // This API's issuer is not a URL that could have metadata.
  const highLimits = { WRITES_BURST: "1000000", OWN_EVENTS_PER_HOUR: "1000000", JWT_ISSUER: "no-address" };
  const fewAttempts = {
    ...highLimits,
    REGISTER_MAX_PER_ADDRESS: "3",
    REFRESH_MAX_PER_SESSION: "3",
    LOGIN_MAX_FAILURES_PER_ADDRESS: "3",
  };
  [api, refusing, unreachable] = await Promise.all([
    createTestApi(fewAttempts),
    createTestApi(highLimits),
    createTestApi(highLimits),
  ]);
  root = await api.signUpHolding("superuser");
  powerless = await api.signUpHolding();
  deactivated = await api.signUpHolding();
  await api.call("POST", `/auth/users/${deactivated.id}/deactivate`, { token: root.access });
  // Without a second superuser, the last one cannot be deleted.
  overspent = await api.signUpHolding("*");
  await api.db.execute(sql`
    insert into throttles (key, attempts, window_ends_at, blocked_until)
    select policy || ':' || encode(sha256(convert_to(${overspent.id}, 'UTF8')), 'hex'), 1, now() + interval '1 hour',
      now() + interval '1 hour' from unnest('{reads,writes,events}'::text[]) as policy`);
  valid = validRequests(api, root);
  fixtures = { ...createFixtures(api, root), powerless, deactivated };
  await fault(refusing, "kind=refusing&code=42P01");
  await fault(unreachable, "kind=unreachable");
});
afterAll(() => {
  vi.restoreAllMocks();
});

const fault = ({ database }: TestApi, query: string) =>
  fetch(`http://database.test/fault?name=${database}&${query}`, { method: "POST" });

interface Attempt {
  operationId: string;
  /** Parts of a request that would succeed. */
  parts: Parts;
  /** Access token of a caller who is allowed to send it. */
  token: string;
  sendTo: (target: TestApi, parts: Parts, token?: string | undefined) => Promise<unknown>;
}

const everyParam = ({ params = {} }: Parts, value: string) =>
  Object.fromEntries(Object.keys(params).map((name) => [name, value]));
const withHeaders = (parts: Parts, headers: Record<string, string>) => ({ ...parts, headers });

/** Longer than any header value that a route accepts. */
const ENDLESS = "x".repeat(1_100_000);

/** Flaws of requests and of the system. Each is tried on each operation, whether it documents the error or not. */
const MISTREATMENTS: Record<string, (attempt: Attempt) => Promise<unknown>> = {
  "no token": ({ sendTo, parts }) => sendTo(api, parts),
  "no permission": ({ sendTo, parts }) => sendTo(api, parts, powerless.access),
  "a deactivated account": ({ sendTo, parts }) => sendTo(api, parts, deactivated.access),
  "a spent rate limit": async ({ operationId, sendTo, parts }) => {
    const operation = OPERATIONS.find((known) => known.operationId === operationId);
    // A public operation may end the session that calls it, unless it only reads.
    if (!operation?.isPublic || operation.method === "GET") await sendTo(api, parts, overspent.access);
  },
  "unknown ids": ({ sendTo, parts, token }) =>
    sendTo(api, { ...parts, params: everyParam(parts, UNKNOWN_ID) }, token),
  "invalid ids": ({ sendTo, parts, token }) =>
    sendTo(api, { ...parts, params: everyParam(parts, "x".repeat(200)) }, token),
  "an unknown parameter": ({ sendTo, parts, token }) => sendTo(api, { ...parts, query: "?tz=UTC" }, token),
  "a limit of 0": ({ sendTo, parts, token }) => sendTo(api, { ...parts, query: "?limit=0" }, token),
  "the tag of another state": ({ sendTo, parts, token }) =>
    sendTo(api, withHeaders(parts, { "If-Match": '"other"' }), token),
  "an endless header": ({ sendTo, parts, token }) =>
    sendTo(
      api,
      withHeaders(parts, { "If-Match": "x".repeat(2000), "If-None-Match": "x".repeat(2000) }),
      token,
    ),
  "an invalid key": ({ sendTo, parts, token }) =>
    sendTo(api, withHeaders(parts, { "Idempotency-Key": '"' }), token),
  "a key whose response is lost": async ({ sendTo, parts, token }) => {
    const keyed = withHeaders(parts, { "Idempotency-Key": crypto.randomUUID() });
    await sendTo(api, keyed, token);
    await api.db.execute(sql`update idempotency_keys set sealed_answer = null`);
    await sendTo(api, keyed, token);
  },
  "no JSON": ({ sendTo, parts, token }) => sendTo(api, replaceBody(parts, "{"), token),
  "an unknown field": ({ sendTo, parts, token }) => sendTo(api, replaceBody(parts, { unknown: 1 }), token),
  "another media type": ({ sendTo, parts, token }) =>
    sendTo(api, parts.body ? withHeaders(parts, { "Content-Type": "text/plain" }) : parts, token),
  "an endless body": async ({ operationId, sendTo, parts, token }) => {
    const operation = OPERATIONS.find((known) => known.operationId === operationId);
    if (operation?.method !== "GET") await sendTo(api, { ...parts, body: ENDLESS }, token);
  },
  "no room for another record": async ({ operationId, sendTo, parts, token }) => {
    const operation = OPERATIONS.find((known) => known.operationId === operationId);
    if (operation?.method !== "GET") await withExhaustedQuotas(api, () => sendTo(api, parts, token));
  },
  "the same again": async ({ sendTo, parts, token }) => {
    for (let i = 0; i < 2; i++) await sendTo(api, parts, token);
  },
  "too much activity, in two concurrent requests": async ({ operationId, sendTo }) => {
    const parts = entryOf(operationId).tooMuchActivity;
    if (!parts) return;
    busyOne ??= whoSawTooMuch();
    const { access } = await busyOne;
    await Promise.all([sendTo(api, parts, access), sendTo(api, parts, access)]);
  },
  "a database that refuses": ({ sendTo, parts, token }) => sendTo(refusing, parts, token),
  "a database out of reach": ({ sendTo, parts, token }) => sendTo(unreachable, parts, token),
};

let busyOne: ReturnType<typeof whoSawTooMuch> | undefined;

/** Creates a user whose windows of today have too long titles for the number of rules. */
async function whoSawTooMuch() {
  const busy = await api.signUpHolding("superuser");
  await api.db.execute(sql`
    insert into activity_buckets (user_id, id, type, client, hostname) values (${busy.id}, 'window', 'currentwindow', 'watcher', 'laptop')`);
  await api.db.execute(sql`
    insert into activity_events (bucket_key, started_at, ended_at, data)
    select key, ${TODAY}::timestamp at time zone 'UTC' + n * interval '1 millisecond',
      ${TODAY}::timestamp at time zone 'UTC' + (n + 1) * interval '1 millisecond', jsonb_build_object('app', n, 'title', repeat('x', 15000))
    from activity_buckets, generate_series(1, 750) as n where user_id = ${busy.id}`);
  await api.db.execute(sql`
    insert into activity_rules (owner_id, position, field, match, pattern)
    select ${busy.id}, n, 'app', 'equals', 'App ' || n from generate_series(1, 200) as n`);
  return busy;
}

const replaceBody = (parts: Parts, body: unknown) => (parts.body === undefined ? parts : { ...parts, body });

it.each(OPERATIONS)(
  "returns each error that $operationId documents, and no other [ERROR-1]",
  async (operation) => {
    const { operationId, responses, isPublic } = operation;
    const seen = new Map<number, string>();
    let doing = "";
    // A request that succeeds may delete its records. A public operation may also end the session that calls it.
    let unused: { token: string; parts: Parts } | undefined;
    const sendTo: Attempt["sendTo"] = async (target, parts, token) => {
      // An undocumented status already fails here.
      const { status } = await send(target, operationId, parts, token);
      if (status >= 400) seen.set(status, doing);
      else unused = undefined;
    };
    for (const [name, mistreat] of Object.entries(MISTREATMENTS)) {
      if (!unused) {
        const actor = isPublic ? await api.signUp() : root;
        unused = { token: actor.access, parts: await valid(operationId, actor) };
      }
      const { token, parts } = unused;
      doing = name;
      await mistreat({ operationId, parts, sendTo, token });
    }
    doing = "special";
    const special = (await entryOf(operationId).special?.(fixtures)) ?? [];
    for (const parts of [special].flat()) await sendTo(api, parts, isPublic ? undefined : root.access);
    if (!seen.has(500)) seen.set(await statusOf(operation, { bindings: {} }), "no settings");
    if (!seen.has(413)) {
      // An operation that reads no body ignores it.
      const status = await statusOf(operation, { body: ENDLESS, token: root.access });
      if (status >= 400) seen.set(status, "GET with a body");
    }

    const documented = Object.keys(responses)
      .map(Number)
      .filter((status) => status >= 400);
    expect([...seen.keys()].sort(), JSON.stringify([...seen])).toEqual(documented.sort());
  },
);

/** Sends a request that `call` can't: a GET with a body, as some clients do. */
async function statusOf(
  { method, path }: { method: string; path: string },
  { bindings = api.bindings, body, token }: { bindings?: object; body?: string; token?: string },
): Promise<number> {
  const url = `http://api.test${path}`;
  const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const request =
    body === undefined
      ? new Request(url)
      : new Request(url, { method: "POST", headers: authorization, body });
  const response = await app.fetch(Object.defineProperty(request, "method", { value: method }), bindings);
  const text = await response.text();
  const { status, headers } = response;
  expectDocumented(method, path, { status, headers, text, body: JSON.parse(text) });
  return status;
}
