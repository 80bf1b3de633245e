import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { sectionsOf, selectFirstParts } from "../../src/features/platform/personal-data/repository.ts";
import { maintain } from "../../src/jobs/maintenance.ts";
import { type ServedPostgres, servePostgres } from "../support/served-postgres.ts";

let served: ServedPostgres;
beforeAll(async () => {
  served = await servePostgres("partitions");
});
afterAll(async () => {
  await served?.close();
});

const query = async (text: string, values: unknown[] = []) => (await served.client.query(text, values)).rows;
const run = (settings = {}) => maintain({ ...served.settings, ...settings }, served.db);

/** Returns the first day of the month that is `ago` months before this one, in UTC. */
const monthStart = (ago: number) => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago, 1));
};
const nameOf = (table: string, ago: number) =>
  `${table}_${monthStart(ago).toISOString().slice(0, 7).replace("-", "_")}`;

const MONTHS = 6;
const DAY_MS = 86_400_000;

/** Creates partitions as if the system had run for six months. */
beforeEach(async () => {
  await query("set session_replication_role = replica");
  for (const table of ["heartbeats", "audit_events"]) {
    for (const { partition } of await query(
      `select partition::text from partitions_of('${table}') where starts is not null`,
    )) {
      await query(`drop table ${partition}`);
    }
    await query(`delete from ${table}`);
    await query(`alter table ${table} detach partition ${table}_past`);
    await query(
      `alter table ${table} attach partition ${table}_past for values from (minvalue) to ('${monthStart(MONTHS).toISOString()}')`,
    );
    for (let ago = MONTHS; ago >= 0; ago--) {
      await query(
        `create table ${nameOf(table, ago)} partition of ${table}
           for values from ('${monthStart(ago).toISOString()}') to ('${monthStart(ago - 1).toISOString()}')`,
      );
    }
  }
  for (const table of ["heartbeat_slots", "heartbeat_states", "erasures", "account_usage", "users"]) {
    await query(`delete from ${table}`);
  }
  await query("set session_replication_role = origin");
});

async function addUser(name: string): Promise<string> {
  const [user] = await query(
    "insert into users (email, username, password_hash) values ($1 || '@example.com', $1, '$none$') returning id",
    [name],
  );
  return user.id;
}

/** Stores a minute of work at each instant. */
async function store(user: string, instants: Date[]): Promise<void> {
  const items = instants.flatMap((instant, place) =>
    [0, 60].map((seconds) => ({
      place: 2 * place + seconds / 60,
      time: instant.getTime() / 1000 + seconds,
      entity: "a.ts",
      type: "file",
      project: "tracker",
      is_write: false,
    })),
  );
  await query("select store_heartbeats($1, $2)", [user, JSON.stringify(items)]);
}

const middleOf = (ago: number) => new Date(monthStart(ago).getTime() + 14 * DAY_MS + 3_600_000);
const countOf = async (user: string) =>
  (await query("select count(*)::int from heartbeats where user_id = $1", [user]))[0]?.count;
const partitionsOf = async (table: string) =>
  (await query(`select partition::text as name from partitions_of('${table}') order by 1`)).map(
    ({ name }) => name,
  );

it("drops months of heartbeats once their time is in slots, and counts them as removed", async () => {
  const user = await addUser("ada");
  const idle = await addUser("grace");
  await store(user, [8, 6, 5, 4, 3, 2, 1].map(middleOf));
  await store(idle, [middleOf(5)]);
  // Enough rows for the estimate of their number, which uses a sample.
  await store(
    user,
    Array.from({ length: 99 }, (_, n) => new Date(middleOf(5).getTime() + (n + 1) * 3_600_000)),
  );
  await query("delete from account_usage");
  await query("insert into account_usage (user_id, kind, count) values ($1, 'heartbeats', 1000)", [user]);
  const days = Math.ceil((Date.now() - monthStart(3).getTime()) / DAY_MS) - 10;
  const report = await run({ HEARTBEAT_RETENTION_DAYS: days });
  // Rows before the first month one by one, and the others with their months.
  expect(report).toMatchObject({
    slots_built: 2,
    heartbeats_removed: 2 * (4 + 99) + 2,
    partitions_dropped: 3,
  });
  expect(await countOf(user)).toBe(2 * 3);
  expect(await countOf(idle)).toBe(0);
  const names = await partitionsOf("heartbeats");
  for (const ago of [6, 5, 4]) expect(names).not.toContain(nameOf("heartbeats", ago));
  for (const ago of [3, 2, 1, 0, -1, -2]) expect(names).toContain(nameOf("heartbeats", ago));
  expect(await query("select sum(length)::text from heartbeat_slots where user_id = $1", [user])).toEqual([
    { sum: "01:46:00" },
  ]);
  expect(await query("select bool_and(count <= 1000) as is_less from account_usage")).toEqual([
    { is_less: true },
  ]);
  // Rows for dropped months are not stored, and none is counted twice.
  await store(user, [middleOf(5)]);
  expect(await countOf(user)).toBe(2 * 3);
  expect(await run({ HEARTBEAT_RETENTION_DAYS: days })).toMatchObject({
    heartbeats_removed: 0,
    partitions_dropped: 0,
  });
});

