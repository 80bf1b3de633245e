import { sql } from "drizzle-orm";
import {
  bytesOf,
  longestText,
  onceFor,
  RECORD_BYTES,
  type SizeBound,
} from "../../../support/answer-sizes.ts";
import type { TestApi } from "../../../support/api.ts";
import { UNKNOWN_ID } from "../../../support/fixtures.ts";
import { keyOf, sendAll, unixTime, WAKATIME } from "../../../support/heartbeats.ts";
import { NUL_REMOVED, type Registry } from "../../../support/registry-entry.ts";
import { newGoal } from "../../../support/time-records.ts";

const DAY = "2026-11-23";

/** Creates a user with `count` heartbeats of a day, each with a project, an entity and a language of its own, of the longest names. */
async function createUserWithHeartbeats(
  api: TestApi,
  count: number,
  lengths: { entity: number; name: number },
) {
  const owner = await api.signUp();
  await api.db.execute(sql`
    insert into heartbeats (user_id, at, hash, entity, type, project, language, is_write)
    select ${owner.id}, ${`${DAY}T00:00:00Z`}::timestamptz + n * interval '86400 seconds' / ${count}, md5(n::text)::uuid,
      n || ${longestText(lengths.entity - 6)}, 'file', n || ${longestText(lengths.name - 6)}, n || ${longestText(lengths.name - 6)}, false
    from generate_series(0, ${count - 1}::int) n`);
  return { ...owner, key: await keyOf(api, owner, ["read"]) };
}

const userWithManyHeartbeats = onceFor((api) =>
  createUserWithHeartbeats(api, 10_000, { entity: 50, name: 255 }),
);

const refused = (path: string): SizeBound => ({
  bounded: "or refused",
  fill: async (api) => ({ path: `${WAKATIME}/${path}`, token: (await userWithManyHeartbeats(api)).key }),
});

/** A user with 10,000 projects and languages in the last hours. */
const userWithHeartbeatsToday = onceFor(async (api) => {
  const owner = await api.signUp();
  const key = await keyOf(api, owner, ["ingest", "read"]);
  await sendAll(api, key, [
    { entity: "/src/app.ts", type: "file", time: unixTime(new Date().toISOString()) - 60 },
  ]);
  await api.db.execute(sql`
    insert into heartbeats (user_id, at, hash, entity, type, project, language, is_write)
    select ${owner.id}, now() - n * interval '1 second', md5(n::text)::uuid, 'e', 'file', n || ${longestText(249)},
      n || ${longestText(249)}, false
    from generate_series(1, 10000) n`);
  return { key };
});

const refusedOfToday = (path: string): SizeBound => ({
  bounded: "or refused",
  fill: async (api) => ({ path, token: (await userWithHeartbeatsToday(api)).key }),
});

const OF_TODAY: SizeBound = {
  bounded: "elsewhere",
  why: "it is today's summary, computed as listActivitySummaries are",
};

const ofActor = { params: { user: "current" } };

let beats = 0;

/** Returns a heartbeat at a second that no other has. */
const newBeat = () => ({ entity: "/src/app.ts", time: Date.now() / 1000 - 86_400 - beats++ });

