import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { whileEventsAreLocked } from "../../../support/locked-events.ts";

let api: TestApi;
beforeAll(async () => {
  // All tests share one Postgres, so a long timeout keeps its load from failing these tests.
  api = await createTestApi({ DATABASE_TIMEOUT_MS: "60000" });
});

const FIRST = "2026-01-01";
const LAST = "2026-01-31";

/** Signs up a user with numbers of windows in a month, of titles, and of rules that match none of them. */
async function signUpWithActivity({
  windows,
  titles,
  rules,
  text = "",
}: Record<"windows" | "titles" | "rules", number> & { text?: string }) {
  const owner = await api.signUp();
  const at = (n: string) => sql.raw(`timestamptz '${FIRST}' + ${n} * interval '31 days' / ${windows}`);
  await api.db.batch([
    api.db.execute(sql`
      insert into activity_buckets (user_id, id, type, client, hostname) values (${owner.id}, 'window', 'currentwindow', 'watcher', 'laptop')`),
    api.db.execute(sql`
      insert into activity_events (bucket_key, started_at, ended_at, data)
      select key, ${at("n")}, ${at("(n + 1)")}, jsonb_build_object('app', 'Code', 'title', n % ${titles}::int || ${text}::text)
      from activity_buckets, generate_series(0, ${windows - 1}::int) as n where user_id = ${owner.id}`),
    api.db.execute(sql`
      insert into activity_rules (owner_id, position, field, match, pattern, category, productivity)
      select ${owner.id}, n, 'title', 'contains', 'never ' || n, 'Category ' || n, 1 from generate_series(1, ${rules}::int) as n`),
  ]);
  return owner;
}

const PERIOD = `from=${FIRST}&to=${LAST}`;
const REPORTS = [
  `/reports/summary?${PERIOD}&include=activity`,
  `/reports/summary?${PERIOD}&include=activity&owner_id=all`,
  `/reports/timesheet?${PERIOD}&include=activity`,
  `/reports/heatmap?year=2026&month=1&include=activity`,
  `/reports/focus?${PERIOD}&include=activity`,
  `/activity/summary?${PERIOD}`,
];

describe("too much activity for a report", () => {
  it.each([
    ["100,000 titles with 200 rules", { windows: 100_000, titles: 100_000, rules: 200 }],
    [
      "as many bytes as titles may have",
      { windows: 3_000, titles: 3_000, rules: 0, text: "x".repeat(15_000) },
    ],
    ["more windows than two months have", { windows: 310_000, titles: 10, rules: 0 }],
  ])(
    "rejects %s in each report, and advises fewer days",
    async (_, amounts) => {
      const owner = await signUpWithActivity(amounts);
      await api.db.execute(sql`update users set is_superuser = true where id = ${owner.id}`);
      for (const path of REPORTS) {
        const { status, body } = await api.call("GET", path, { token: owner.access });
        expect([path, status, body]).toEqual([
          path,
          400,
          expect.objectContaining({
            error: "BUSINESS_LOGIC_ERROR",
            message: expect.stringContaining("Request fewer days"),
          }),
        ]);
      }
      await api.db.execute(sql`delete from activity_buckets where user_id = ${owner.id}`);
    },
    240_000,
  );

  it("counts the rules of a dry run", async () => {
    const owner = await signUpWithActivity({ windows: 50_000, titles: 50_000, rules: 0 });
    const rule = { field: "title", match: "contains", pattern: "x".repeat(100) };
    const body = { from: FIRST, to: LAST, rules: Array.from({ length: 200 }, () => rule) };
    const { status } = await api.call("POST", "/activity/rules/dry-run", { token: owner.access, body });
    expect(status).toBe(400);
  }, 120_000);
});

it("reports a month of 75,000 windows of 10,000 titles with 50 rules", async () => {
  const { access: token } = await signUpWithActivity({ windows: 75_000, titles: 10_000, rules: 50 });
  const { status, body } = await api.call("GET", `/activity/summary?${PERIOD}`, { token });
  expect([status, body.active_seconds]).toEqual([200, 31 * 86_400]);
}, 120_000);

describe("concurrent reports with activity", () => {
  const ask = (token: string, path = REPORTS[0] ?? "") => api.call("GET", path, { token });

  it("runs one at a time for each account, and answers the others with Retry-After", async () => {
    const [one, other] = [await api.signUp(), await api.signUp()];
    const answers = await whileEventsAreLocked(api.db, () =>
      Promise.all([...Array(8).fill(one), other].map(({ access }) => ask(access))),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toEqual([200, ...Array(7).fill(429), 200]);
    const refused = answers[1];
    expect(refused?.body).toMatchObject({ error: "RATE_LIMIT_EXCEEDED" });
    expect(refused?.headers.get("Retry-After")).toBe("1");
    expect(refused?.headers.get("RateLimit")).toBe('"report";r=0;t=1');
    expect((await ask(one.access)).status).toBe(200);
  });

  it("runs one at a time together with the creation of entries from activity", async () => {
    const { access: token } = await api.signUp();
    const body = { from: `${FIRST}T00:00:00Z`, to: `${FIRST}T12:00:00Z` };
    const make = () => api.call("POST", "/activity/entries", { token, body });
    const answers = await whileEventsAreLocked(api.db, () => Promise.all([make(), make(), ask(token)]));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 429, 429]);
    expect((await make()).status).toBe(200);
  });

  it("allows concurrent reports without activity", async () => {
    const { access } = await api.signUp();
    const paths = ["/reports/today", "/reports/streak", `/reports/summary?${PERIOD}`, REPORTS[0] ?? ""];
    const answers = await Promise.all(paths.map((path) => ask(access, path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });
});
