import { sql } from "drizzle-orm";
import { newTurn } from "../../../../src/features/compat/activitywatch/query/turns.ts";
import type { SizeBound } from "../../../support/answer-sizes.ts";
import type { Actor, Fixtures, Parts } from "../../../support/fixtures.ts";
import { type Entry, NUL_TOLERATED, type Registry } from "../../../support/registry-entry.ts";

const OF_ACTIVITYWATCH: SizeBound = {
  bounded: "elsewhere",
  why: "ActivityWatch's protocol has limits and tests of its own, in test/features/compat/activitywatch",
};

const event = () => ({ timestamp: "2026-01-01T08:00:00Z", duration: 1, data: { app: "Terminal" } });
const bucket = () => ({ client: "watcher", type: "currentwindow", hostname: "laptop" });
const newId = () => `watcher_${crypto.randomUUID()}`;

async function ownBucket({ api }: Fixtures, { access }: Actor, rest: object = {}) {
  const bucket_id = newId();
  await api.call("POST", `${AW}/buckets/${bucket_id}`, { token: access, body: bucket() });
  return { params: { bucket_id }, ...rest };
}

async function ownEvent(fixtures: Fixtures, actor: Actor): Promise<Parts> {
  const { params } = await ownBucket(fixtures, actor);
  const path = `${AW}/buckets/${params.bucket_id}/events`;
  const options = { token: actor.access, body: [event()] };
  const { body } = await fixtures.api.call<{ id: number }[] | object>("POST", path, options);
  const [made] = Array.isArray(body) ? body : [];
  return { params: { ...params, event_id: String(made?.id ?? 1) } };
}

/** Returns valid parts for an operation on a bucket, whose ids may be longer than others, and parts with unknown ids. */
const ofBucket = (valid: Entry["valid"]): Pick<Entry, "valid" | "special"> => ({
  valid,
  special: async (fixtures) => {
    const { params = {}, ...parts } = await valid(fixtures, fixtures.root);
    const others = [{ bucket_id: "x".repeat(256) }, { bucket_id: crypto.randomUUID() }];
    const unknown = params.event_id ? [...others, { event_id: "999999999" }] : others;
    return unknown.map((ids) => ({ ...parts, params: { ...params, ...ids } }));
  },
});

/** Returns a query that reads more than one part, while another such query runs in its isolate. */
async function largeQuery({ api, root }: Fixtures): Promise<Parts> {
  await api.call("POST", `${AW}/buckets/large`, { token: root.access, body: bucket() });
  await api.db.execute(sql`
    insert into activity_events (bucket_key, started_at, ended_at, data)
    select key, '2026-01-01', '2026-01-02', '{}' from activity_buckets, generate_series(1, 10001) where id = 'large'`);
  newTurn().take();
  const timeperiods = ["2026-01-01T00:00:00Z/2026-01-02T00:00:00Z"];
  return { body: { query: ['RETURN = query_bucket_eventcount("large");'], timeperiods } };
}

const AW = "/compat/aw/api/0";

export default {
  getActivityWatchInfo: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: () => ({}),
    roundTrips: [0, "needs nothing from the database"],
  },
  listActivityBuckets: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: OF_ACTIVITYWATCH,
  },
  createActivityBucket: {
    access: [401, 403, 200, 200, 200, 403, 401],
    ...ofBucket(() => ({ params: { bucket_id: newId() }, body: bucket() })),
    anonymousBody: { around: [['{"type":"","client":"","hostname":"","data":{"":', "0}}"]] },
  },
  getActivityBucket: {
    access: [401, 403, 200, 200, 200, 403, 401],
    ...ofBucket(ownBucket),
  },
  deleteActivityBucket: {
    access: [401, 403, 200, 200, 200, 403, 401],
    ...ofBucket(ownBucket),
    storesNoText: "takes no text",
  },
  listActivityEvents: {
    access: [401, 403, 200, 200, 200, 403, 401],
    ...ofBucket(ownBucket),
    answerSize: OF_ACTIVITYWATCH,
  },
  storeActivityEvents: {
    access: [401, 403, 200, 200, 200, 403, 401],
    ...ofBucket((fixtures, actor) => ownBucket(fixtures, actor, { body: [event()] })),
    anonymousBody: { around: [['[{"timestamp":"2026-11-23T15:04:05Z","data":{}},', "0]"]] },
    answerSize: OF_ACTIVITYWATCH,
    nulStatuses: NUL_TOLERATED,
  },
  countActivityEvents: {
    access: [401, 403, 200, 200, 200, 403, 401],
    ...ofBucket(ownBucket),
  },
  getActivityEvent: {
    access: [401, 403, 200, 200, 200, 403, 401],
    ...ofBucket(ownEvent),
  },
  deleteActivityEvent: {
    access: [401, 403, 200, 200, 200, 403, 401],
    ...ofBucket(ownEvent),
    storesNoText: "takes no text",
  },
  sendActivityHeartbeat: {
    access: [401, 403, 200, 200, 200, 403, 401],
    ...ofBucket((fixtures, actor) => ownBucket(fixtures, actor, { query: "?pulsetime=5", body: event() })),
    anonymousBody: { around: [['{"timestamp":"2026-11-23T15:04:05Z","data":{"":', "0}}"]] },
    nulStatuses: NUL_TOLERATED,
  },
  queryActivity: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: async (fixtures, actor) => {
      const { params } = await ownBucket(fixtures, actor);
      const query = [`RETURN = query_bucket("${params.bucket_id}");`];
      return { body: { query, timeperiods: ["2026-01-01T00:00:00Z/2026-01-02T00:00:00Z"] } };
    },
    special: largeQuery,
    roundTrips: [2, "the list of buckets decides which events the query reads"],
    anonymousBody: {
      around: [
        ['{"timeperiods":[', "]}"],
        ['{"timeperiods":[],"query":[', "]}"],
      ],
    },
    answerSize: OF_ACTIVITYWATCH,
    storesNoText: "stores nothing",
  },
  listActivitySettings: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: OF_ACTIVITYWATCH,
  },
  getActivitySetting: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({ params: { key: "startOfDay" } }),
  },
  saveActivitySetting: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({ params: { key: "startOfDay" }, body: '"04:00"' }),
    anonymousBody: {},
  },
  deleteActivitySetting: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({ params: { key: "startOfDay" } }),
    storesNoText: "takes no text",
  },
  exportActivity: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: OF_ACTIVITYWATCH,
  },
  exportActivityBucket: {
    access: [401, 403, 200, 200, 200, 403, 401],
    ...ofBucket(ownBucket),
    answerSize: OF_ACTIVITYWATCH,
  },
  importActivity: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({ body: { buckets: { [newId()]: { ...bucket(), events: [event()] } } } }),
    special: () => ({ body: "x".repeat(9_000_000) }),
    anonymousBody: {
      around: [
        ['{"buckets":{"a":{"events":[', "0]}}}"],
        ['{"buckets":{', "}}"],
      ],
    },
    answerSize: OF_ACTIVITYWATCH,
  },
} satisfies Registry;
