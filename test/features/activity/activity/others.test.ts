import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_ROLES } from "../../../../src/core/permissions.ts";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { beat, keyOf, sendAll, unixTime } from "../../../support/heartbeats.ts";
import { watch } from "../../../support/watched.ts";

const AW = "/compat/aw/api/0";
const SECRET = "the secret title";
const DAY = "2026-01-05";

let api: TestApi;
let ada: Awaited<ReturnType<TestApi["signUp"]>>;
/** Ids of records of ada, which another user might learn. */
let known: { bucket: string; event: number; rule: string };

beforeAll(async () => {
  api = await createTestApi();
  ada = await api.signUp();
  await watch(api, ada, { window: [["09:00", "10:00", { app: "Code", title: SECRET }]] });
  const heartbeats = ["09:00", "09:10"].map((time) =>
    beat(unixTime(`${DAY}T${time}:00Z`), { entity: SECRET }),
  );
  await sendAll(api, await keyOf(api, ada, ["ingest"]), heartbeats);
  const body = { field: "title", match: "contains", pattern: SECRET, category: "Work" };
  const token = ada.access;
  const rule = (await api.call<{ id: string }>("POST", "/activity/rules", { token, body })).body.id;
  const bucket = "aw-watcher-window_laptop";
  const [event] = (await api.call<{ id: number }[]>("GET", `${AW}/buckets/${bucket}/events`, { token })).body;
  known = { bucket, event: event?.id ?? 0, rule };
});

/** Signs up another user, with only one of the default roles. */
async function signUpAs(role: string) {
  const session = await api.signUpHolding();
  await api.db.execute(sql`
    insert into user_roles (user_id, role_id) select ${session.id}, id from roles where name = ${role}`);
  return session;
}

/** Requests for ada's records, and the status for other users who may read their own. */
const REQUESTS: [method: string, path: string, refusal: number, body?: object][] = [
  ["GET", `/activity/summary?from=${DAY}&owner_id={ada}`, 422],
  ["GET", `/activity/summary?from=${DAY}&user_id={ada}`, 422],
  ["POST", "/activity/rules/dry-run", 422, { from: DAY, owner_id: "{ada}" }],
  ["GET", "/activity/rules/{rule}", 404],
  ["PATCH", "/activity/rules/{rule}", 404, { category: "Mine" }],
  ["DELETE", "/activity/rules/{rule}", 404],
  ["PUT", "/activity/rules/order", 400, { rule_ids: ["{rule}"] }],
  ["GET", `${AW}/buckets/{bucket}`, 404],
  ["GET", `${AW}/buckets/{bucket}/events`, 404],
  ["GET", `${AW}/buckets/{bucket}/events/{event}`, 404],
  ["GET", `${AW}/buckets/{bucket}/export`, 404],
  ["DELETE", `${AW}/buckets/{bucket}`, 404],
  [
    "POST",
    `${AW}/query`,
    400,
    {
      query: ['RETURN = query_bucket("{bucket}");'],
      timeperiods: [`${DAY}T00:00:00Z/2026-01-06T00:00:00Z`],
    },
  ],
  ["GET", `/compat/wakatime/v1/users/{ada}/heartbeats?date=${DAY}`, 404],
  ["GET", `/compat/wakatime/v1/users/{ada}/durations?date=${DAY}`, 404],
  ["GET", `/compat/wakatime/v1/users/{ada}/summaries?start=${DAY}&end=${DAY}`, 404],
  ["GET", "/compat/wakatime/v1/users/{ada}/stats/all_time", 404],
  ["GET", "/compat/wakatime/v1/users/{ada}", 404],
];

describe.each([...Object.keys(DEFAULT_ROLES), "superuser"])("another user with the role %s", (role) => {
  let token: string;
  beforeAll(async () => {
    const session = role === "superuser" ? await api.signUpHolding("superuser") : await signUpAs(role);
    token = session.access;
  });

  // A superuser passes every check, also in requests for a rule. Rules are not activity.
  const requests = REQUESTS.filter(([, path]) => role !== "superuser" || !path.endsWith("{rule}"));

  it.each(requests)(
    "gets nothing of another user by %s %s [ACTIVITY-11]",
    async (method, path, refusal, body) => {
      const filled = (text: string) =>
        Object.entries({ ...known, ada: ada.id }).reduce(
          (rest, [name, value]) => rest.replaceAll(`{${name}}`, String(value)),
          text,
        );
      const answer = await api.call(method, filled(path), {
        token,
        ...(body && { body: filled(JSON.stringify(body)) }),
      });
      expect(answer.status, answer.text).toBe(role === "viewer" ? 403 : refusal);
      expect(answer.text).not.toContain(SECRET);
    },
  );

  it("sees none of it among their own records", async () => {
    const entries = { from: `${DAY}T00:00:00Z`, to: "2026-01-06T00:00:00Z", dry_run: true };
    for (const [method, path, body] of [
      ["GET", `/activity/summary?from=${DAY}`],
      ["GET", "/activity/rules"],
      ["POST", "/activity/entries", entries],
      ["GET", `${AW}/buckets`],
      ["GET", `${AW}/export`],
      ["GET", "/compat/wakatime/v1/users/current/projects"],
    ] as const) {
      const { status, text } = await api.call(method, path, { token, ...(body && { body }) });
      expect(status, path).toBe(role === "viewer" ? 403 : 200);
      expect(text, path).not.toMatch(new RegExp(`${SECRET}|Code|tracker|${DAY}T09`));
    }
  });
});
