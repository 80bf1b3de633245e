import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { MAX_ANSWER_BYTES, signUpWithLongestEntries } from "../../../support/answer-sizes.ts";
import { createTestApi, type TestApi } from "../../../support/api.ts";

interface Entry {
  id: string;
  started_at: string;
}

let api: TestApi;
let ada: Awaited<ReturnType<TestApi["signUp"]>>;
beforeAll(async () => {
  api = await createTestApi();
  ada = await api.signUp();
  // An entry each hour, from the new year on.
  await api.db.execute(sql`
    insert into time_entries (owner_id, started_at, ended_at, description)
    select ${ada.id}, at, at + interval '30 minutes', 'entry'
      from generate_series('2026-01-01T00:00:00Z'::timestamptz, '2026-03-01T00:00:00Z', '1 hour') as at`);
});

const list = (query: string, token = ada.access) =>
  api.call<Entry[]>("GET", `/time-entries?${query}`, { token });
const JANUARY = "from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z";

it("returns all entries of 31 days on one page, in one round trip", async () => {
  let page: Awaited<ReturnType<typeof list>> | undefined;
  const trips = await api.roundTripsOf(async () => {
    page = await list(`${JANUARY}&limit=1000&sort=started_at`);
  });
  expect([page?.status, trips]).toEqual([200, 1]);
  expect(page?.body).toHaveLength(31 * 24);
  expect(page?.body[0]?.started_at).toBe("2026-01-01T00:00:00.000Z");
  expect(page?.body.at(-1)?.started_at).toBe("2026-01-31T23:00:00.000Z");
  expect(page?.headers.get("X-Total-Count")).toBe(String(31 * 24));
  expect(page?.headers.get("Link")).toBeNull();
});

it("returns the same entries as pages of 100", async () => {
  const seen: string[] = [];
  for (let skip = 0; skip < 31 * 24; skip += 100) {
    seen.push(...(await list(`${JANUARY}&skip=${skip}`)).body.map(({ id }) => id));
  }
  expect((await list(`${JANUARY}&limit=1000`)).body.map(({ id }) => id)).toEqual(seen);
});

it("has 100 entries by default, and links to the next", async () => {
  const { body, headers } = await list(JANUARY);
  expect(body).toHaveLength(100);
  expect(headers.get("Link")).toContain('rel="next"');
});

it("continues a long page where another one ended", async () => {
  const { headers, body } = await list(`${JANUARY}&limit=700&sort=started_at`);
  const [, next = ""] = /<\/time-entries\?([^>]+)>; rel="next"/.exec(headers.get("Link") ?? "") ?? [];
  const rest = await list(next);
  expect([body.length, rest.body.length]).toEqual([700, 44]);
});

it.each([
  ["no period", "limit=101"],
  ["no end", "limit=1000&from=2026-01-01T00:00:00Z"],
  ["no start", "limit=1000&to=2026-01-01T00:00:00Z"],
  ["over 31 days and two hours", "limit=1000&from=2026-01-01T00:00:00Z&to=2026-02-01T02:00:01Z"],
  ["over a thousand entries", `limit=1001&${JANUARY}`],
])("rejects a long page with %s", async (_, query) => {
  const { status, body } = await api.call<{ details: { field: string }[] }>("GET", `/time-entries?${query}`, {
    token: ada.access,
  });
  expect([status, body.details.map(({ field }) => field)]).toEqual([422, ["query.limit"]]);
});

it("returns a month in which clocks are put back on one page", async () => {
  const period = ["2026-10-01T00:00:00+02:00", "2026-11-01T00:00:00+01:00"].map(encodeURIComponent);
  expect((await list(`from=${period[0]}&to=${period[1]}&limit=1000`)).status).toBe(200);
});

it("cuts a page of the longest entries, and links to the rest", async () => {
  const { access, id } = await signUpWithLongestEntries(api);
  await api.db.execute(sql`
    update time_entries set started_at = '2026-01-01T00:00:00Z', ended_at = '2026-01-01T01:00:00Z' where owner_id = ${id}`);
  const { status, body, text, headers } = await list(`${JANUARY}&limit=1000`, access);
  expect(status).toBe(200);
  expect(text.length).toBeLessThan(MAX_ANSWER_BYTES / 2);
  expect(body.length).toBeGreaterThan(10);
  expect(body.length).toBeLessThan(100);
  expect(headers.get("X-Total-Count")).toBe("100");
  expect(headers.get("Link")).toContain('rel="next"');
}, 60_000);