it("keeps a month while the slots of a user lack its time", async () => {
  const user = await addUser("ada");
  await store(user, [middleOf(5)]);
  await query("update heartbeat_states set retry_at = now() + interval '1 hour'");
  expect(await run({ HEARTBEAT_RETENTION_DAYS: 62 })).toMatchObject({ slots_built: 0 });
  expect(await countOf(user)).toBe(2);
  await query("update heartbeat_states set retry_at = null");
  await run({ HEARTBEAT_RETENTION_DAYS: 62 });
  expect(await countOf(user)).toBe(0);
});

it("drops months while the slots of an account can't be built, and keeps only the heartbeats of that account", async () => {
  const [ada, grace] = [await addUser("ada"), await addUser("grace")];
  for (const user of [ada, grace]) await store(user, [5, 4].map(middleOf));
  await query(`
    create function fail_for_ada() returns trigger language plpgsql as $$ begin
      if new.user_id = (select id from users where username = 'ada') then raise 'no slots of hers'; end if;
      return new;
    end $$`);
  await query(
    "create trigger fail before insert on heartbeat_slots for each row execute function fail_for_ada()",
  );
  try {
    await expect(run({ HEARTBEAT_RETENTION_DAYS: 62 })).rejects.toThrow();
  } finally {
    await query("drop function fail_for_ada cascade");
  }
  const left = () =>
    query(
      "select tableoid::regclass::text as name, user_id, count(*)::int from heartbeats group by 1, 2 order by 1",
    );
  const ofAda = [5, 4].map((ago) => ({ name: nameOf("heartbeats", ago), user_id: ada, count: 2 }));
  expect(await left()).toEqual(ofAda);
  // The next run leaves them until their slots can be built.
  expect(await run({ HEARTBEAT_RETENTION_DAYS: 62 })).toMatchObject({ partitions_dropped: 0 });
  expect(await left()).toEqual(ofAda);
  await query("update heartbeat_states set retry_at = now()");
  expect(await run({ HEARTBEAT_RETENTION_DAYS: 62 })).toMatchObject({
    slots_built: 1,
    partitions_dropped: 2,
  });
  expect(await left()).toEqual([]);
});

it("reports a heartbeat outside of all months, prunes it, and moves it to its month once that exists", async () => {
  const user = await addUser("ada");
  await query(`drop table ${nameOf("heartbeats", 5)}`);
  await store(user, [middleOf(5), new Date(Date.now() + 3_660 * DAY_MS), middleOf(-1)]);
  expect((await query("select count(*)::int from heartbeats_default"))[0]?.count).toBe(6);
  expect(await query("select * from make_partitions()")).toEqual([{ made: 4, outside: 4 }]);
  expect(await query(`select count(*)::int from ${nameOf("heartbeats", -1)}`)).toEqual([{ count: 2 }]);
  expect(await run({ HEARTBEAT_RETENTION_DAYS: 62 })).toMatchObject({ heartbeats_removed: 2 });
  expect(await countOf(user)).toBe(4);
  expect(await query("select * from make_partitions()")).toEqual([{ made: 0, outside: 2 }]);
});

