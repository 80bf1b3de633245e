import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { removeOldKeys } from "../../../../src/database/idempotency.ts";
import { removeExpiredTokens } from "../../../../src/database/one-time-tokens.ts";
import { dropExpiredPartitions, makePartitions } from "../../../../src/database/partitions.ts";
import { startSpending } from "../../../../src/database/work.ts";
import { removeOldEvents } from "../../../../src/features/access/audit/service.ts";
import { buildSlots, removeOldHeartbeats } from "../../../../src/features/activity/slots/service.ts";
import {
  applyDueEmailChanges,
  removeOldEmailChanges,
} from "../../../../src/features/identity/email-change/service.ts";
import { resealFactors } from "../../../../src/features/identity/factors/service.ts";
import { removeDeadSessions } from "../../../../src/features/identity/sessions/service.ts";
import { removeOldCounts } from "../../../../src/features/identity/throttling/service.ts";
import { removeDeadTokens } from "../../../../src/features/identity/tokens/service.ts";
import { eraseDueAccounts } from "../../../../src/features/platform/erasure/service.ts";
import { maintain } from "../../../../src/jobs/maintenance.ts";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { beat, sendAll, signUpWithKey } from "../../../support/heartbeats.ts";

const HOUR = 3600;
const now = () => Date.now() / 1000;
/** 30 hours ago or a little more, at the start of a slot: heartbeats of the next minutes are in this slot too. */
const LONG_AGO = (Math.floor(now() / HOUR) - 30) * HOUR;

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
});
afterEach(() => {
  vi.restoreAllMocks();
});

interface State {
  due_in: number | null;
  oldest: number | null;
  failures: number;
  waits: boolean;
}

/** Returns when slots of a user are due, in seconds from now; the age of the oldest heartbeat, in seconds; and whether the queues wait. */
async function stateOf(id: string) {
  const { rows } = await api.db.execute<State & Record<string, unknown>>(sql`
    select extract(epoch from due_at - now())::float8 as due_in, extract(epoch from now() - oldest_at)::float8 as oldest,
      failures, coalesce(retry_at > now(), false) as waits
    from heartbeat_states where user_id = ${id}`);
  const [state] = rows;
  if (!state) throw new Error("Expected a state.");
  return state;
}

const slotsOf = async (id: string) =>
  (await api.db.execute(sql`select from heartbeat_slots where user_id = ${id}`)).rows.length;

describe("the queue of slots", () => {
  it("contains an account from its first heartbeat, due four hours after the oldest that is not in a slot", async () => {
    const { key, id } = await signUpWithKey(api);
    await sendAll(api, key, [beat(now() - 60)]);
    expect((await stateOf(id)).due_in).toBeCloseTo(4 * HOUR - 60, -2);
    await sendAll(api, key, [beat(now() - 30), beat(now())]);
    expect((await stateOf(id)).due_in).toBeCloseTo(4 * HOUR - 60, -2);
    await sendAll(api, key, [beat(now() - 2 * HOUR)]);
    expect((await stateOf(id)).due_in).toBeCloseTo(2 * HOUR, -2);
    expect((await stateOf(id)).oldest).toBeCloseTo(2 * HOUR, -2);
    await sendAll(api, key, [beat(LONG_AGO)]);
    expect((await stateOf(id)).due_in).toBeLessThan(0);
  });

  it("omits accounts whose heartbeats are all in slots, until new ones arrive", async () => {
    const { key, id } = await signUpWithKey(api);
    await sendAll(api, key, [beat(LONG_AGO), beat(LONG_AGO + 60)]);
    expect(await maintain(api.settings)).toMatchObject({ slots_built: 1, left: {} });
    expect((await stateOf(id)).due_in).toBe(null);
    await sendAll(api, key, [beat(now())]);
    expect((await stateOf(id)).due_in).toBeCloseTo(4 * HOUR, -2);
    await sendAll(api, key, [beat(LONG_AGO + 120)]);
    expect((await stateOf(id)).due_in).toBeLessThan(0);
    expect(await maintain(api.settings)).toMatchObject({ slots_built: 1 });
    expect((await stateOf(id)).due_in).toBeCloseTo(4 * HOUR, -2);
  });

  it("leaves a part to the next run when the allowance is spent, and logs since when it is due", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    for (let user = 0; user < 3; user++) {
      const { key } = await signUpWithKey(api);
      await sendAll(api, key, [beat(LONG_AGO), beat(LONG_AGO + 60)]);
    }
    await api.db.execute(sql`delete from throttles`);
    await api.db.execute(sql`
      insert into throttles (key, attempts, window_ends_at)
      select n, 1, now() - interval '1 day' from generate_series(1, 10001) n`);
    const none = { rows: 1, seconds: 0 };
    const settings = { ...api.settings, LOG_LEVEL: "warn" as const };
    const report = await maintain(settings, api.db, { slots: none, counts: none });
    expect(report).toMatchObject({ slots_built: 3, counts_removed: 10_000 });
    expect(report.left).toEqual({ counts: { rows: 1, oldest_due: expect.stringMatching(/^\d{4}-/) } });
    expect(warn.mock.calls.map(([line]) => JSON.parse(String(line)))).toContainEqual(
      expect.objectContaining({
        module: "maintenance",
        step: "counts",
        rows_left: 1,
        oldest_due: expect.any(String),
      }),
    );
    expect(await maintain(api.settings)).toMatchObject({ counts_removed: 1, left: {} });
  });
});

