import { hashOfApiKey, hintOfApiKey, newApiKey } from "../../../src/core/security/api-key.ts";
import { type Arena, openArena } from "../support/arena.ts";
import { buildBundle } from "../support/bundle.ts";
import { type Client, openClient } from "../support/client.ts";
import { putLoad, warmUp } from "../support/load.ts";
import { IS_SHORT } from "../support/part.ts";
import { cpuSecondsOf, familyCpuSecondsOf } from "../support/processes.ts";
import { printTable, rounded, writeResult } from "../support/report.ts";
import { median, quantile } from "../support/statistics.ts";

const USERS = 200;
const CLIENTS = 16;
const BATCH = 100;
const SIZES = IS_SHORT ? [0, 100_000] : [0, 1_000_000, 10_000_000];
const MILLISECONDS = IS_SHORT ? 2_000 : 10_000;
const HISTORY = IS_SHORT ? 70_000 : 700_000;
/** Number of heartbeats from which a request builds missing slots. */
const SLOT_STEP = 100_000;
const READS = IS_SHORT ? 5 : 30;
const PATH = "/compat/wakatime/v1/users/current";

/** Measures how many heartbeats per second the system stores, with few and many in the database, and the time of reports on a long history. */
export async function ingestion(): Promise<void> {
  const arena = await openArena({ users: USERS, bundle: await buildBundle("worker") });
  const client = openClient(arena.worker.url);
  try {
    const keys = await createKeys(arena);
    const rows = [];
    for (const size of SIZES) {
      await growTo(arena, size);
      rows.push({ heartbeats: size, ...(await measure(arena, client, keys)) });
    }
    printTable(
      `Heartbeats per second in batches of ${BATCH}, the time of a batch in ms, and its CPU in ms`,
      rows.map((row) => ({
        in_the_database: row.heartbeats,
        per_second: Math.round(row.heartbeats_per_second),
        p50: rounded(row.p50_ms),
        p99: rounded(row.p99_ms),
        worker: rounded(row.worker_cpu_ms),
        neon_endpoint: rounded(row.endpoint_cpu_ms),
        postgres: rounded(row.postgres_cpu_ms),
      })),
    );
    const reads = await measureReads(arena, client);
    printTable(`Reports on the whole history of a user with ${HISTORY} heartbeats, in ms`, reads);
    await writeResult("ingestion", { batch: BATCH, clients: CLIENTS, rows, history: HISTORY, reads });
  } finally {
    client.close();
    await arena.close();
  }
}

/** Creates a key for each user; the key of the last user is for reading. */
async function createKeys({ query }: Arena): Promise<string[]> {
  const keys = Array.from({ length: USERS }, newApiKey);
  for (const [nth, key] of keys.entries()) {
    await query(`
      insert into personal_tokens (user_id, name, secret_hash, key_hint, scopes, expires_at)
      select id, 'bench', '${await hashOfApiKey(key)}', '${hintOfApiKey(key)}', '{full}', now() + interval '1 day'
      from users where username = 'user${nth + 1}'`);
  }
  return keys;
}

/** Adds heartbeats of all users, from the last months, until the database has `size`. */
async function growTo({ query }: Arena, size: number): Promise<void> {
  const { rows } = await query("select count(*)::int as count from heartbeats");
  const missingCount = size - Number(rows[0]?.count);
  if (missingCount > 0)
    await query(insertHeartbeats(missingCount, `select id from users where username <> 'user${USERS}'`));
  await query("vacuum analyze heartbeats");
}

/** Returns SQL that inserts heartbeats two minutes apart, in turns for each of the users that `selectUsers` selects. */
const insertHeartbeats = (count: number, selectUsers: string) => `
  insert into heartbeats (user_id, at, hash, entity, type, category, project, branch, language, editor, operating_system, machine, is_write)
  select ids[1 + n % array_length(ids, 1)], now() - interval '5 hours' - n / array_length(ids, 1) * interval '2 minutes',
    md5(n::text)::uuid, '/home/ada/src/project/file' || n % 1000 || '.ts', 'file', 'coding', 'project' || n / 200 % 7, 'main',
    (array['TypeScript', 'SQL', 'Markdown'])[1 + n / 50 % 3], 'vscode', 'Linux', 'laptop', n % 5 = 0
  from generate_series(1, ${count}) as n, (select array_agg(id) as ids from (${selectUsers}) as users) as them`;

