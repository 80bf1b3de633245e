import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { watch } from "../../../support/watched.ts";

const DAY = { from: "2026-01-05T00:00:00Z", to: "2026-01-06T00:00:00Z" };
const DAY_SECONDS = 86_400;

interface Entry {
  started_at: string;
  ended_at: string;
}

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

/** Returns how much of the day an entry covers: in the list, in both kinds of reports, and by the activity that it leaves uncovered. */
async function measure(started_at: string, ended_at: string | null) {
  const { id, access: token } = await api.signUp();
  const call = <Body>(method: string, path: string, body?: object) =>
    api.call<Body>(method, path, { token, ...(body && { body }) });
  await watch(api, { access: token }, { window: [[DAY.from, DAY.to, { app: "Code", title: "app.ts" }]] });
  await call("POST", "/activity/rules", { field: "app", match: "equals", pattern: "Code", category: "Work" });
  expect((await call("POST", "/time-entries", { started_at, ended_at })).status).toBe(201);
  const listed = await call<Entry[]>("GET", `/time-entries?from=${DAY.from}&to=${DAY.to}`);
  const summary = await call<{ tracked_seconds: number }>(
    "GET",
    "/reports/summary?from=2026-01-05&timezone=UTC",
  );
  const slices = await api.db.execute<{ seconds: number }>(sql`
    select coalesce(sum(extract(epoch from ends - starts)), 0)::int as seconds
      from time_slices(${id}, '2026-01-05', '2026-01-05', 'UTC', 0, now())`);
  const left = await call<{ entries: Entry[] }>("POST", "/activity/entries", { ...DAY, dry_run: true });
  const seconds = left.body.entries.map(
    (entry) => (Date.parse(entry.ended_at) - Date.parse(entry.started_at)) / 1000,
  );
  return {
    isListed: listed.body.length === 1,
    inSummary: summary.body.tracked_seconds,
    inSlices: slices.rows[0]?.seconds,
    takenFromActivity: DAY_SECONDS - seconds.reduce((sum, each) => sum + each, 0),
  };
}

describe("the part of a day that an entry covers, in lists, reports and activity", () => {
  it.each([
    ["ends when the day begins", "2026-01-04T23:00:00Z", "2026-01-05T00:00:00Z", 0],
    ["began the evening before", "2026-01-04T23:00:00Z", "2026-01-05T01:00:00Z", 3600],
    ["lasts 24 hours until a second into the day", "2026-01-04T00:00:01Z", "2026-01-05T00:00:01Z", 1],
    ["began 24 hours before the day", "2026-01-04T00:00:00Z", "2026-01-05T02:00:00Z", 7200],
    ["lasts 24 hours until a second before the day", "2026-01-03T23:59:59Z", "2026-01-04T23:59:59Z", 0],
    ["began days before", "2026-01-01T10:00:00Z", "2026-01-05T03:00:00Z", 10_800],
    ["lasts days until the day begins", "2026-01-02T00:00:00Z", "2026-01-05T00:00:00Z", 0],
    ["goes on before and after", "2026-01-01T00:00:00Z", "2026-01-10T00:00:00Z", DAY_SECONDS],
    ["begins in it and lasts days", "2026-01-05T22:00:00Z", "2026-01-08T00:00:00Z", 7200],
    ["begins when the day ends", "2026-01-06T00:00:00Z", "2026-01-06T01:00:00Z", 0],
    ["has run since days before", "2026-01-01T10:00:00Z", null, DAY_SECONDS],
  ])("agrees for an entry that %s", async (_, started_at, ended_at, seconds) => {
    expect(await measure(started_at, ended_at)).toEqual({
      isListed: seconds > 0,
      inSummary: seconds,
      inSlices: seconds,
      takenFromActivity: seconds,
    });
  });
});
