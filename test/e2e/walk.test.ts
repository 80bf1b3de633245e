import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDatabase } from "../../src/cli/local/connect.ts";
import { parseSettings } from "../../src/core/config.ts";
import { maintain } from "../../src/jobs/maintenance.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type System, startSystem } from "../support/system.ts";

const PASSWORD = "correct horse battery staple";

/** Calls the functions of the database on PostgreSQL itself: a version that lacks a feature they need fails here. */
let postgres: PostgresServer;
let databaseUrl: string;
let system: System;
beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase("walk");
  system = await startSystem({ DATABASE_URL: databaseUrl });
});
afterAll(async () => {
  await system?.stop();
  await postgres?.stop();
});

interface Sent {
  token?: string;
  body?: unknown;
  type?: string;
}

/** Sends a request that must succeed. Returns the body of the answer. */
async function send<Body>(
  method: string,
  path: string,
  { token, body, type = "application/json" }: Sent = {},
) {
  const response = await fetch(system.url + path, {
    method,
    headers: {
      ...(body !== undefined && { "Content-Type": type }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.status, `${method} ${path}: ${text}\n${system.output()}`).toBeLessThan(300);
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  return (isJson ? JSON.parse(text) : text) as Body;
}

async function signUp(): Promise<string> {
  const username = `user-${crypto.randomUUID()}`;
  await send("POST", "/auth/register", {
    body: { username, email: `${username}@example.com`, password: PASSWORD },
  });
  const body = { username, password: PASSWORD };
  return (await send<{ access_token: string }>("POST", "/auth/login", { body })).access_token;
}

const REPORT = `Project,Client,Description,Task,Billable,Start Date,Start Time,End Date,End Time,Duration (h),Tags
Engine,Royal Society,first,Note G,Yes,2026-05-04,09:00:00,2026-05-04,10:30:00,01:30:00,"a, b"
Engine,Royal Society,second,,No,2026-05-05,23:30:00,2026-05-06,00:30:00,01:00:00,
`;

/** Exports of other programs, each with two entries. */
const EXPORTS: Record<string, string> = {
  toggl: REPORT,
  clockify: REPORT,
  harvest: `Date,Client,Project,Task,Notes,Hours,Billable?
26.01.2026,Royal Society,Engine,Design,Kick-off,"7,5",Yes
26.01.2026,Royal Society,Engine,Design,,0:30,No
`,
  kimai: `Date,From,To,Duration,Break,Customer,Project,Activity,Description,Tags,Billable
2026-05-04,15:50,17:51,1:31:00,0:30,Royal Society,Engine,Testing,some work,"demo,test",Yes
2026-05-05,08:00,,1.50,,,,,no end,,No
`,
  timing: `Project,Title,Notes,Start Date,End Date,Duration,Billing Status
Engine,Note G,with numbers,2026-05-04 15:50:00 +0200,2026-05-04 17:51:00 +0200,2:01:00,Billable
Engine,Talk,,2026-05-05T08:00:00+02:00,,5400,Not Billable
`,
  watson: `id,start,stop,project,tags
a96fcde,2026-04-17 09:15,2026-04-17 09:43,hubble,"lens, camera"
5e91316,2026-04-17 10:19:05,2026-04-17 12:59:10,voyager1,
`,
  solidtime: `Description,Task,Project,Client,User,Start,End,Duration,Billable,Tags
Working,Note G,Engine,Royal Society,Ada,2026-05-04 15:50:00,2026-05-04 17:51:00,2:01:00,Yes,"a, b"
Talking,,,,Ada,2026-05-05 15:50:00,2026-05-05 17:51:00,2:01:00,No,
`,
  timewarrior: JSON.stringify([
    {
      id: 2,
      start: "20260504T155000Z",
      end: "20260504T175100Z",
      tags: ["Engine", "deep, work"],
      annotation: "notes",
    },
    { id: 1, start: "20260505T080000Z", end: "20260505T090000Z" },
  ]),
  generic: `start,end,duration,project,task,client,tags,description,billable
2026-10-25 02:10,2026-10-25 02:50,1h 40m,Engine,Note G,Royal Society,"a,b",twice on the clock,yes
2026-05-26,,1.5,,,,,of a day,
`,
};

interface Imported {
  import_id: string | null;
  created: number;
  duplicates: number;
  failed: number;
  errors: object[];
  made: Record<"clients" | "projects" | "tasks" | "tags", number>;
}

/** Previews a file, imports it, imports it again, undoes that, and imports it once more. */
async function importThrough(format: string, file: string, rows: number) {
  const token = await signUp();
  const post = (query = "") =>
    send<Imported>("POST", `/imports?format=${format}&timezone=Europe/Berlin${query}`, {
      token,
      body: file,
      type: "text/csv",
    });
  const all = { created: rows, duplicates: 0, failed: 0, errors: [] };
  const preview = await post("&dry_run=true");
  expect(preview).toMatchObject({ ...all, import_id: null });
  const first = await post();
  expect(first).toMatchObject({ ...all, made: preview.made });
  expect(await post()).toMatchObject({ ...all, created: 0, duplicates: rows, import_id: null });
  const undone = await send("DELETE", `/imports/${first.import_id}`, { token });
  expect(undone).toEqual({ removed: rows, kept: [], removed_with_it: first.made });
  expect(await send("GET", "/imports", { token })).toEqual([]);
  expect(await post()).toMatchObject({ ...all, made: first.made });
  return token;
}

describe("an import", () => {
  it.each(Object.entries(EXPORTS))(
    "previews, adds once, undoes and adds again a file of the format %s",
    async (format, file) => {
      await importThrough(format, file, 2);
    },
  );

  it("previews, adds once, undoes and adds again its own export in another account", async () => {
    const token = await importThrough("toggl", REPORT, 2);
    await importThrough("csv", await send<string>("GET", "/time-entries/export", { token }), 2);
  });
});

const DAY_MS = 86_400_000;
/** Yesterday, so that no time is in the future, and all reports of recent days include it. */
const YESTERDAY = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
const WAKATIME = "/compat/wakatime/v1";
const AW = "/compat/aw/api/0";

describe("a system with time entries and activity", () => {
  it("answers reports, goals, rules and the compatibility protocols, and exports all data", async () => {
    const token = await signUp();
    const make = async (path: string, body: object) =>
      (await send<{ id: string }>("POST", path, { token, body })).id;
    const get = (path: string) => send("GET", path, { token });
    const client_id = await make("/clients", { name: "Royal Society" });
    const project_id = await make("/projects", { name: "Engine", client_id });
    const task_id = await make("/tasks", { name: "Note G", project_id });
    const tag_id = await make("/tags", { name: "deep" });
    const entry = await make("/time-entries", {
      started_at: `${YESTERDAY}T08:00:00Z`,
      ended_at: `${YESTERDAY}T09:00:00Z`,
      task_id,
      tag_ids: [tag_id],
    });
    const resumed = await make(`/time-entries/${entry}/resume`, {});
    await make(`/time-entries/${resumed}/stop`, {});
    const items = [
      { do: "update", id: entry, values: { description: "notes" } },
      { do: "delete", id: resumed },
    ];
    await send("POST", "/time-entries/bulk", { token, body: { items } });
    await make(`/time-entries/${resumed}/restore`, {});
    await make("/goals", {
      name: "work",
      period: "day",
      direction: "at_least",
      target_seconds: 60,
      project_id,
    });
    const rule = { field: "app", match: "contains", pattern: "Code", project_id, productivity: 2 };
    const rule_ids = [await make("/activity/rules", rule)];
    await send("PUT", "/activity/rules/order", { token, body: { rule_ids } });

    const noon = Date.parse(`${YESTERDAY}T12:00:00Z`) / 1000;
    const beats = [0, 60, 120].map((seconds) => ({
      time: noon + seconds,
      entity: "/src/main.ts",
      type: "file",
      project: "Engine",
      language: "TypeScript",
      branch: "main",
      is_write: true,
    }));
    await send("POST", `${WAKATIME}/users/current/heartbeats.bulk`, { token, body: beats });
    const bucket = { client: "watcher", type: "currentwindow", hostname: "laptop" };
    await send("POST", `${AW}/buckets/watcher_laptop`, { token, body: bucket });
    const event = (hour: string) => ({
      timestamp: `${YESTERDAY}T${hour}:00:00Z`,
      duration: 600,
      data: { app: "Code", title: "main.ts" },
    });
    await send("POST", `${AW}/buckets/watcher_laptop/events`, { token, body: [event("13"), event("14")] });
    await send("POST", `${AW}/buckets/watcher_laptop/heartbeat?pulsetime=60`, { token, body: event("15") });
    const query = ['RETURN = query_bucket("watcher_laptop");'];
    const timeperiods = [`${YESTERDAY}T00:00:00Z/${YESTERDAY}T23:00:00Z`];
    await send("POST", `${AW}/query`, { token, body: { query, timeperiods } });

    const period = `from=${YESTERDAY}&to=${YESTERDAY}`;
    for (const path of [
      `/reports/summary?${period}&group=client,project&include=activity`,
      `/reports/summary?${period}&group=tag`,
      `/reports/timesheet?${period}`,
      `/reports/heatmap?year=${YESTERDAY.slice(0, 4)}`,
      "/reports/today",
      "/reports/streak",
      "/reports/focus",
      "/goals/progress",
      "/goals/progress?include=activity",
      "/reports/today?include=activity",
      "/reports/streak?include=activity",
      `/activity/summary?${period}`,
      `${WAKATIME}/users/current/summaries?start=${YESTERDAY}&end=${YESTERDAY}`,
      `${WAKATIME}/users/current/durations?date=${YESTERDAY}`,
      `${WAKATIME}/users/current/stats/last_7_days`,
      `${WAKATIME}/users/current/stats/last_year`,
      `${WAKATIME}/users/current/all_time_since_today`,
      `${WAKATIME}/users/current/statusbar/today`,
      `${WAKATIME}/users/current/heartbeats?date=${YESTERDAY}`,
      `${WAKATIME}/users/current/projects`,
      `${WAKATIME}/users/current/user_agents`,
      `${WAKATIME}/users/current/machine_names`,
      `${WAKATIME}/users/current/goals`,
      `${WAKATIME}/leaders`,
      `${AW}/buckets`,
      `${AW}/buckets/watcher_laptop/events`,
      `${AW}/export`,
      "/time-entries/export",
      "/auth/me/data",
    ])
      await get(path);
    await send("POST", "/activity/rules/dry-run", { token, body: { from: YESTERDAY } });
    await send("POST", "/activity/entries", {
      token,
      body: { from: `${YESTERDAY}T00:00:00Z`, to: `${YESTERDAY}T23:59:59Z` },
    });
  });

  it("runs maintenance, and erases an account that was deleted long ago", async () => {
    const token = await importThrough("toggl", REPORT, 2);
    await send("DELETE", "/auth/me", { token });
    const settings = parseSettings({
      ENVIRONMENT: "development",
      LOG_LEVEL: "error",
      AUTH_SECRET: "local-secret-of-the-tests-0123456789-abcdefghij",
      DATABASE_URL: databaseUrl,
    });
    const report = await withDatabase(
      async (db) => {
        await db.execute(sql`update users set deleted_at = now() - interval '90 days' where is_deleted`);
        await db.execute(sql`update heartbeat_states set due_at = now() - interval '1 hour'`);
        return maintain(settings, db);
      },
      { databaseUrl },
    );
    expect(report.accounts_erased).toBe(1);
  });
});