let sent = 0;

/** Returns a batch of recent heartbeats, different each time. */
const createBatch = () =>
  Array.from({ length: BATCH }, (_, n) => ({
    entity: `/home/ada/src/project/file${n}.ts`,
    type: "file",
    category: "coding",
    time: Date.now() / 1000 - (sent++ % 3_000_000) / 1000,
    project: "project",
    branch: "main",
    language: "TypeScript",
    lines: 300,
    lineno: n,
    cursorpos: 10,
    is_write: n % 5 === 0,
    user_agent: "wakatime/v1.98.5 (linux-6.1.0-x86_64) go1.22.3 vscode/1.90.0 vscode-wakatime/24.6.0",
  }));

async function measure(arena: Arena, client: Client, keys: readonly string[]) {
  const works = Array.from({ length: CLIENTS }, (_, nth) => async () => {
    const token = keys[(nth * 11 + sent) % (USERS - 1)] ?? "";
    const answer = await client.send({
      method: "POST",
      path: `${PATH}/heartbeats.bulk`,
      token,
      body: createBatch(),
    });
    if (answer.status !== 201) throw new Error(`Answered ${answer.status}: ${answer.text}`);
  });
  await warmUp(works, 200, 5_000);
  const before = cpuOf(arena);
  const start = performance.now();
  const times = await putLoad(works, MILLISECONDS);
  const seconds = (performance.now() - start) / 1000;
  const after = cpuOf(arena);
  const each = (name: keyof typeof before) => (1000 * (after[name] - before[name])) / times.length;
  return {
    heartbeats_per_second: (BATCH * times.length) / seconds,
    p50_ms: median(times),
    p99_ms: quantile(times, 0.99),
    worker_cpu_ms: each("worker"),
    endpoint_cpu_ms: each("endpoint"),
    postgres_cpu_ms: each("postgres"),
  };
}

const cpuOf = ({ worker, endpoint, postgresPid }: Arena) => ({
  worker: cpuSecondsOf(worker.pid),
  endpoint: cpuSecondsOf(endpoint.pid),
  postgres: familyCpuSecondsOf(postgresPid),
});

/** Measures the long reports of the last user over HTTP, with PostgreSQL's CPU for each, before and after its slots are built. */
async function measureReads(arena: Arena, client: Client) {
  const reader = `select id from users where username = 'user${USERS}'`;
  await arena.query(insertHeartbeats(HISTORY, reader));
  await arena.query(`insert into heartbeat_states (user_id) ${reader} on conflict do nothing`);
  await arena.query("vacuum analyze heartbeats");
  const key = newApiKey();
  await arena.query(`
    insert into personal_tokens (user_id, name, secret_hash, key_hint, scopes, expires_at)
    select id, 'reader', '${await hashOfApiKey(key)}', '${hintOfApiKey(key)}', '{read}', now() + interval '1 day' from (${reader}) as one`);
  const read = async (path: string) => {
    const answer = await client.send({ path: `${PATH}/${path}`, token: key });
    if (answer.status !== 200) throw new Error(`Answered ${answer.status}: ${answer.text}`);
  };
  const results = [];
  for (const [name, path, count] of [
    [
      "the total of one project, while slots are built",
      "all_time_since_today?project=project3",
      Math.ceil(HISTORY / SLOT_STEP),
    ],
    ["the total of one project", "all_time_since_today?project=project3", READS],
    ["the total of all projects", "all_time_since_today", READS],
    ["one project, with all its breakdowns", "stats/all_time?project=project3", READS],
    ["the list of projects", "projects", READS],
  ] as const) {
    await arena.query("analyze heartbeat_slots");
    const before = cpuOf(arena);
    const times: number[] = [];
    for (let nth = 0; nth < count; nth++) {
      const start = performance.now();
      await read(path);
      times.push(performance.now() - start);
    }
    const postgres = (1000 * (cpuOf(arena).postgres - before.postgres)) / count;
    results.push({ report: name, p50: rounded(median(times)), postgres_cpu: rounded(postgres) });
  }
  return results;
}
