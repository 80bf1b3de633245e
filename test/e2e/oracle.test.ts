import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { serveNeonEndpoint } from "../../src/cli/local/neon-endpoint.ts";
import { connectPostgres } from "../../src/cli/local/postgres-backend.ts";
import type { SqlBackend } from "../../src/cli/local/sql-backend.ts";
import { parseSettings, type Settings } from "../../src/core/config.ts";
import { issueAccessToken } from "../../src/core/security/access-token.ts";
import { createDatabase, type Database } from "../../src/database/client.ts";
import { maintain } from "../../src/jobs/maintenance.ts";
import { dateOf, MINUTE } from "../support/clock.ts";
import {
  type Entry,
  generator,
  type History,
  historyOf,
  PROJECTS,
  projectOf,
  TAGS,
  TASKS,
  timeOf,
} from "../support/histories.ts";
import {
  datesFrom,
  focusOf,
  type Oracle,
  oracleOf,
  progressOf,
  type Sums,
  streakOf,
  sumsBy,
} from "../support/oracle.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { transactAfter } from "../support/prefixed-transaction.ts";
import { activityEntriesIn, type ReportedActivity, reportedIn } from "../support/seen.ts";

/** Seeds of the histories. ORACLE_SEEDS=17 tests the history of a failure, ORACLE_SEEDS=0-9999 more than usual. */
const SEEDS = process.env.ORACLE_SEEDS || "0-69";
const [FIRST = 0, LAST = FIRST] = SEEDS.split("-").map(Number);

/** A zone for the process, on which reports must not depend. */
const PROCESS_ZONE = "America/Havana";
const DATABASE_ZONES = ["Pacific/Apia", "America/Santiago", "Australia/Lord_Howe", "UTC"];

let postgres: PostgresServer;
let backend: SqlBackend;
let endpoint: Awaited<ReturnType<typeof serveNeonEndpoint>>;
let bindings: Record<string, string>;
let settings: Settings;
let db: Database;
let app: { fetch: (request: Request, bindings: object) => Response | Promise<Response> };
let databaseZone = "UTC";

beforeAll(async () => {
  // biome-ignore lint/suspicious/noConsole: it shows how to repeat the histories
  console.log(`ORACLE_SEEDS=${SEEDS}`);
  vi.stubEnv("TZ", PROCESS_ZONE);
  expect(new Date(0).getHours(), "the process is in another zone").not.toBe(0);
  ({ app } = await import("../../src/app.ts"));
  postgres = await startPostgres();
  backend = await connectPostgres(await postgres.createMigratedDatabase("oracle"));
  endpoint = await serveNeonEndpoint({ ...backend, transaction: inZone }, { port: 0, password: "oracle" });
  bindings = {
    ENVIRONMENT: "development",
    LOG_LEVEL: "error",
    AUTH_SECRET: "local-secret-of-the-tests-0123456789-abcdefghij",
    DATABASE_URL: "postgres://postgres:oracle@127.0.0.1:5432/oracle",
    DATABASE_ENDPOINT: endpoint.url,
    DATABASE_TIMEOUT_MS: "60000",
  };
  settings = parseSettings(bindings);
  db = createDatabase(settings);
  await maintain(settings, db);
  databaseZone = "Pacific/Apia";
  const [{ rows }] = await db.batch([db.execute(sql`select current_setting('timezone') as zone`)]);
  expect(rows, "the database is in another zone").toEqual([{ zone: databaseZone }]);
});
afterAll(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await endpoint?.close();
  await backend?.close();
  await postgres?.stop();
});

/** Sets another zone for the database than Neon's. */
const inZone: SqlBackend["transaction"] = (statements, begin, options) => {
  const enter = { query: `set local timezone = '${databaseZone}'`, params: [] };
  return transactAfter(backend, [enter], statements, begin, options);
};

interface Asker {
  userId: string;
  sessionId: string;
  /** Names of the ids of the user's records, such as "project 1". */
  names: Map<string, string>;
}

const idOf = ({ names }: Asker, name: string | null) =>
  [...names].find(([, known]) => known === name)?.[0] ?? null;