it("erases the heartbeats of an account in every partition, and none of another account", async () => {
  const [ada, grace] = [await addUser("ada"), await addUser("grace")];
  // Rows of both accounts have the same physical positions in different partitions.
  await store(ada, [8, 6, 4, 2].map(middleOf));
  await store(grace, [7, 5, 3, 1].map(middleOf));
  await query("update users set is_deleted = true, deleted_at = now() - interval '90 days' where id = $1", [
    ada,
  ]);
  expect(await run({ HEARTBEAT_RETENTION_DAYS: 3650 })).toMatchObject({ accounts_erased: 1 });
  expect(await countOf(ada)).toBe(0);
  expect(await countOf(grace)).toBe(8);
});

it("exports the data of a user from every partition", async () => {
  const user = await addUser("ada");
  await store(
    user,
    [8, 6, 4, 2, 0].map((ago) => new Date(middleOf(ago).getTime() - 14 * DAY_MS)),
  );
  const sections = sectionsOf(user);
  const parts = await selectFirstParts(served.db, user, sections);
  const beats = parts[sections.findIndex(({ name }) => name === "heartbeats")]?.items;
  expect(beats).toHaveLength(10);
});

it("drops expired months of the audit log, and never a month of the last week, for any caller", async () => {
  const record = (instant: Date) =>
    query(
      "insert into audit_events (occurred_at, action, target_type, details) values ($1, 'boat.sailed', 'boat', '{}')",
      [instant],
    );
  for (const ago of [8, 6, 5, 4, 1, 0]) await record(new Date(monthStart(ago).getTime() + 3_600_000));
  const left = async () =>
    (await query("select count(*)::int from audit_events where action = 'boat.sailed'"))[0]?.count;
  const days = Math.floor((Date.now() - monthStart(4).getTime()) / DAY_MS);
  const report = await run({ AUDIT_RETENTION_DAYS: days });
  expect(report).toMatchObject({ audit_events_removed: 1, partitions_dropped: 2 });
  expect(await left()).toBe(3);
  await query("select drop_expired_partitions(-1000, -1000), remove_audit_events(-1000, 1000)");
  expect(await left()).toBeGreaterThanOrEqual(1);
  expect(await partitionsOf("audit_events")).toContain(nameOf("audit_events", 0));
});

it("keeps the last week of the audit log in a zone whose clocks are about to change by two weeks", async () => {
  await query("insert into audit_events (action, target_type, details) values ('boat.sailed', 'boat', '{}')");
  const dayOfYear = Math.floor((Date.now() - Date.UTC(new Date().getUTCFullYear(), 0, 1)) / DAY_MS);
  // Clocks go back tomorrow: "seven days ago" on these clocks is in a week.
  const zone = `AAA-167BBB+167,${(dayOfYear + 8) % 365}/12,${(dayOfYear + 190) % 365}/0`;
  await query("select set_config('timezone', $1, false), set_config('datestyle', 'SQL, MDY', false)", [zone]);
  await query("select make_partitions(), drop_expired_partitions(7, 7), remove_audit_events(7, 1000000)");
  await query("reset timezone");
  await query("reset datestyle");
  expect(await query("select count(*)::int from audit_events where action = 'boat.sailed'")).toEqual([
    { count: 1 },
  ]);
  expect(await partitionsOf("audit_events")).toContain(nameOf("audit_events", -2));
});

it("creates a month while its rows arrive", async () => {
  await query("select make_partitions()");
  const next = nameOf("heartbeats", -1);
  await query(`drop table ${next}`);
  const user = await addUser("ada");
  const arrive = (count: number) =>
    served.db.execute(
      sql`insert into heartbeats (user_id, at, hash, entity, type, is_write)
          select ${user}, ${middleOf(-1).toISOString()}, gen_random_uuid(), 'a', 'file', false from generate_series(1, ${count}::int)`,
    );
  await arrive(100_000);
  let isCreated = false;
  const traffic = async () => {
    // An insert that waits for the month fails in a partition that no longer accepts it, and is repeated.
    while (!isCreated) await arrive(1).catch(() => undefined);
  };
  const all = [traffic(), traffic()];
  try {
    await query("select make_partitions()");
  } finally {
    isCreated = true;
    await Promise.all(all);
  }
  expect(await partitionsOf("heartbeats")).toContain(next);
  expect(await query("select count(*)::int from heartbeats_default")).toEqual([{ count: 0 }]);
});

