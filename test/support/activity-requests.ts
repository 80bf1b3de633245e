import type { TestApi } from "./api.ts";
import type { Actor, ValidRequests } from "./requests.ts";

const AW = "/compat/aw/api/0";

/** The valid requests of ActivityWatch's protocol. What they need belongs to whoever asks, if they may have it. */
export function activityRequests(api: TestApi): ValidRequests {
  const event = () => ({ timestamp: "2026-01-01T08:00:00Z", duration: 1, data: { app: "Terminal" } });
  const bucket = () => ({ client: "watcher", type: "currentwindow", hostname: "laptop" });
  const newId = () => `watcher_${crypto.randomUUID()}`;

  const ownBucket = async ({ access }: Actor, rest: object = {}) => {
    const bucket_id = newId();
    await api.call("POST", `${AW}/buckets/${bucket_id}`, { token: access, body: bucket() });
    return { params: { bucket_id }, ...rest };
  };
  const ownEvent = async (actor: Actor) => {
    const { params } = await ownBucket(actor);
    const path = `${AW}/buckets/${params.bucket_id}/events`;
    const options = { token: actor.access, body: [event()] };
    const { body } = await api.call<{ id: number }[] | object>("POST", path, options);
    const [made] = Array.isArray(body) ? body : [];
    return { params: { ...params, event_id: String(made?.id ?? 1) } };
  };

  /** The ids of all rules that they have: of one at least, if they may have it. */
  const ownRules = async ({ access: token }: Actor) => {
    const body = { field: "app", match: "equals", pattern: "Code" };
    await api.call("POST", "/activity/rules", { token, body });
    const { body: rules } = await api.call<{ id: string }[] | object>("GET", "/activity/rules", { token });
    return Array.isArray(rules) ? rules.map(({ id }) => id) : [];
  };

  return {
    getActivityWatchInfo: () => ({}),
    listActivityBuckets: () => ({}),
    createActivityBucket: () => ({ params: { bucket_id: newId() }, body: bucket() }),
    getActivityBucket: (actor) => ownBucket(actor),
    deleteActivityBucket: (actor) => ownBucket(actor),
    listActivityEvents: (actor) => ownBucket(actor),
    storeActivityEvents: (actor) => ownBucket(actor, { body: [event()] }),
    countActivityEvents: (actor) => ownBucket(actor),
    getActivityEvent: (actor) => ownEvent(actor),
    deleteActivityEvent: (actor) => ownEvent(actor),
    sendActivityHeartbeat: (actor) => ownBucket(actor, { query: "?pulsetime=5", body: event() }),
    queryActivity: async (actor) => {
      const { params } = await ownBucket(actor);
      const query = [`RETURN = query_bucket("${params.bucket_id}");`];
      return { body: { query, timeperiods: ["2026-01-01T00:00:00Z/2026-01-02T00:00:00Z"] } };
    },
    listActivitySettings: () => ({}),
    getActivitySetting: () => ({ params: { key: "startOfDay" } }),
    saveActivitySetting: () => ({ params: { key: "startOfDay" }, body: '"04:00"' }),
    deleteActivitySetting: () => ({ params: { key: "startOfDay" } }),
    exportActivity: () => ({}),
    exportActivityBucket: (actor) => ownBucket(actor),
    orderActivityRules: async (actor) => ({ body: { rule_ids: await ownRules(actor) } }),
    importActivity: () => ({ body: { buckets: { [newId()]: { ...bucket(), events: [event()] } } } }),
  };
}