/** Stores a history and its activity in the database, for a new user. */
async function enact(
  { seed, clock, weekStart, dayStart, threshold, entries, goals }: History,
  { machines, beats, rules }: ReportedActivity,
): Promise<Asker> {
  const random = generator(~seed);
  const asker = {
    userId: crypto.randomUUID(),
    sessionId: crypto.randomUUID(),
    names: new Map<string, string>(),
  };
  const many = (what: string, count: number) =>
    Array.from({ length: count }, (_, number) => {
      const id = crypto.randomUUID();
      asker.names.set(id, `${what} ${number}`);
      return id;
    });
  const clients = many("client", 2);
  const projects = many("project", PROJECTS);
  const tasks = many("task", TASKS);
  const tags = many("tag", TAGS);
  asker.names.set(asker.userId, "user");
  const owner_id = asker.userId;
  const own = (ids: string[]) => ids.map((id) => ({ id, owner_id, name: asker.names.get(id) }));
  const rowOf = ({ id, start, end, project, task, kind, ...entry }: Entry) => ({
    id,
    owner_id,
    started_at: timeOf(start),
    ended_at: end === null ? null : timeOf(end),
    project_id: project === null ? null : projects[project],
    task_id: task === null ? null : tasks[task],
    kind,
    is_billable: entry.billable,
    planned_seconds: entry.planned,
  });
  // In every other history, some entries were moved, and others were deleted.
  const isRestless = seed % 2 === 1;
  const moved = new Map<Entry, Entry>();
  const dropped: Entry[] = [];
  for (const entry of isRestless ? entries : []) {
    const by = Math.round((random() - 0.5) * 2000);
    const elsewhere = { ...entry, start: entry.start + by, end: entry.end === null ? null : entry.end + by };
    if (random() < 0.4) moved.set(entry, elsewhere);
    else if (random() < 0.3 && entry.end !== null) dropped.push({ ...elsewhere, id: crypto.randomUUID() });
  }
  const rows = {
    users: [{ id: owner_id, username: `u${seed}`, email: `u${seed}@example.com`, password_hash: "none" }],
    clients: own(clients),
    projects: own(projects).map((project, number) => ({
      ...project,
      color: "#000000",
      client_id: number === PROJECTS - 1 ? null : clients[number % 2],
    })),
    tasks: own(tasks).map((task, number) => ({
      ...task,
      project_id: projects[projectOf(number) ?? -1] ?? null,
    })),
    tags: own(tags),
    time_settings: [
      {
        user_id: owner_id,
        timezone: clock.zone,
        week_start: weekStart,
        day_start: dayStart,
        streak_threshold_seconds: threshold,
      },
    ],
    time_entries: shuffled([...entries.map((entry) => moved.get(entry) ?? entry), ...dropped], random).map(
      rowOf,
    ),
    time_entry_tags: entries.flatMap((entry) =>
      entry.tags.map((tag) => ({ entry_id: entry.id, tag_id: tags[tag] })),
    ),
    activity_rules: rules.map(({ project, ...rule }, position) => ({
      ...rule,
      id: crypto.randomUUID(),
      owner_id,
      position,
      match: "equals",
      project_id: project === null ? null : projects[project],
    })),
    heartbeats: beats.map(({ minute, project }) => ({
      user_id: owner_id,
      at: timeOf(minute),
      hash: crypto.randomUUID(),
      entity: "file",
      type: "file",
      project,
      is_write: false,
    })),
    goals: goals.map((goal) => ({
      id: goal.id,
      owner_id,
      name: "goal",
      period: goal.period,
      direction: goal.direction,
      target_seconds: goal.target,
      client_id: goal.client === null ? null : clients[goal.client],
      project_id: goal.project === null ? null : projects[goal.project],
      task_id: goal.task === null ? null : tasks[goal.task],
      tag_id: goal.tag === null ? null : tags[goal.tag],
      kind: goal.kind,
      weekdays: goal.weekdays.reduce((bits, day) => bits | (1 << day), 0),
    })),
  };
  const buckets = machines.flatMap(({ name, windows, presence }) => [
    {
      type: "currentwindow",
      hostname: name,
      events: windows.map(({ app, ...event }) => ({ ...event, data: { app } })),
    },
    ...(presence
      ? [
          {
            type: "afkstatus",
            hostname: name,
            events: presence.map(({ status, ...event }) => ({ ...event, data: { status } })),
          },
        ]
      : []),
  ]);
  const watched = buckets.map(({ type, hostname, events }) => ({
    id: `${type} ${hostname}`,
    type,
    client: "watcher",
    hostname,
    data: {},
    events: events.map(({ start, end, data }) => ({
      timestamp: timeOf(start),
      duration: (end - start) * 60,
      data,
    })),
  }));
  await db.batch([
    ...Object.entries(rows).flatMap(([table, values]) => (values.length > 0 ? insert(table, values) : [])),
    ...[...moved.keys()].map((entry) => {
      const { id, started_at, ended_at } = rowOf(entry);
      return db.execute(
        sql`update time_entries set started_at = ${started_at}, ended_at = ${ended_at} where id = ${id}`,
      );
    }),
    ...dropped.map(({ id }) => db.execute(sql`update time_entries set is_deleted = true where id = ${id}`)),
    db.execute(sql`select import_buckets(${owner_id}, ${JSON.stringify(watched)}::jsonb)`),
    db.execute(sql`
      insert into user_roles (user_id, role_id) select ${owner_id}, id from roles where builtin = 'admin'`),
    db.execute(sql`
      insert into sessions (id, user_id, secret_hash, token_delivery, idle_at, ends_at)
      values (${asker.sessionId}, ${owner_id}, 'none', 'body', now() + interval '1 day', now() + interval '1 day')`),
  ] as unknown as Parameters<Database["batch"]>[0]);
  return asker;
}

