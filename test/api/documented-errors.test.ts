import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import { hashOfOneTimeToken } from "../../src/core/security/one-time-token.ts";
import { newTurn } from "../../src/features/compat/activitywatch/query/turns.ts";
import { createTestApi, PASSWORD, type TestApi } from "../support/api.ts";
import { expectDocumented, OPERATIONS } from "../support/documented.ts";
import {
  addPasskey,
  openChallenge,
  passkeyUse,
  withAuthenticator,
  withoutFactors,
} from "../support/factor-requests.ts";
import { newAuthenticator } from "../support/passkey.ts";
import { withoutRoom } from "../support/quotas.ts";
import { NOBODY, type Parts, send, type ValidRequests, validRequests } from "../support/requests.ts";
import { anHour } from "../support/time-requests.ts";

let api: TestApi;
let refusing: TestApi;
let unreachable: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
let powerless: typeof root;
let deactivated: typeof root;
let overspent: typeof root;
let valid: ValidRequests;

beforeAll(async () => {
  // The log of the failures that are provoked here.
  vi.spyOn(console, "error").mockImplementation(() => {});
  // One superuser makes what all operations need.
  // Its issuer is not an address that could have metadata.
  const budgets = { WRITES_BURST: "1000000", OWN_EVENTS_PER_HOUR: "1000000", JWT_ISSUER: "no-address" };
  const fewAttempts = {
    ...budgets,
    REGISTER_MAX_PER_ADDRESS: "3",
    REFRESH_MAX_PER_SESSION: "3",
    LOGIN_MAX_FAILURES_PER_ADDRESS: "3",
  };
  [api, refusing, unreachable] = await Promise.all([
    createTestApi(fewAttempts),
    createTestApi(budgets),
    createTestApi(budgets),
  ]);
  root = await api.signUpHolding("superuser");
  powerless = await api.signUpHolding();
  deactivated = await api.signUpHolding();
  await api.call("POST", `/auth/users/${deactivated.id}/deactivate`, { token: root.access });
  // No second superuser: the last one cannot be deleted.
  overspent = await api.signUpHolding("*");
  await api.db.execute(sql`
    insert into throttles (key, attempts, window_ends_at, blocked_until)
    select policy || ':' || encode(sha256(convert_to(${overspent.id}, 'UTF8')), 'hex'), 1, now() + interval '1 hour',
      now() + interval '1 hour' from unnest('{reads,writes,events}'::text[]) as policy`);
  valid = validRequests(api, root);
  await fault(refusing, "kind=refusing&code=42P01");
  await fault(unreachable, "kind=unreachable");
});
afterAll(() => {
  vi.restoreAllMocks();
});

const fault = ({ database }: TestApi, query: string) =>
  fetch(`http://database.test/fault?name=${database}&${query}`, { method: "POST" });

/** Tokens of the change of an email: one that is forged, and one whose new email another account took meanwhile. */
async function ofTakenEmail(kept: "confirm_hash" | "stop_hash"): Promise<Parts[]> {
  const token = crypto.randomUUID();
  const user = await api.signUp();
  const hash = await hashOfOneTimeToken(token);
  await api.db.execute(sql`
    insert into email_changes (user_id, requested_by, from_email, to_email, confirm_hash, stop_hash, confirmed_at, expires_at, stoppable_until)
    values (${user.id}, ${user.id}, ${user.email}, ${powerless.email},
      ${kept === "confirm_hash" ? hash : token}, ${kept === "stop_hash" ? hash : token},
      ${kept === "stop_hash" ? sql`now()` : sql`null`}, now() + interval '1 day', now() + interval '7 days')`);
  return [{ body: { token: "forged" } }, { body: { token } }];
}

/** Tokens to stop a change: one that is forged, and one whose old email, never verified, now belongs to another account. */
async function ofTakenOldEmail(): Promise<Parts[]> {
  const token = crypto.randomUUID();
  const user = await api.signUp();
  await api.db.execute(sql`
    insert into email_changes (user_id, from_email, to_email, confirm_hash, stop_hash, confirmed_at, applied_at, expires_at, stoppable_until)
    values (${user.id}, ${powerless.email}, ${user.email}, ${token}, ${await hashOfOneTimeToken(token)},
      now(), now(), now() + interval '1 day', now() + interval '7 days')`);
  return [{ body: { token: "forged" } }, { body: { token } }];
}

interface Attempt {
  operationId: string;
  /** A request that would succeed. */
  parts: Parts;
  /** Of somebody who may send it. */
  token: string;
  sendTo: (target: TestApi, parts: Parts, token?: string | undefined) => Promise<unknown>;
}

