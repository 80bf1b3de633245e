import type pg from "pg";

/** Day after the last day of every history. */
export const HISTORY_ENDS = "2026-01-01";

export interface LongHistory {
  owner: string;
  years: number;
  /** Total number of entries. */
  entries: number;
}

/**
 * Inserts a new user with time entries into the database: short entries on twenty projects, every day from seven o'clock. One in twenty
 * entries overlaps the next, and one entry of each day crosses midnight.
 */
export async function insertHistory(
  client: pg.Client,
  { owner, years, entries }: LongHistory,
): Promise<void> {
  const daily = Math.ceil(entries / years / 365);
  await client.query(
    "insert into users (id, email, username, password_hash) values ($1::uuid, $1::text || '@example.com', $1::text, 'none')",
    [owner],
  );
  await client.query("insert into time_settings (user_id, timezone) values ($1, 'Europe/Berlin')", [owner]);
  await client.query(
    "insert into projects (owner_id, name, color) select $1, 'project ' || n, '#000000' from generate_series(1, 20) n",
    [owner],
  );
  await client.query(
    `insert into goals (owner_id, name, period, direction, target_seconds)
     select $1, 'goal ' || n, (array['day', 'week', 'month'])[n], 'at_least', n * n * 20000 from generate_series(1, 3) n`,
    [owner],
  );
  await client.query(
    `insert into time_entries (owner_id, project_id, started_at, ended_at)
     select $1, ids[1 + n % 20], starts, starts + make_interval(secs => length)
     from (select array_agg(id order by id) as ids from projects where owner_id = $1) as projects,
       generate_series(0, $2::int - 1) as n,
       lateral (select $5::timestamptz - make_interval(days => $3::int * 365 - n / $4::int) as day, n % $4::int as step) as days,
       lateral (select
         day + make_interval(secs => case when step = 0 then 79200 else 25200 + step * 105 end) as starts,
         case when step = 0 then 7200 when step % 20 = 0 then 130 else 100 end as length) as steps`,
    [owner, entries, years, daily, `${HISTORY_ENDS}T00:00:00Z`],
  );
}
