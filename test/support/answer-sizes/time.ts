import { sql } from "drizzle-orm";
import { bytesOf, longest, onceFor, page, RECORD_BYTES, type Row } from "./row.ts";

/** Somebody with a page of the longest entries: of a thousand tags each. */
const whoTagsAll = onceFor(async (api) => {
  const ada = await api.signUp();
  await api.db.execute(sql`
    insert into tags (owner_id, name) select ${ada.id}, n || ${longest(46)} from generate_series(1, 1000) n`);
  await api.db.execute(sql`
    with made as (
      insert into time_entries (owner_id, started_at, ended_at, description)
      select ${ada.id}, now() - (n || ' days')::interval, now() - (n || ' days')::interval + interval '1 hour', n || ${longest(2990)}
      from generate_series(1, 100) n returning id)
    insert into time_entry_tags (entry_id, tag_id) select made.id, tags.id from made, tags where tags.owner_id = ${ada.id}`);
  return ada;
});

const exportedAs = (type: string): Row => ({
  bounded: "in parts",
  fill: async (api) => ({
    path: "/time-entries/export",
    token: (await whoTagsAll(api)).access,
    headers: { Accept: type },
  }),
});

/** Somebody who worked a second on each of 10,000 projects, of the longest names. */
const whoWorksOnAll = onceFor(async (api) => {
  const ada = await api.signUp();
  await api.db.execute(sql`
    with made as (
      insert into projects (owner_id, name, color) select ${ada.id}, n || ${longest(95)}, '#112233' from generate_series(1, 10000) n returning id)
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

/** What is about time entries, and what they are about. */
export const timeRows: Record<string, Row> = {
  listClients: page(RECORD_BYTES + bytesOf(100)),
  listProjects: page(RECORD_BYTES + bytesOf(200)),
  listTasks: page(RECORD_BYTES + bytesOf(255 + 3000)),
  listTags: page(RECORD_BYTES + bytesOf(50)),
  listTimeEntries: {
    bounded: "as a whole",
    fill: async (api) => ({ path: "/time-entries", token: (await whoTagsAll(api)).access }),
  },
  "exportTimeEntries text/csv": exportedAs("text/csv"),
  "exportTimeEntries application/x-ndjson": exportedAs("application/x-ndjson"),
  "exportTimeEntries text/calendar": exportedAs("text/calendar"),
  changeTimeEntriesInBulk: {
    bounded: "elsewhere",
    why: "a line for each of a thousand, which name what the body held",
  },
  listCalendarFeeds: page(RECORD_BYTES + bytesOf(100)),
  "readCalendarFeed text/calendar": {
    bounded: "in parts",
    fill: async (api) => {
      const { access: token } = await whoTagsAll(api);
      const made = await api.call<{ url: string }>("POST", "/calendar-feeds", {
        token,
        body: { name: "phone" },
      });
      return { path: new URL(made.body.url).pathname };
    },
  },
  importTimeEntries: { bounded: "elsewhere", why: "a hundred errors and a sample of what the body held" },
  listImports: page(RECORD_BYTES),
  undoImport: { bounded: "elsewhere", why: "an id for each of two thousand rows" },
  listGoals: page(RECORD_BYTES + bytesOf(100)),
  getGoalProgress: {
    bounded: "as a whole",
    fill: async (api) => {
      const { id, access: token } = await api.signUp();
      await api.db.execute(sql`
        insert into goals (owner_id, name, period, direction, target_seconds, weekdays)
        select ${id}, n || ${longest(96)}, 'day', 'at_most', 60, 127 from generate_series(1, 200) n`);
      await api.db.execute(sql`
        insert into time_entries (owner_id, started_at, ended_at) values (${id}, now() - interval '2 years', now() - interval '17500 hours')`);
      return { path: "/goals/progress?periods=366", token };
    },
  },
  getSummary: {
    bounded: "or refused",
    fill: async (api) => ({
      path: `/reports/summary?group=project,day&${LAST_DAYS}`,
      token: (await whoWorksOnAll(api)).access,
    }),
  },
  getToday: {
    bounded: "or refused",
    fill: async (api) => ({ path: "/reports/today", token: (await whoWorksOnAll(api)).access }),
  },
  getTimesheet: {
    bounded: "or refused",
    fill: async (api) => ({
      path: `/reports/timesheet?${LAST_DAYS}`,
      token: (await whoWorksOnAll(api)).access,
    }),
  },
  getHeatmap: { bounded: "by number", items: 366, bytes: 200 },
};