const everyParam = ({ params = {} }: Parts, value: string) =>
  Object.fromEntries(Object.keys(params).map((name) => [name, value]));
const withHeaders = (parts: Parts, headers: Record<string, string>) => ({ ...parts, headers });

/** Longer than any route takes. */
const ENDLESS = "x".repeat(1_100_000);

/** What can be wrong with any request. Each is tried on each operation, whatever it documents. */
const MISTREATMENTS: Record<string, (attempt: Attempt) => Promise<unknown>> = {
  "no token": ({ sendTo, parts }) => sendTo(api, parts),
  "no permission": ({ sendTo, parts }) => sendTo(api, parts, powerless.access),
  "a deactivated account": ({ sendTo, parts }) => sendTo(api, parts, deactivated.access),
  "a budget that is spent": async ({ operationId, sendTo, parts }) => {
    const operation = OPERATIONS.find((known) => known.operationId === operationId);
    if (!operation?.isPublic) await sendTo(api, parts, overspent.access);
  },
  "unknown ids": ({ sendTo, parts, token }) =>
    sendTo(api, { ...parts, params: everyParam(parts, NOBODY) }, token),
  "ids that are none": ({ sendTo, parts, token }) =>
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
  "a key that is none": ({ sendTo, parts, token }) =>
    sendTo(api, withHeaders(parts, { "Idempotency-Key": '"' }), token),
  "a key whose answer is lost": async ({ sendTo, parts, token }) => {
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
    if (operation?.method !== "GET") await withoutRoom(api, () => sendTo(api, parts, token));
  },
  "the same again": async ({ sendTo, parts, token }) => {
    for (let i = 0; i < 2; i++) await sendTo(api, parts, token);
  },
  "too much activity, twice at once": async ({ operationId, sendTo }) => {
    const parts = OVER_ACTIVITY[operationId];
    if (!parts) return;
    busyOne ??= whoSawTooMuch();
    const { access } = await busyOne;
    await Promise.all([sendTo(api, parts, access), sendTo(api, parts, access)]);
  },
  "a database that refuses": ({ sendTo, parts, token }) => sendTo(refusing, parts, token),
  "a database out of reach": ({ sendTo, parts, token }) => sendTo(unreachable, parts, token),
};

const TODAY = new Date().toISOString().slice(0, 10);
const OF_TODAY = { query: `?from=${TODAY}&to=${TODAY}&include=activity` };

/** How the reports with activity in them are asked for those of today. */
const OVER_ACTIVITY: Record<string, Parts> = {
  getSummary: OF_TODAY,
  getTimesheet: OF_TODAY,
  getFocus: OF_TODAY,
  getToday: { query: "?include=activity" },
  getStreak: { query: "?include=activity" },
  getGoalProgress: { query: "?include=activity" },
  getHeatmap: { query: `?year=${TODAY.slice(0, 4)}&month=${TODAY.slice(5, 7)}&include=activity` },
  getActivitySummary: { query: `?from=${TODAY}` },
  tryActivityRules: { body: { from: TODAY } },
};

let busyOne: ReturnType<typeof whoSawTooMuch> | undefined;

/** Somebody whose windows of today have too long titles for so many rules. */
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

const crossSite = (cookie: string): Parts => ({
  headers: { Cookie: cookie, "Sec-Fetch-Site": "cross-site" },
});

/** Deletes what `parts` are about and gives its name to something else. */
async function deleteAndReplace(path: string, replace: { method: string; path: string; body: unknown }) {
  await api.call("DELETE", path, { token: root.access });
  const { status } = await api.call(replace.method, replace.path, { token: root.access, body: replace.body });
  expect(status).toBe(201);
}

/** The token to review the account of a user, whose email is verified for it. */
async function reviewTokenOf({ email, access }: typeof root): Promise<string> {
  await api.call("POST", "/auth/email/verification", { token: access });
  const body = { token: await api.mailedToken(email) };
  const verified = await api.call<{ review_token: string }>("POST", "/auth/email/verify", { body });
  return verified.body.review_token;
}