it.each([
  [
    "heartbeats",
    "user_id, at, hash, entity, type, is_write",
    "gen_random_uuid(), at, gen_random_uuid(), 'a', 'file', false",
  ],
  ["audit_events", "occurred_at, action, target_type, details", "at, 'boat.sailed', 'boat', '{}'"],
])(
  "turns more %s outside of all months than a statement moves into a month",
  async (table, columns, values) => {
    await query(`drop table ${nameOf(table, 1)}, ${nameOf(table, 0)}`);
    await query("set session_replication_role = replica");
    const instants = [middleOf(1), middleOf(0), new Date(monthStart(-3).getTime())];
    for (const [place, instant] of instants.entries()) {
      await query(
        `insert into ${table} (${columns})
         select ${values} from (select $1::timestamptz as at from generate_series(1, ${[1_000, 101_000, 5][place]})) as rows`,
        [instant],
      );
    }
    await query("set session_replication_role = origin");
    const [before] = await query(`select '${table}_default'::regclass::oid as oid`);
    await query("set statement_timeout = '8s'; select make_partitions()");
    await query("reset statement_timeout");
    // The partition starts at the end of the month before, and the rows have not moved.
    expect(
      await query(`select starts, ends from partitions_of('${table}') where partition = $1`, [before.oid]),
    ).toEqual([{ starts: monthStart(1), ends: monthStart(-1) }]);
    expect(await query(`select count(*)::int from ${nameOf(table, 0)}`)).toEqual([{ count: 102_000 }]);
    expect(await query(`select count(*)::int from ${table}_default`)).toEqual([{ count: 5 }]);
    if (table === "audit_events") {
      for (const partition of [nameOf(table, 0), `${table}_default`]) {
        for (const statement of [`truncate ${partition}`, `delete from ${partition}`])
          await expect(query(statement)).rejects.toThrow("audit events are never changed");
      }
    }
  },
);

it("counts no event of a dropped month as left", async () => {
  await query("set session_replication_role = replica");
  const insert = `insert into audit_events (occurred_at, action, target_type, details)
    select $1, 'boat.sailed', 'boat', '{}' from generate_series(1, $2::int)`;
  await query(insert, [middleOf(8), 10_000]);
  await query(insert, [middleOf(4), 5]);
  await query("set session_replication_role = origin");
  const days = Math.floor((Date.now() - middleOf(4).getTime()) / DAY_MS) - 1;
  const settings = { ...served.settings, AUDIT_RETENTION_DAYS: days };
  const report = await maintain(settings, served.db, { audit_events: { seconds: 30, rows: 1 } });
  expect(report).toMatchObject({ audit_events_removed: 10_000, left: {} });
});

it("leaves an event unchanged when another event with the same id is stripped", async () => {
  const user = await addUser("ada");
  await query("delete from erasures");
  await query("insert into erasures (user_id, begun_at) values ($1, now())", [user]);
  const insert = `insert into audit_events (id, occurred_at, action, target_type, target_id, address, details)
    values ($1, $2, 'boat.sailed', 'boat', $3, '203.0.113.7', '{"before": "a"}')`;
  const [id, target] = [crypto.randomUUID(), crypto.randomUUID()];
  await query(insert, [id, middleOf(0), target]);
  await query(insert, [id, middleOf(1), user]);
  await query("select strip_audit_events($1, 100)", [user]);
  expect(await query("select address, details from audit_events where target_id = $1", [target])).toEqual([
    { address: "203.0.113.7", details: { before: "a" } },
  ]);
  await query("delete from erasures");
});

it.each([
  ["update audit_events set action = 'x'"],
  ["delete from audit_events"],
  [`update ${nameOf("audit_events", 0)} set action = 'x'`],
  [`delete from ${nameOf("audit_events", 0)}`],
  ["truncate audit_events"],
  ["truncate audit_events_past"],
  [`truncate ${nameOf("audit_events", -1)}`],
])("rejects in the audit log: %s", async (statement) => {
  await query("select make_partitions()");
  await query("insert into audit_events (action, target_type, details) values ('boat.sailed', 'boat', '{}')");
  await expect(query(statement)).rejects.toThrow("audit events are never changed");
});
