import { sql } from "drizzle-orm";
import { longestText, onceFor } from "../../../support/answer-sizes.ts";
import { UNKNOWN_ID } from "../../../support/fixtures.ts";
import type { Registry } from "../../../support/registry-entry.ts";
import { OF_TODAY, TODAY } from "../../../support/time-records.ts";

/** Signs up a user who worked a second on each of 10,000 projects with the longest names. */
const signUpWithManyProjects = onceFor(async (api) => {
  const ada = await api.signUp();
  await api.db.execute(sql`
    with made as (
      insert into projects (owner_id, name, color) select ${ada.id}, n || ${longestText(95)}, '#112233' from generate_series(1, 10000) n returning id)
    insert into time_entries (owner_id, project_id, started_at, ended_at)
    select ${ada.id}, id, now() - n * interval '2 seconds', now() - n * interval '2 seconds' + interval '1 second'
    from (select id, row_number() over () as n from made) as each`);
  return ada;
});

const LAST_DAYS = `from=${new Date(Date.now() - 9 * 86_400_000).toISOString().slice(0, 10)}&to=${new Date(
  Date.now() + 86_400_000,
)
  .toISOString()
  .slice(0, 10)}`;

export default {
  getSummary: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    special: () => [{ query: "?group=nothing" }, { query: `?organization_id=${UNKNOWN_ID}` }],
    tooMuchActivity: OF_TODAY,
    answerSize: {
      bounded: "or refused",
      fill: async (api) => ({
        path: `/reports/summary?group=project,day&${LAST_DAYS}`,
        token: (await signUpWithManyProjects(api)).access,
      }),
    },
  },
  getTimesheet: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    special: () => [{ query: "?from=never" }, { query: `?organization_id=${UNKNOWN_ID}` }],
    tooMuchActivity: OF_TODAY,
    answerSize: {
      bounded: "or refused",
      fill: async (api) => ({
        path: `/reports/timesheet?${LAST_DAYS}`,
        token: (await signUpWithManyProjects(api)).access,
      }),
    },
  },
  getHeatmap: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({ query: "?year=2026" }),
    tooMuchActivity: { query: `?year=${TODAY.slice(0, 4)}&month=${TODAY.slice(5, 7)}&include=activity` },
    answerSize: { bounded: "by number", items: 366, bytes: 200 },
  },
  getToday: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    special: () => ({ query: "?timezone=Mars" }),
    tooMuchActivity: { query: "?include=activity" },
    answerSize: {
      bounded: "or refused",
      fill: async (api) => ({ path: "/reports/today", token: (await signUpWithManyProjects(api)).access }),
    },
  },
  getStreak: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    special: () => ({ query: "?timezone=Mars" }),
    tooMuchActivity: { query: "?include=activity" },
  },
  getFocus: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    special: () => ({ query: "?from=never" }),
    tooMuchActivity: OF_TODAY,
  },
} satisfies Registry;