/** Inserts rows by the names of columns. Other columns get their defaults. */
function insert(table: string, rows: object[]) {
  const columns = sql.join(
    Object.keys(rows[0] ?? {}).map((name) => sql.identifier(name)),
    sql`, `,
  );
  return db.execute(sql`
    insert into ${sql.identifier(table)} (${columns})
    select ${columns} from jsonb_populate_recordset(null::${sql.identifier(table)}, ${JSON.stringify(rows)}::jsonb)`);
}

const shuffled = <Item>(items: Item[], random: () => number) =>
  items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);

/** Returns the API's answer to `asker` at the instant of vitest's clock. */
async function ask<Body>(asker: Asker, path: string): Promise<Body> {
  const token = await issueAccessToken(settings, asker);
  const request = new Request(`http://api.test${path}`, { headers: { Authorization: `Bearer ${token}` } });
  const response = await app.fetch(request, bindings);
  if (response.status !== 200) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as Body;
}

interface Summary extends Told {
  groups: (Told & { keys: (string | null)[] })[];
  previous: Told & { from: string; to: string };
}

const NOTHING: Sums = { tracked_seconds: 0, covered_seconds: 0, activity_seconds: 0, entries: 0 };

/** Returns the sums of an answer, which has no field for activity if none was requested. */
type Told = Omit<Sums, "activity_seconds"> & Partial<Sums>;
const sumsOf = ({ tracked_seconds, covered_seconds, activity_seconds = 0, entries }: Told): Sums => ({
  tracked_seconds,
  covered_seconds,
  activity_seconds,
  entries,
});

/** Returns the groups of a summary by their keys, with names in place of ids. */
const groupsOf = ({ groups }: Summary, { names }: Asker) =>
  Object.fromEntries(
    groups.map((group) => [
      JSON.stringify(group.keys.map((key) => (key === null ? null : (names.get(key) ?? key)))),
      sumsOf(group),
    ]),
  );

const GROUPS = [
  "day",
  "week",
  "month",
  "hour",
  "weekday",
  "user",
  "client",
  "project",
  "task",
  "tag",
  "kind",
];

/** Filters of entries. */
const FILTERS: { query: (asker: Asker) => string; isMeant: (entry: Entry) => boolean }[] = [
  { query: () => "", isMeant: () => true },
  { query: (asker) => `&project_id=${idOf(asker, "project 1")}`, isMeant: ({ project }) => project === 1 },
  { query: (asker) => `&client_id=${idOf(asker, "client 0")}`, isMeant: ({ project }) => project === 0 },
  { query: (asker) => `&task_id=${idOf(asker, "task 0")}`, isMeant: ({ task }) => task === 0 },
  { query: (asker) => `&tag_id=${idOf(asker, "tag 2")}`, isMeant: ({ tags }) => tags.includes(2) },
  { query: () => "&kind=break", isMeant: ({ kind }) => kind === "break" },
  { query: () => "&billable=true", isMeant: ({ billable }) => billable },
];