/** What is wrong only with some operations, by their names. */
const SPECIAL: Record<string, () => Parts | Parts[] | Promise<Parts | Parts[]>> = {
  getAbout: () => ({}),
  register: async () => {
    const { body } = (await valid.register?.(root)) ?? {};
    return Array.from({ length: 4 }, () => ({ body, headers: { "CF-Connecting-IP": "192.0.2.1" } }));
  },
  getActivityStats: () => ({ params: { user: NOBODY, range: "last_7_days" } }),
  listActivityLeaders: () => ({ query: "?page=0" }),
  login: () => [
    { body: { username: deactivated.username, password: PASSWORD } },
    ...Array.from({ length: 11 }, () => ({ body: { username: "somebody", password: "guessed" } })),
  ],
  logout: () => crossSite(`access_token=${powerless.access}`),
  refresh: async () => [
    { body: { refresh_token: "forged" } },
    ...Array(4).fill({ body: { refresh_token: (await api.signUp()).refresh } }),
    { ...crossSite(`refresh_token=${powerless.refresh}`), body: {} },
  ],
  createPersonalToken: async () => {
    await api.db.execute(sql`
      insert into personal_tokens (user_id, name, secret_hash, scopes, expires_at)
      select ${root.id}, 'one of many', 'none', '{tasks:read}', now() + interval '1 day' from generate_series(1, 100)`);
    return { body: { name: "one too many", scopes: ["tasks:read"] } };
  },
  createCalendarFeed: async () => {
    await api.db.execute(sql`
      insert into calendar_feeds (owner_id, name, secret_hash)
      select ${root.id}, 'one of many', gen_random_uuid() from generate_series(1, 100)`);
    return { body: { name: "one too many" } };
  },
  changeMyPassword: () => Array(11).fill({ body: { current_password: "guessed", new_password: PASSWORD } }),
  requestEmailVerification: () => Array(6).fill({}),
  verifyEmail: () => ({ body: { token: "forged" } }),
  reviewAccess: async () => [
    { body: { review_token: "forged", decision: "keep" } },
    { body: { review_token: await reviewTokenOf(root), decision: "disown" } },
  ],
  confirmEmailChange: () => ofTakenEmail("confirm_hash"),
  approveEmailChange: () => ofTakenEmail("stop_hash"),
  stopEmailChange: ofTakenOldEmail,
  forgotPassword: () => Array(6).fill({ body: { email: "somebody@example.com" } }),
  resetPassword: async () => {
    const { email } = await api.signUp();
    await api.call("POST", "/auth/password/forgot", { body: { email } });
    const token = await api.mailedToken(email);
    return [
      { body: { token: "forged", new_password: PASSWORD } },
      ...Array(21).fill({ body: { token, new_password: "password" } }),
    ];
  },
  createUser: async () => ({
    body: { email: "ada@example.com", username: "ada.new", role_ids: [NOBODY] },
  }),
  updateMe: () => ({ body: { email: powerless.email } }),
  proveSecondFactor: async () => {
    const { challenge } = await openChallenge(api, await api.signUp());
    return [
      { body: await openChallenge(api, deactivated) },
      ...Array.from({ length: 11 }, () => ({ body: { challenge, code: "000000" } })),
    ];
  },
  signInWithPasskey: async () => {
    const over = await passkeyUse(api, root, { challenge: "made up" });
    const forged = await passkeyUse(api, root, { forged: true });
    return [
      { body: over },
      { body: await passkeyUse(api, deactivated) },
      ...Array.from({ length: 4 }, () => ({ body: forged, headers: { "CF-Connecting-IP": "192.0.2.3" } })),
    ];
  },
  beginPasskey: async () => {
    for (let i = 0; i < 20; i++) await addPasskey(api, root);
    return {};
  },
  createPasskey: async () => {
    await withoutFactors(api, root);
    const authenticator = await newAuthenticator();
    const begin = () =>
      api.call<{ challenge: string }>("POST", "/auth/passkeys/options", { token: root.access });
    const parts = async () => ({
      body: { name: "twice", credential: await authenticator.create((await begin()).body) },
    });
    return [await parts(), await parts()];
  },
  beginTotp: async () => {
    await withAuthenticator(api, root);
    return {};
  },
  renewRecoveryCodes: async () => {
    await withoutFactors(api, root);
    return {};
  },
  reauthenticate: () => Array.from({ length: 11 }, () => ({ body: { password: "guessed" } })),
  updateUser: () => [
    { params: { user_id: powerless.id }, body: { username: root.username } },
    { params: { user_id: root.id }, body: { is_active: false } },
  ],
  deleteUser: () => ({ params: { user_id: root.id } }),
  deactivateUser: () => ({ params: { user_id: root.id } }),
  ...timeConflicts(),
  ...activityIds(),
  importActivity: () => ({ body: "x".repeat(9_000_000) }),
  queryActivity: largeQuery,
  addRolePermission: async () => {
    const role_id = crypto.randomUUID();
    await api.db.execute(sql`insert into roles (id, name) values (${role_id}, ${role_id})`);
    await api.db.execute(sql`
      with made as (
        insert into permissions (resource, action) select 'many', n::text from generate_series(1, 2000) n returning id)
      insert into role_permissions (role_id, permission_id) select ${role_id}, id from made`);
    const { body } = await api.call<{ id: string }>("GET", "/permissions/name/tasks:read", {
      token: root.access,
    });
    return { params: { role_id, permission_id: body.id } };
  },
  deleteRole: async () => {
    const { body } = await api.call<{ id: string }>("GET", "/roles/name/admin", { token: root.access });
    return { params: { role_id: body.id } };
  },
  createRole: () => ({ body: { name: crypto.randomUUID(), permission_ids: [NOBODY] } }),
  updateRole: () => ({ params: { role_id: powerless.roleId }, body: { name: "admin" } }),
  updatePermission: async () => {
    const { params = {} } = (await valid.updatePermission?.(root)) ?? {};
    return { params, body: { resource: "tasks", action: "read" } };
  },
  restoreUser: async () => {
    const { id, email, username } = await api.signUp();
    const body = { email, username, password: PASSWORD };
    await deleteAndReplace(`/auth/users/${id}`, { method: "POST", path: "/auth/register", body });
    return { params: { user_id: id } };
  },
  restoreRole: async () => {
    const body = { name: crypto.randomUUID() };
    const made = await api.call<{ id: string }>("POST", "/roles", { token: root.access, body });
    await deleteAndReplace(`/roles/${made.body.id}`, { method: "POST", path: "/roles", body });
    return { params: { role_id: made.body.id } };
  },
  restorePermission: async () => {
    const body = { resource: `r${crypto.randomUUID()}`, action: "read" };
    const made = await api.call<{ id: string }>("POST", "/permissions", { token: root.access, body });
    await deleteAndReplace(`/permissions/${made.body.id}`, { method: "POST", path: "/permissions", body });
    return { params: { permission_id: made.body.id } };
  },
};

