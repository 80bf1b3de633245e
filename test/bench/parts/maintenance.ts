import { startSpending } from "../../../src/database/work.ts";
import { listEvents } from "../../../src/features/access/audit/repository.ts";
import { buildSlots, removeOldHeartbeats } from "../../../src/features/activity/slots/service.ts";
import { type ServedPostgres, servePostgres } from "../../support/served-postgres.ts";
import { IS_SHORT } from "../support/part.ts";
import { printTable, type Row, rounded, writeResult } from "../support/report.ts";
import { median } from "../support/statistics.ts";

const ACCOUNTS = IS_SHORT ? [10_000, 100_000] : [100_000, 1_000_000];
const DUE = IS_SHORT ? 500 : 5_000;
const EVENTS = IS_SHORT ? 1_000_000 : 10_000_000;
const ROUNDS = 5;

const startUnlimited = () => startSpending({ seconds: 3_600, rows: 10_000_000 });

/**
 * Measures the maintenance and the audit log with growing numbers of accounts and events: the steps for heartbeats while nothing is due
 * and while slots of some accounts are due, which must not depend on the number of other accounts, and pages of a long log with their totals.
 */
export async function maintenance(): Promise<void> {
  const steps: Row[] = [];
  for (const accounts of ACCOUNTS) {
    const served = await servePostgres("bench");
    try {
      steps.push(await measureSteps(served, accounts));
    } finally {
      await served.close();
    }
  }
  printTable("Steps of the maintenance by number of accounts, in ms", steps);
  const served = await servePostgres("bench");
  try {
    const pages = await measureAudit(served);
    printTable(`A page of an audit log with ${EVENTS} events`, pages);
    await writeResult("maintenance", { steps, events: EVENTS, pages });
  } finally {
    await served.close();
  }
}

/** Runs statements without triggers, for speed. */
async function fill({ client }: ServedPostgres, ...statements: string[]): Promise<void> {
  await client.query("set session_replication_role = replica");
  for (const statement of statements) await client.query(statement);
  await client.query("set session_replication_role = origin");
  await client.query("vacuum analyze");
}

async function measureSteps(served: ServedPostgres, accounts: number): Promise<Row> {
  await fill(
    served,
    `insert into users (email, username, password_hash)
       select 'user' || n || '@example.com', 'user' || n, '$none$' from generate_series(1, ${accounts}) as n`,
    `insert into heartbeats (user_id, at, hash, entity, type, is_write)
       select id, now() - interval '3 days' + n * interval '10 minutes', id, 'a.ts', 'file', false
         from users, generate_series(1, 6) as n`,
    `insert into heartbeat_states (user_id, built_until, idle_seconds, oldest_at)
       select id, now() - interval '3 hours', 900, now() - interval '3 days' from users`,
  );
  const slotsWithNoneDue = await timeOf(() => buildSlots(served, startUnlimited()));
  const pruningWithNoneDue = await timeOf(() => removeOldHeartbeats(served, startUnlimited()));
  await served.client.query(`
    update heartbeat_states set due_at = now(), built_until = null
    where user_id in (select user_id from heartbeat_states limit ${DUE})`);
  const started = performance.now();
  const { done } = await buildSlots(served, startUnlimited());
  const buildTime = performance.now() - started;
  return {
    accounts,
    slots_none_due: rounded(slotsWithNoneDue),
    heartbeats_none_due: rounded(pruningWithNoneDue),
    accounts_due: done,
    slots_of_all_due: rounded(buildTime),
    for_each_due: rounded(buildTime / done),
  };
}

async function measureAudit(served: ServedPostgres): Promise<Row[]> {
  await fill(
    served,
    `insert into audit_events (occurred_at, actor_id, action, target_type, target_id, request_id, details)
       select now() - n * interval '1 second', md5((n % 1000)::text)::uuid, 'thing.' || n % 50, 'kind' || n % 5,
         md5((n % 5000)::text)::uuid, n::text, '{"before": "a", "after": "b"}'
       from generate_series(1, ${EVENTS}) as n`,
  );
  const [{ actor }] = (await served.client.query("select md5('1')::uuid as actor")).rows;
  const filters = {
    none: {},
    "a common action": { action: "thing.1" },
    "an action without events": { action: "thing.none" },
    "a kind of target": { target_type: "kind1" },
    "a kind of target without events": { target_type: "none" },
    "an actor": { actor_id: actor },
    "the last day": { from: new Date(Date.now() - 86_400_000) },
  };
  const rows: Row[] = [];
  for (const [name, filter] of Object.entries(filters)) {
    const request = { sort: "occurred_at", isDescending: true, limit: 100, skip: 0 } as const;
    const ms = await timeOf(() => listEvents(served.db, filter, request));
    const { total, isTotalExact } = await listEvents(served.db, filter, request);
    rows.push({ filter: name, ms: rounded(ms), total: total ?? "", exact: String(isTotalExact) });
  }
  return rows;
}

/** Returns the median time of `work` in ms, after a first run. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  await work();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return median(times);
}