/** Parameters of the requests for a history. */
interface Question {
  asker: Asker;
  history: History;
  oracle: Oracle;
  /** Suffix of every query. */
  include: "" | "&include=activity";
  oneOf: <Value>(values: readonly Value[]) => Value;
}

/** Interval of the histories that are also tested with activity. */
const EVERY = 4;

/** Requests every report of a history, of some also with activity, and expects the oracle's values. */
async function compare(seed: number): Promise<void> {
  const history = historyOf(seed);
  const random = generator(seed * 2 ** 10);
  const oneOf = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
  databaseZone = oneOf(DATABASE_ZONES);
  const seen = reportedIn(history);
  const asker = await enact(history, seen);
  const both = { ...history, entries: [...history.entries, ...activityEntriesIn(history, seen)] };
  const plain: Question = { asker, history, oracle: oracleOf(history), include: "", oneOf };
  const isWithActivity = FIRST === LAST || seed % EVERY === 0;
  vi.useFakeTimers({ toFake: ["Date"], now: history.now * MINUTE });
  try {
    const outcomes = await Promise.allSettled(COMPARISONS.map((expectSame) => expectSame(plain)));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    if (!isWithActivity) return;
    const withActivity: Question = { ...plain, oracle: oracleOf(both), include: "&include=activity" };
    // An account can run only one of these at a time.
    for (const expectSame of COMPARISONS) await expectSame(withActivity);
  } finally {
    vi.useRealTimers();
  }
}

const COMPARISONS: ((question: Question) => Promise<void>)[] = [
  async function summary({ asker, history: { from, to }, oracle, include, oneOf }) {
    const groups = [...new Set([oneOf(GROUPS), oneOf(GROUPS)])];
    const { query, isMeant } = oneOf(FILTERS);
    const answer = await ask<Summary>(
      asker,
      `/reports/summary?from=${from}&to=${to}&group=${groups}${query(asker)}${include}`,
    );
    const sums = (options: { from: string; to: string; groups?: string[] }) =>
      sumsBy(oracle, options, isMeant);
    expect(groupsOf(answer, asker), `by ${groups}`).toEqual(sums({ from, to, groups }));
    expect(sumsOf(answer), "in all").toEqual(sums({ from, to })["[]"] ?? NOTHING);
    const before = { from: answer.previous.from, to: answer.previous.to };
    expect(datesFrom(before.from, from)).toHaveLength(datesFrom(from, to).length + 1);
    expect(sumsOf(answer.previous), "before").toEqual(sums(before)["[]"] ?? NOTHING);
  },

  async function timesheet({ asker, history: { from, to }, oracle, include }) {
    const answer = await ask<{
      days: (Told & { day: string })[];
      rows: { project_id: string | null; tracked_seconds: number; days: number[] }[];
    }>(asker, `/reports/timesheet?from=${from}&to=${to}${include}`);
    const days = datesFrom(from, to);
    const byDay = sumsBy(oracle, { from, to, groups: ["day"] });
    const byProject = sumsBy(oracle, { from, to, groups: ["project"] });
    const cells = sumsBy(oracle, { from, to, groups: ["project", "day"] });
    expect(
      answer.days.map(({ day, ...sums }) => ({ day, ...sumsOf(sums) })),
      "timesheet",
    ).toEqual(days.map((day) => ({ day, ...on(byDay, day) })));
    const rows = answer.rows.map((row) => {
      const project = row.project_id === null ? null : (asker.names.get(row.project_id) ?? "");
      expect(row.tracked_seconds).toBe(on(byProject, project).tracked_seconds);
      expect(row.days).toEqual(days.map((day) => on(cells, project, day).tracked_seconds));
      return JSON.stringify([project]);
    });
    expect(rows.sort()).toEqual(Object.keys(byProject).sort());
  },

  async function heatmap({ asker, history, oracle, include }) {
    const [year = "", month = ""] = history.from.split("-");
    const query = include && `&month=${Number(month)}${include}`;
    const { days } = await ask<{ days: object[] }>(asker, `/reports/heatmap?year=${year}${query}`);
    const period = { from: `${year}-01-01`, to: `${year}-12-31` };
    const byDay = sumsBy(oracle, { ...period, groups: ["day"] });
    expect(days, "heatmap").toEqual(
      datesFrom(period.from, period.to)
        .filter((day) => include === "" || day.startsWith(`${year}-${month}-`))
        .map((day) => {
          const { covered_seconds, activity_seconds } = on(byDay, day);
          return { day, covered_seconds, ...(include && covered_seconds > 0 && { activity_seconds }) };
        }),
    );
  },

  async function today({ asker, oracle, include }) {
    const path = `/reports/today?${include}`;
    const answer = await ask<Summary & { from: string; to: string }>(asker, path);
    const now = { from: dateOf(oracle.today), to: dateOf(oracle.today) };
    expect({ from: answer.from, to: answer.to }, "today").toEqual(now);
    expect(groupsOf(answer, asker), "today").toEqual(sumsBy(oracle, { ...now, groups: ["project"] }));
    expect(sumsOf(answer), "today").toEqual(sumsBy(oracle, now)["[]"] ?? NOTHING);
  },

  async function streak({ asker, oracle, include }) {
    expect(await ask<object>(asker, `/reports/streak?${include}`), "streak").toMatchObject(streakOf(oracle));
  },

  async function focus({ asker, history: { from, to }, oracle, include }) {
    const answer = await ask<object>(asker, `/reports/focus?from=${from}&to=${to}${include}`);
    expect(answer, "focus").toMatchObject(focusOf(oracle, from, to));
  },

  async function goals({ asker, history, oracle, include }) {
    const path = `/goals/progress?periods=3${include}`;
    const answer = await ask<{ today: string; goals: { id: string }[] }>(asker, path);
    expect(answer.today, "goals").toBe(dateOf(oracle.today));
    const measured = Object.fromEntries(answer.goals.map((goal) => [goal.id, goal]));
    expect(Object.keys(measured).sort()).toEqual(history.goals.map(({ id }) => id).sort());
    for (const goal of history.goals) {
      expect(measured[goal.id], JSON.stringify(goal)).toMatchObject(
        progressOf(oracle, goal, 3, include ? 31 : undefined),
      );
    }
  },
];