/** Of the operations on a bucket: its ids may be longer than others, and those of events are numbers. */
function activityIds(): typeof SPECIAL {
  return Object.fromEntries(
    OPERATIONS.filter(({ path }) => path.includes("{bucket_id}")).map(({ operationId }) => [
      operationId,
      async () => {
        const { params = {}, ...parts } = (await valid[operationId]?.(root)) ?? {};
        const others = [{ bucket_id: "x".repeat(256) }, { bucket_id: crypto.randomUUID() }];
        const unknown = params.event_id ? [...others, { event_id: "999999999" }] : others;
        return unknown.map((ids) => ({ ...parts, params: { ...params, ...ids } }));
      },
    ]),
  );
}

/** A query that reads more than one part, while another one of its isolate does. */
async function largeQuery(): Promise<Parts> {
  const bucket = { client: "watcher", type: "currentwindow", hostname: "laptop" };
  const path = "/compat/aw/api/0/buckets/large";
  await api.call("POST", path, { token: root.access, body: bucket });
  await api.db.execute(sql`
    insert into activity_events (bucket_key, started_at, ended_at, data)
    select key, '2026-01-01', '2026-01-02', '{}' from activity_buckets, generate_series(1, 10001) where id = 'large'`);
  newTurn().take();
  const timeperiods = ["2026-01-01T00:00:00Z/2026-01-02T00:00:00Z"];
  return { body: { query: ['RETURN = query_bucket_eventcount("large");'], timeperiods } };
}

