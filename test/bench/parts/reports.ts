import pg from "pg";
import type { SqlStatement } from "../../../src/cli/local/sql-backend.ts";
import { migrateUp } from "../../../src/cli/migrations/migrations.ts";
import { measureGoals } from "../../../src/features/time/goals/repository.ts";
import type { Group } from "../../../src/features/time/reports/groups.ts";
import {
  measureFocus,
  measureStreak,
  summarize,
  summarizeDays,
} from "../../../src/features/time/reports/repository.ts";
import { startPostgres } from "../../support/postgres-server.ts";
import { HISTORY_ENDS, insertHistory } from "../support/history.ts";
import { IS_SHORT } from "../support/part.ts";
import { exactCpuSecondsOf } from "../support/processes.ts";
import { openRecorder, type Recorder } from "../support/recorder.ts";
import { printTable, rounded, writeResult } from "../support/report.ts";
import { median } from "../support/statistics.ts";

const YEARS = 10;
const ENTRIES = IS_SHORT ? 100_000 : 1_000_000;
const [ROUNDS, WARM_UP] = IS_SHORT ? [3, 1] : [15, 2];

/** A user with a million entries in ten years, and a user with as many per day in one year. */
const VETERAN = "00000000-0000-4000-8000-00000000000a";
const NEWCOMER = "00000000-0000-4000-8000-00000000000b";

const YEAR = { from: "2025-01-01", to: "2025-12-31" };
const MONTH = { from: "2025-11-01", to: "2025-11-30" };
const NOW = new Date(`${HISTORY_ENDS}T00:00:00Z`);

/**
 * Measures PostgreSQL's cost of reports for a user with a million time entries in ten years: a year and a month, each compared with
 * the bare aggregate of the same entries. Both are also measured for a history of one year, because the cost of a report must grow with
 * its period and not with the history. All run in turns on one connection.
 */
export async function reports(): Promise<void> {
  const postgres = await startPostgres();
  try {
    await measure(await postgres.createDatabase("bench"));
  } finally {
    await postgres.stop();
  }
}

async function measure(url: string): Promise<void> {
  const recorder = await openRecorder(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await migrateUp(recorder.db);
    await insertHistory(client, { owner: VETERAN, years: YEARS, entries: ENTRIES });
    await insertHistory(client, { owner: NEWCOMER, years: 1, entries: ENTRIES / YEARS });
    await client.query("vacuum analyze");
    const works = await worksOf(recorder);
    // The settings of reports.
    await client.query("set timezone = 'UTC'; set jit = off; set work_mem = '32MB'");
    const pid = await pidOf(client);
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      for (const work of works) {
        const times = await run(client, pid, work.statement);
        if (round >= 0) work.times.push(times);
      }
    }
    const results = works.map(({ name, times }) => ({
      report: name,
      cpu_ms: rounded(median(times.map(({ cpu }) => cpu))),
      planning_ms: rounded(median(times.map(({ planning }) => planning))),
      execution_ms: rounded(median(times.map(({ execution }) => execution))),
    }));
    printTable(
      `PostgreSQL's time for reports of a user with ${ENTRIES.toLocaleString("en")} entries, medians`,
      results,
    );
    const cpuOf = (name: string) => results.find(({ report }) => report === name)?.cpu_ms ?? 0;
    const ratioOf = (name: string, other: string) => rounded(cpuOf(name) / cpuOf(other));
    const ratios = {
      year_to_bare_aggregate: ratioOf("a year by day and project", "a year, the bare aggregate"),
      month_to_bare_aggregate: ratioOf("a month by day and project", "a month, the bare aggregate"),
      year_to_history_of_one_year: ratioOf(
        "a year by day and project",
        "a year by day and project, in a history of one year",
      ),
      month_to_history_of_one_year: ratioOf(
        "a month by day and project",
        "a month by day and project, in a history of one year",
      ),
    };
    printTable("Ratios of CPU time", [ratios]);
    await writeResult("reports", { entries: ENTRIES, results, ratios });
  } finally {
    await client.end();
    await recorder.close();
  }
}

interface Work {
  name: string;
  statement: SqlStatement;
  /** Times in milliseconds: CPU of the statement, and planning and execution according to EXPLAIN ANALYZE. */
  times: { cpu: number; planning: number; execution: number }[];
}

async function worksOf({ db, statementsOf }: Recorder): Promise<Work[]> {
  const statementOf = async (report: () => Promise<unknown>) => {
    const statement = (await statementsOf(report)).find(({ query }) => query.includes("time_frame"));
    if (!statement) throw new Error("The report sent no statement.");
    return statement;
  };
  const summary = (actorId: string, period: typeof YEAR, groups: Group[], isCompared = false) =>
    statementOf(() => summarize(db, { actorId, ...period, now: NOW }, groups, { isCompared }));
  const veteran = { actorId: VETERAN, now: NOW };
  const works: Record<string, SqlStatement> = {
    "a year, the bare aggregate": bare(VETERAN, "2024-12-31T23:00Z", "2025-12-31T23:00Z"),
    "a year by day and project": await summary(VETERAN, YEAR, ["day", "project"]),
    "the same, compared with the previous year": await summary(VETERAN, YEAR, ["day", "project"], true),
    "a year by day and project, in a history of one year": await summary(NEWCOMER, YEAR, ["day", "project"]),
    "a month, the bare aggregate": bare(VETERAN, "2025-10-31T23:00Z", "2025-11-30T23:00Z"),
    "a month by day": await summary(VETERAN, MONTH, ["day"]),
    "a month by day and project": await summary(VETERAN, MONTH, ["day", "project"]),
    "the same, compared with the previous month": await summary(VETERAN, MONTH, ["day", "project"], true),
    "a month by day and project, in a history of one year": await summary(NEWCOMER, MONTH, [
      "day",
      "project",
    ]),
    today: await statementOf(() => summarize(db, veteran, ["project"], { isCompared: true })),
    "the heatmap of a year": await statementOf(() => summarizeDays(db, { ...veteran, ...YEAR })),
    "a month's focus": await statementOf(() => measureFocus(db, { ...veteran, ...MONTH })),
    "the streak, over ten years": await statementOf(() => measureStreak(db, veteran)),
    "three goals, over ten years": await statementOf(() => measureGoals(db, veteran, 7)),
  };
  return Object.entries(works).map(([name, statement]) => ({ name, statement, times: [] }));
}

/** Returns the plain aggregate that a user would write in psql: no split at days, and no covered time. */
const bare = (owner: string, from: string, to: string): SqlStatement => ({
  query: `select (started_at at time zone 'Europe/Berlin')::date, project_id, sum(ended_at - started_at), count(*)
    from time_entries where owner_id = $1 and not is_deleted and started_at >= $2 and started_at < $3 group by 1, 2`,
  params: [owner, from, to],
});

interface Explained {
  "Planning Time": number;
  "Execution Time": number;
}

async function pidOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return rows[0]?.pid ?? 0;
}

async function run(client: pg.Client, pid: number, { query, params }: SqlStatement) {
  const { rows } = await client.query<{ "QUERY PLAN": [Explained] }>(
    `explain (analyze, timing off, format json) ${query}`,
    params,
  );
  const plan = rows[0]?.["QUERY PLAN"][0];
  if (!plan) throw new Error("EXPLAIN returned no plan.");
  const before = exactCpuSecondsOf(pid);
  await client.query(query, params);
  return {
    cpu: (exactCpuSecondsOf(pid) - before) * 1000,
    planning: plan["Planning Time"],
    execution: plan["Execution Time"],
  };
}