const on = (sums: Record<string, Sums>, ...keys: (string | null)[]) => sums[JSON.stringify(keys)] ?? NOTHING;

const PART = 50;
const PARTS = Array.from({ length: Math.ceil((LAST - FIRST + 1) / PART) }, (_, part) => [
  FIRST + part * PART,
  Math.min(FIRST + (part + 1) * PART - 1, LAST),
]);

it.each(PARTS)(
  "matches reports with sums by the minute in the histories %d to %d [ORACLE-1]",
  async (first = 0, last = 0) => {
    const failures: string[] = [];
    for (let seed = first; seed <= last && failures.length < 20; seed++) {
      await compare(seed).catch((error: Error) => {
        if (FIRST === LAST) throw error;
        const { zone, middle } = historyOf(seed).clock;
        failures.push(
          `ORACLE_SEEDS=${seed} (${zone} around ${middle}, the database in ${databaseZone}): ${error.message}`,
        );
      });
    }
    expect(failures.join("\n\n")).toBe("");
  },
);

it("marks all entries without an overlap, unless they were moved [ORACLE-3]", async () => {
  const { rows } = await db.execute(sql`
    with entries as (
      select e.owner_id, e.is_alone, username, exists (
        select from time_entries o
        where o.owner_id = e.owner_id and o.id <> e.id and not o.is_deleted
          and o.ended_at - o.started_at between interval '1 microsecond' and interval '24 hours'
          and o.started_at < e.ended_at and o.ended_at > e.started_at) as is_shared
      from time_entries e join users on users.id = e.owner_id
      where not e.is_deleted and e.ended_at - e.started_at between interval '1 microsecond' and interval '24 hours'
    )
    select count(*) filter (where is_alone and not is_shared)::int as alone,
      count(*) filter (where is_alone and is_shared)::int as wrong,
      count(*) filter (where not is_alone and not is_shared and username ~ '[02468]$')::int as missed
    from entries`);
  expect(rows).toEqual([{ alone: expect.any(Number), wrong: 0, missed: 0 }]);
  expect(rows[0]?.alone).toBeGreaterThan(0);
});