describe("an account whose slots fail", () => {
  /** Makes storing slots fail for a user. */
  async function obstruct(id: string) {
    await api.db.execute(sql`
      create function obstruct() returns trigger language plpgsql as $$ begin raise exception 'obstructed'; end $$`);
    await api.db.execute(
      sql.raw(`create trigger obstruct before insert on heartbeat_slots for each row
        when (new.user_id = '${id}') execute function obstruct()`),
    );
  }

  it("blocks no other account, appears in the error, and waits longer each time", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const users = [await signUpWithKey(api), await signUpWithKey(api), await signUpWithKey(api)] as const;
    for (const { key } of users) {
      await sendAll(api, key, [beat(LONG_AGO), beat(LONG_AGO + 60)]);
    }
    const [first, failing, last] = users;
    await obstruct(failing.id);
    await expect(maintain(api.settings)).rejects.toThrow(failing.id);
    const lines = error.mock.calls.map(([line]) => JSON.parse(String(line)));
    expect(lines).toMatchObject([
      { step: "slots", cause: expect.stringMatching(`${failing.id}[^]*obstructed`) },
      { message: "Maintenance failed", failed_steps: "slots", slots_built: 2 },
    ]);
    expect([await slotsOf(first.id), await slotsOf(failing.id), await slotsOf(last.id)]).toEqual([1, 0, 1]);
    expect(await stateOf(failing.id)).toMatchObject({ failures: 1, waits: true });

    expect(await maintain(api.settings)).toMatchObject({ slots_built: 0, left: {} });
    await api.db.execute(sql`update heartbeat_states set retry_at = now() where user_id = ${failing.id}`);
    await expect(maintain(api.settings)).rejects.toThrow(failing.id);
    const { rows } = await api.db.execute(
      sql`select failures, retry_at > now() + interval '110 minutes' as is_longer from heartbeat_states where user_id = ${failing.id}`,
    );
    expect(rows).toEqual([{ failures: 2, is_longer: true }]);

    await api.db.execute(sql`drop trigger obstruct on heartbeat_slots`);
    await api.db.execute(sql`update heartbeat_states set retry_at = now()`);
    expect(await maintain(api.settings)).toMatchObject({ slots_built: 1 });
    expect(await stateOf(failing.id)).toMatchObject({ failures: 0, waits: false, due_in: null });
    expect(await slotsOf(failing.id)).toBe(1);
  });
});

describe("a step of maintenance without due work", () => {
  it.each<[string, number, (api: TestApi) => Promise<unknown>]>([
    ["sessions", 1, (own) => removeDeadSessions(own, allowance())],
    ["tokens", 1, (own) => removeDeadTokens(own, allowance())],
    ["one-time tokens", 1, ({ db }) => removeExpiredTokens(db, allowance())],
    ["due changes of emails", 1, (own) => applyDueEmailChanges(own, allowance())],
    ["old changes of emails", 1, (own) => removeOldEmailChanges(own, allowance())],
    ["counts of attempts", 1, (own) => removeOldCounts(own, allowance())],
    ["erasures", 1, (own) => eraseDueAccounts(own, allowance())],
    ["factors", 0, (own) => resealFactors(own, allowance())],
    ["slots", 1, (own) => buildSlots(own, allowance())],
    ["heartbeats", 1, (own) => removeOldHeartbeats(own, allowance())],
    ["audit events", 1, (own) => removeOldEvents(own, allowance())],
    ["idempotency keys", 1, ({ db }) => removeOldKeys(db, allowance())],
    ["new months", 1, ({ db }) => makePartitions(db)],
    ["old months", 1, ({ db }) => dropExpiredPartitions(db, { heartbeatDays: 730, auditDays: 365 })],
  ])("takes for %s %d round trips", async (_, trips, step) => {
    expect(await api.roundTripsOf(() => step(api))).toBe(trips);
  });

  const allowance = () => startSpending({ seconds: 30, rows: 1_000_000 });
});
