import { sql } from "drizzle-orm";
import type { TestApi } from "../api.ts";
import { at, keyOf, sendAll, WAKATIME } from "../heartbeats.ts";
import { bytesOf, longest, onceFor, RECORD_BYTES, type Row } from "./row.ts";

const DAY = "2026-11-23";

/** Somebody with so many heartbeats of a day, each of a project, an entity and a program of their own, of the longest names. */
async function whoBeats(api: TestApi, count: number, lengths: { entity: number; name: number }) {
  const owner = await api.signUp();
  await api.db.execute(sql`
    insert into heartbeats (user_id, at, hash, entity, type, project, language, is_write)
    select ${owner.id}, ${`${DAY}T00:00:00Z`}::timestamptz + n * interval '86400 seconds' / ${count}, md5(n::text)::uuid,
      n || ${longest(lengths.entity - 6)}, 'file', n || ${longest(lengths.name - 6)}, n || ${longest(lengths.name - 6)}, false
    from generate_series(0, ${count - 1}::int) n`);
  return { ...owner, key: await keyOf(api, owner, ["read"]) };
}

const whoBeatsMuch = onceFor((api) => whoBeats(api, 10_000, { entity: 50, name: 255 }));

const refused = (path: string): Row => ({
  bounded: "or refused",
  fill: async (api) => ({ path: `${WAKATIME}/${path}`, token: (await whoBeatsMuch(api)).key }),
});

/** Somebody with as many projects and languages of the last hours. */
const whoBeatsToday = onceFor(async (api) => {
  const owner = await api.signUp();
  const key = await keyOf(api, owner, ["ingest", "read"]);
  await sendAll(api, key, [{ entity: "/src/app.ts", type: "file", time: at(new Date().toISOString()) - 60 }]);
  await api.db.execute(sql`
    insert into heartbeats (user_id, at, hash, entity, type, project, language, is_write)
    select ${owner.id}, now() - n * interval '1 second', md5(n::text)::uuid, 'e', 'file', n || ${longest(249)},
      n || ${longest(249)}, false
    from generate_series(1, 10000) n`);
  return { key };
});

const refusedOfToday = (path: string): Row => ({
  bounded: "or refused",
  fill: async (api) => ({ path, token: (await whoBeatsToday(api)).key }),
});

const RULE_BYTES = RECORD_BYTES + bytesOf(200 + 50);
const REPORT: Row = { bounded: "by number", items: 200 + 31, bytes: RULE_BYTES };
const OF_ACTIVITYWATCH: Row = {
  bounded: "elsewhere",
  why: "ActivityWatch's protocol has limits and tests of its own, in test/features/compat/activitywatch",
};

const OF_TODAY: Row = {
  bounded: "elsewhere",
  why: "it is the summary of today, and made as listActivitySummaries are",
};

/** What is about what programs saw. */
export const activityRows: Record<string, Row> = {
  listActivityRules: { bounded: "by number", items: 200, bytes: RULE_BYTES },
  orderActivityRules: { bounded: "by number", items: 200, bytes: RULE_BYTES },
  getActivitySummary: REPORT,
  tryActivityRules: REPORT,
  // Of a minute at least each, in seven days.
  createActivityEntries: { bounded: "by number", items: 7 * 24 * 60, bytes: 300 + bytesOf(50) },
  sendHeartbeats: {
    bounded: "elsewhere",
    why: "a line for each of a thousand, which repeats what the body held",
  },
  listHeartbeats: {
    bounded: "in parts",
    fill: async (api) => ({
      path: `${WAKATIME}/heartbeats?date=${DAY}`,
      token: (await whoBeats(api, 250, { entity: 4096, name: 255 })).key,
    }),
  },
  listActivitySummaries: refused(`summaries?start=${DAY}&end=${DAY}`),
  listActivityDurations: refused(`durations?date=${DAY}`),
  getActivityStats: refusedOfToday(`${WAKATIME}/stats/last_7_days`),
  getRecentActivityStats: refusedOfToday(`${WAKATIME}/stats`),
  listActivityLeaders: refusedOfToday("/compat/wakatime/v1/leaders"),
  listActivityProjects: {
    bounded: "as a whole",
    fill: async (api) => ({
      path: `${WAKATIME}/projects`,
      token: (await whoBeats(api, 1500, { entity: 50, name: 255 })).key,
    }),
  },
  listActivityUserAgents: {
    bounded: "as a whole",
    fill: async (api) => {
      const owner = await api.signUp();
      await api.db.execute(sql`
        insert into heartbeat_agents (user_id, id, value, editor, operating_system, first_seen_at, last_seen_at)
        select ${owner.id}, gen_random_uuid(), n || ${longest(250)}, ${longest(255)}, ${longest(255)}, now(), now() from generate_series(1, 1500) n`);
      return { path: `${WAKATIME}/user_agents`, token: await keyOf(api, owner, ["read"]) };
    },
  },
  listActivityMachines: {
    bounded: "as a whole",
    fill: async (api) => {
      const { id, key } = await whoBeats(api, 1500, { entity: 50, name: 255 });
      await api.db.execute(sql`update heartbeats set machine = project where user_id = ${id}`);
      return { path: `${WAKATIME}/machine_names`, token: key };
    },
  },
  listActivityGoals: { bounded: "by number", items: 200, bytes: 8 * RECORD_BYTES + bytesOf(400) },
  getActivityGoal: { bounded: "by number", items: 1, bytes: 8 * RECORD_BYTES + bytesOf(400) },
  listFileExperts: { bounded: "by number", items: 0, bytes: 0 },
  getStatusBar: OF_TODAY,
  getStatusBarOfToday: OF_TODAY,
  listActivityBuckets: OF_ACTIVITYWATCH,
  listActivityEvents: OF_ACTIVITYWATCH,
  storeActivityEvents: OF_ACTIVITYWATCH,
  queryActivity: OF_ACTIVITYWATCH,
  listActivitySettings: OF_ACTIVITYWATCH,
  importActivity: OF_ACTIVITYWATCH,
  exportActivity: OF_ACTIVITYWATCH,
  exportActivityBucket: OF_ACTIVITYWATCH,
};