/** Names that are taken, times that overlap, references that lead nowhere. */
function timeConflicts(): typeof SPECIAL {
  const own = <Made = { id: string }>(method: string, path: string, body?: unknown) =>
    api.call<Made>(method, path, { token: root.access, body });
  const named = async (path: string) => {
    const name = crypto.randomUUID();
    return { name, id: (await own("POST", path, { name })).body.id };
  };
  const taken = (path: string, parameter: string) => ({
    create: async () => ({ body: { name: (await named(path)).name } }),
    update: async () => ({
      params: { [parameter]: (await named(path)).id },
      body: { name: (await named(path)).name },
    }),
    restore: async () => {
      const { id, name } = await named(path);
      await deleteAndReplace(`${path}/${id}`, { method: "POST", path, body: { name } });
      return { params: { [parameter]: id } };
    },
  });
  const clients = taken("/clients", "client_id");
  const projects = taken("/projects", "project_id");
  const tags = taken("/tags", "tag_id");
  /** An entry of a day of its own, in a life without overlaps. */
  const alone = async () => {
    await own("PATCH", "/settings/time", { allow_overlap: false });
    const times = anHour();
    return { ...times, id: (await own("POST", "/time-entries", times)).body.id };
  };
  return {
    createClient: clients.create,
    updateClient: clients.update,
    restoreClient: clients.restore,
    createProject: async () => [await projects.create(), { body: { name: "x", client_id: NOBODY } }],
    updateProject: projects.update,
    restoreProject: projects.restore,
    createTag: tags.create,
    updateTag: tags.update,
    restoreTag: tags.restore,
    createTask: () => ({ body: { name: "x", project_id: NOBODY } }),
    createTimeEntry: async () => {
      const { id: _, ...times } = await alone();
      return [{ body: times }, { body: { project_id: NOBODY } }];
    },
    startTimer: async () => [
      { body: { id: (await alone()).id, description: "x" } },
      { body: { project_id: NOBODY } },
    ],
    updateTimeEntry: async () => {
      const { id } = await alone();
      const { id: _, ...times } = await alone();
      const params = { entry_id: id };
      return [
        { params, body: times },
        { params, body: { ended_at: "1901-01-01T00:00:00Z" } },
      ];
    },
    restoreTimeEntry: async () => {
      const { id, ...times } = await alone();
      await deleteAndReplace(`/time-entries/${id}`, { method: "POST", path: "/time-entries", body: times });
      return { params: { entry_id: id } };
    },
    stopTimer: async () => {
      const started = await own("POST", "/time-entries/start", { started_at: "2026-01-01T08:00:00Z" });
      return { params: { entry_id: started.body.id }, body: { at: "2025-01-01T08:00:00Z" } };
    },
    createGoal: () => ({
      body: { name: "x", period: "day", direction: "at_most", target_seconds: 0, task_id: NOBODY },
    }),
    getGoalProgress: () => ({ query: "?periods=-1" }),
    exportTimeEntries: () => [{ query: "?from=never" }, { headers: { Accept: "text/html" } }],
    createActivityRule: async () => {
      const { id, access } = await api.signUp();
      await api.db.execute(sql`
        insert into activity_rules (owner_id, position, field, match, pattern)
        select ${id}, n, 'app', 'equals', 'one of many' from generate_series(1, 200) as n`);
      const rule = { field: "app", match: "equals", pattern: "x" };
      return [
        { body: { ...rule, project_id: NOBODY } },
        { body: rule, headers: { Authorization: `Bearer ${access}` } },
      ];
    },
    orderActivityRules: () => ({ body: { rule_ids: [NOBODY] } }),
    getActivitySummary: () => ({ query: "?from=never" }),
    getSummary: () => ({ query: "?group=nothing" }),
    getTimesheet: () => ({ query: "?from=never" }),
    getFocus: () => ({ query: "?from=never" }),
    getToday: () => ({ query: "?timezone=Mars" }),
    getStreak: () => ({ query: "?timezone=Mars" }),
  };
}

it.each(OPERATIONS)("$operationId answers each error that it documents, and no other", async (operation) => {
  const { operationId, responses, isPublic } = operation;
  const seen = new Map<number, string>();
  let doing = "";
  const sendTo: Attempt["sendTo"] = async (target, parts, token) => {
    // An undocumented status fails here already.
    const { status } = await send(target, operationId, parts, token);
    if (status >= 400) seen.set(status, doing);
  };
  for (const [name, mistreat] of Object.entries(MISTREATMENTS)) {
    // What is public may end the session that it is called with.
    const actor = isPublic ? await api.signUp() : root;
    const parts = await valid[operationId]?.(actor);
    if (!parts) throw new Error(`test/support/requests.ts has no request for ${operationId}.`);
    doing = name;
    await mistreat({ operationId, parts, sendTo, token: actor.access });
  }
  doing = "special";
  const special = (await SPECIAL[operationId]?.()) ?? [];
  for (const parts of [special].flat()) await sendTo(api, parts, isPublic ? undefined : root.access);
  if (!seen.has(500)) seen.set(await statusOf(operation, { bindings: {} }), "no settings");
  if (!seen.has(413)) {
    // What reads no body answers as if there were none.
    const status = await statusOf(operation, { body: ENDLESS, token: root.access });
    if (status >= 400) seen.set(status, "GET with a body");
  }

  const documented = Object.keys(responses)
    .map(Number)
    .filter((status) => status >= 400);
  expect([...seen.keys()].sort(), JSON.stringify([...seen])).toEqual(documented.sort());
});

/** How the operation answers what `call` can't send: a GET with a body, which other clients do send. */
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