export default {
  sendHeartbeats: {
    access: [401, 403, 201, 201, 201, 403, 401],
    valid: () => ({ ...ofActor, body: [newBeat()] }),
    anonymousBody: { around: [['[{"dependencies":[', "0]}]"]] },
    answerSize: {
      bounded: "elsewhere",
      why: "an entry for each of a thousand heartbeats, which repeats part of the body",
    },
    nulStatuses: NUL_REMOVED,
    isRepeatable: true,
  },
  sendHeartbeat: {
    access: [401, 403, 201, 201, 201, 403, 401],
    valid: () => ({ ...ofActor, body: newBeat() }),
    anonymousBody: { around: [['{"dependencies":[', "0]}"]] },
    nulStatuses: NUL_REMOVED,
    isRepeatable: true,
  },
  listHeartbeats: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({ ...ofActor, query: "?date=2026-11-23" }),
    answerSize: {
      bounded: "in parts",
      fill: async (api) => ({
        path: `${WAKATIME}/heartbeats?date=${DAY}`,
        token: (await createUserWithHeartbeats(api, 250, { entity: 4096, name: 255 })).key,
      }),
    },
  },
  getStatusBar: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ofActor,
    answerSize: OF_TODAY,
  },
  getStatusBarOfToday: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ofActor,
    answerSize: OF_TODAY,
  },
  listActivitySummaries: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({ ...ofActor, query: "?start=2026-11-23&end=2026-11-24&branches=" }),
    answerSize: refused(`summaries?start=${DAY}&end=${DAY}`),
  },
  listActivityDurations: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({ ...ofActor, query: "?date=2026-11-23" }),
    answerSize: refused(`durations?date=${DAY}`),
  },
  getActivityStats: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({ params: { user: "current", range: "last_7_days" } }),
    special: () => ({ params: { user: UNKNOWN_ID, range: "last_7_days" } }),
    answerSize: refusedOfToday(`${WAKATIME}/stats/last_7_days`),
  },
  getRecentActivityStats: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ofActor,
    answerSize: refusedOfToday(`${WAKATIME}/stats`),
  },
  listActivityLeaders: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    special: () => ({ query: "?page=0" }),
    answerSize: refusedOfToday("/compat/wakatime/v1/leaders"),
  },
  getAllTime: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ofActor,
  },
  getActivityUser: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ofActor,
  },
  listActivityProjects: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ofActor,
    answerSize: {
      bounded: "as a whole",
      fill: async (api) => ({
        path: `${WAKATIME}/projects`,
        token: (await createUserWithHeartbeats(api, 1500, { entity: 50, name: 255 })).key,
      }),
    },
  },
  listActivityUserAgents: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ofActor,
    answerSize: {
      bounded: "as a whole",
      fill: async (api) => {
        const owner = await api.signUp();
        await api.db.execute(sql`
        insert into heartbeat_agents (user_id, id, value, editor, operating_system, first_seen_at, last_seen_at)
        select ${owner.id}, gen_random_uuid(), n || ${longestText(250)}, ${longestText(255)}, ${longestText(255)}, now(), now() from generate_series(1, 1500) n`);
        return { path: `${WAKATIME}/user_agents`, token: await keyOf(api, owner, ["read"]) };
      },
    },
  },
  listActivityMachines: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ofActor,
    answerSize: {
      bounded: "as a whole",
      fill: async (api) => {
        const { id, key } = await createUserWithHeartbeats(api, 1500, { entity: 50, name: 255 });
        await api.db.execute(sql`update heartbeats set machine = project where user_id = ${id}`);
        return { path: `${WAKATIME}/machine_names`, token: key };
      },
    },
  },
  listActivityGoals: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ofActor,
    roundTrips: [2, "for an API key, the first finds the owner of the goals"],
    answerSize: { bounded: "by number", items: 200, bytes: 8 * RECORD_BYTES + bytesOf(400) },
  },
  getActivityGoal: {
    access: [401, 403, 404, 404, 404, 403, 401],
    valid: async ({ callAsRoot }) => ({
      params: { ...ofActor.params, goal_id: (await callAsRoot("POST", "/goals", newGoal())).id },
    }),
    roundTrips: [2, "for an API key, the first finds the owner of the goal"],
    answerSize: { bounded: "by number", items: 1, bytes: 8 * RECORD_BYTES + bytesOf(400) },
  },
  listFileExperts: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({ ...ofActor, body: { entity: "/src/app.ts" } }),
    anonymousBody: {},
    answerSize: { bounded: "by number", items: 0, bytes: 0 },
    nulStatuses: NUL_REMOVED,
    storesNoText: "stores nothing",
  },
  reportPluginError: {
    access: [401, 403, 201, 201, 201, 403, 401],
    valid: () => ({ body: {} }),
    isRepeatable: true,
  },
} satisfies Registry;
