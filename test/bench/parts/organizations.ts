import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import type { SqlStatement } from "../../../src/cli/local/sql-backend.ts";
import { migrateUp } from "../../../src/cli/migrations/migrations.ts";
import type { Cursor } from "../../../src/core/page.ts";
import { claimsOf, type Guard } from "../../../src/database/guard-claims.ts";
import { seedDefaults } from "../../../src/features/access/roles/service.ts";
import { listClients } from "../../../src/features/time/clients/repository.ts";
import { listProjects } from "../../../src/features/time/projects/repository.ts";
import { listTags } from "../../../src/features/time/tags/repository.ts";
import { listTasks } from "../../../src/features/time/tasks/repository.ts";
import { listTimeEntries } from "../../../src/features/time/time-entries/repository.ts";
import { type PostgresServer, startPostgres } from "../../support/postgres-server.ts";
import { insertOrganization, insertPersonal, type Places } from "../support/organization.ts";
import { IS_SHORT } from "../support/part.ts";
import { exactCpuSecondsOf } from "../support/processes.ts";
import { openRecorder, type Recorder } from "../support/recorder.ts";
import { printTable, rounded, writeResult } from "../support/report.ts";
import { median } from "../support/statistics.ts";

const SIZE = { members: 10_000, entries: IS_SHORT ? 50_000 : 200_000, projects: 2_000 };
const ROUNDS = IS_SHORT ? 3 : 9;
/** CPU in ms after which slow statements are not repeated. */
const ENOUGH_MS = 100;
const COMPARED_ROUNDS = IS_SHORT ? 50 : 400;
const GUARD_ROUNDS = IS_SHORT ? 200 : 4_000;

/** The first migration of organizations; lists and guard are compared with those before it. */
const FIRST_MIGRATION = "migrations/0076_organizations.sql";
const ROOT = join(import.meta.dirname, "../../..");

/**
 * Measures PostgreSQL's cost of pages of a large organization, in time and in blocks, for every kind of caller; and of personal lists and
 * the guard, compared with those of the version before organizations, on the same server and in turns.
 */
export async function organizations(): Promise<void> {
  // After asynchronous commits, VACUUM can't mark rows as visible to all at first, and no scan would be of an index only.
  const postgres = await startPostgres({ shared_buffers: "512MB", synchronous_commit: "on" });
  try {
    const url = await postgres.createDatabase("bench");
    const recorder = await openRecorder(url);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await migrateUp(recorder.db);
      await seedDefaults({ db: recorder.db });
      const person = await insertPersonal(client);
      const places = await insertOrganization(client, SIZE);
      await client.query("vacuum analyze");
      const pages = await measurePages(await sideOf(client), recorder, places);
      const compared = await compare(postgres, { client, recorder, person, places });
      await writeResult("organizations", { size: SIZE, pages, ...compared });
    } finally {
      await client.end();
      await recorder.close();
    }
  } finally {
    await postgres.stop();
  }
}

interface Cost {
  caller: string;
  list: string;
  rows: number;
  ms: number;
  blocks: number;
}

async function measurePages(side: Side, recorder: Recorder, places: Places): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (const [caller, actorId] of Object.entries(places.callers)) {
    for (const [list, run] of Object.entries(pagesOf(recorder, actorId, places))) {
      let rows = 0;
      const statements = await recorder.statementsOf(async () => {
        rows = (await run()).items.length;
      });
      costs.push({ caller, list, rows, ...(await costOf(side, statements)) });
    }
  }
  const lists = [...new Set(costs.map(({ list }) => list))];
  const callers = Object.keys(places.callers);
  for (const figure of ["ms", "blocks"] as const) {
    printTable(
      `Pages of 50 in an organization of ${SIZE.members} members with ${SIZE.entries} entries: ${figure === "ms" ? "ms of PostgreSQL's CPU" : figure}`,
      lists.map((list) => ({
        list,
        ...Object.fromEntries(
          callers.map((caller) => [
            caller.replace("manager of", "m. of").replace("department", "dep."),
            costs.find((cost) => cost.caller === caller && cost.list === list)?.[figure] ?? 0,
          ]),
        ),
      })),
    );
  }
  return costs;
}

/** Returns the measured requests of one caller. */
function pagesOf({ db }: Recorder, actorId: string, places: Places) {
  const { organization } = places;
  const page = { limit: 50, skip: 0 } as const;
  const entries =
    (filter: Partial<Parameters<typeof listTimeEntries>[1]> = {}, cursor?: Cursor) =>
    () =>
      listTimeEntries(db, {
        actorId,
        organization,
        owner: "all",
        sort: "started_at",
        isDescending: true,
        ...page,
        cursor,
        ...filter,
      });
  const named = { actorId, organization, sort: "name", isDescending: false, ...page } as const;
  const aged = { ...named, sort: "created_at", isDescending: true } as const;
  const deep: Cursor = {
    sort: "started_at",
    key: "2026-02-01 00:00:00+00",
    id: "00000000-0000-4000-8000-000000000000",
    isBackward: false,
  };
  const deepName: Cursor = { ...deep, sort: "name", key: "" };
  const from = new Date("2026-02-01T00:00:00Z");
  const to = new Date("2026-02-08T00:00:00Z");
  return {
    entries: entries(),
    "entries, oldest first": entries({ isDescending: false }),
    "entries, a deep page": entries({}, deep),
    "entries of a week": entries({ from, to }),
    "entries of the last hour": entries({ from: places.lastHour }),
    "entries of a large project": entries({ projectId: places.bigProject }),
    "entries of a project": entries({ projectId: places.project }),
    "entries of a task": entries({ taskId: places.task }),
    "entries with a tag": entries({ tagId: places.tag }),
    "entries of one kind": entries({ kind: "focus" }),
    "entries of a kind without entries": entries({ kind: "break" }),
    "running entries": entries({ isRunning: true }),
    "entries that are not billable": entries({ isBillable: false }),
    "entries with a frequent text": entries({ q: "work" }),
    "entries with a rare text": entries({ q: "work c4ca4238a0" }),
    "entries of a member": entries({ owner: places.member }),
    "entries of a team": entries({ team: places.team }),
    "own entries": entries({ owner: undefined }),
    "own entries, a deep page": entries({ owner: undefined }, deep),
    projects: () => listProjects(db, named),
    "projects, a deep page": () => listProjects(db, { ...named, cursor: { ...deepName, key: "project c" } }),
    "projects, newest first": () => listProjects(db, aged),
    "projects of a client": () => listProjects(db, { ...named, clientId: places.client }),
    "archived projects": () => listProjects(db, { ...named, isArchived: true }),
    "projects with a rare text": () => listProjects(db, { ...named, q: "c4ca4238a0" }),
    clients: () => listClients(db, named),
    "clients, newest first": () => listClients(db, aged),
    "clients with a rare text": () => listClients(db, { ...named, q: "c4ca4238a0" }),
    tasks: () => listTasks(db, named),
    "tasks, a deep page": () => listTasks(db, { ...named, cursor: { ...deepName, key: "task c" } }),
    "tasks, newest first": () => listTasks(db, aged),
    "tasks of a project": () => listTasks(db, { ...named, projectId: places.project }),
    "tasks that are done": () => listTasks(db, { ...named, isDone: true }),
    "tasks with a rare text": () => listTasks(db, { ...named, q: "c4ca4238a0" }),
    tags: () => listTags(db, named),
    "tags, newest first": () => listTags(db, aged),
    "tags with a rare text": () => listTags(db, { ...named, q: "c4ca4238a0" }),
  };
}

interface Explained {
  Plan: { "Shared Hit Blocks": number; "Shared Read Blocks": number };
}

/** Returns the least of PostgreSQL's CPU in ms for a transaction whose tables are in memory, because other load adds to it, and the blocks that it reads. */
async function costOf(side: Side, statements: SqlStatement[]) {
  const times: number[] = [];
  let spent = 0;
  while (times.length < ROUNDS && spent < ENOUGH_MS) {
    const ms = await cpuOf(side, statements);
    times.push(ms);
    spent += ms;
  }
  return { ms: rounded(Math.min(...times)), blocks: await blocksOf(side, statements) };
}

async function blocksOf({ client }: Side, statements: SqlStatement[]): Promise<number> {
  const plans = await explain(client, statements);
  return plans.reduce((sum, { Plan }) => sum + Plan["Shared Hit Blocks"] + Plan["Shared Read Blocks"], 0);
}

async function explain(client: pg.Client, statements: SqlStatement[]): Promise<Explained[]> {
  const plans: Explained[] = [];
  await client.query("begin read only");
  for (const { query, params } of statements) {
    const isSetting = query.includes("set_config");
    const { rows } = await client.query(
      isSetting ? query : `explain (analyze, buffers, timing off, format json) ${query}`,
      params,
    );
    if (!isSetting) plans.push(rows[0]["QUERY PLAN"][0]);
  }
  await client.query("commit");
  return plans;
}

interface Lists {
  listTimeEntries: typeof listTimeEntries;
  listProjects: typeof listProjects;
}

interface Present {
  client: pg.Client;
  recorder: Recorder;
  person: string;
  places: Places;
}

/** Compares personal lists and the guard with those before organizations; undefined if the repository lacks that commit. */
async function compare(postgres: PostgresServer, { client, recorder, person, places }: Present) {
  const source = extractBefore();
  if (source === undefined) {
    console.log("\nNot compared with the version before organizations: this repository lacks its commit.");
    return {};
  }
  const lists = listsOf(person);
  const statementsOf = async ({ db, statementsOf }: Recorder, { listTimeEntries, listProjects }: Lists) => {
    const found: SqlStatement[][] = [];
    for (const { entries, projects } of Object.values(lists)) {
      found.push(
        await statementsOf(async () => {
          if (entries) await listTimeEntries(db, entries);
          if (projects) await listProjects(db, projects);
        }),
      );
    }
    return found;
  };
  // Before the other recorder, because the driver has one endpoint for all clients.
  const now = await statementsOf(recorder, { listTimeEntries, listProjects });
  const later = await openPersonal(postgres, "now");
  const earlier = await openPersonal(postgres, "before", join(source, "migrations"));
  try {
    const load = (feature: string) =>
      import(pathToFileURL(join(source, `src/features/time/${feature}/repository.ts`)).href);
    const old = await statementsOf(earlier.recorder, {
      ...(await load("time-entries")),
      ...(await load("projects")),
    });
    const sides = [await sideOf(earlier.client), await sideOf(later.client)] as const;
    const personal = [];
    for (const [place, list] of Object.keys(lists).entries()) {
      const works = [old[place] ?? [], now[place] ?? []] as const;
      personal.push({ list, ...(await takeTurns(sides, works, COMPARED_ROUNDS)) });
    }
    printTable("Personal lists: PostgreSQL's CPU in ms, and blocks, before organizations and now", personal);
    const guards = await compareGuards([sides[0], await sideOf(client)], person, places);
    printTable("The guard: PostgreSQL's CPU in ms, before organizations and now", guards);
    return { personal, guards };
  } finally {
    await earlier.close();
    await later.close();
    rmSync(source, { recursive: true, force: true });
  }
}

/** Opens a new database with personal records only, so that both versions have the same rows. */
async function openPersonal(postgres: PostgresServer, name: string, migrations?: string) {
  const url = await postgres.createDatabase(name);
  const recorder = await openRecorder(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await migrateUp(recorder.db, migrations);
  await seedDefaults({ db: recorder.db });
  await insertPersonal(client);
  await client.query("vacuum analyze");
  const close = async () => {
    await client.end();
    await recorder.close();
  };
  return { recorder, client, close };
}

/** Extracts the source code and the migrations before organizations; undefined without that commit. */
function extractBefore(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), "before-organizations-"));
  try {
    const added = runGit("log", "--diff-filter=A", "--format=%H", "--", FIRST_MIGRATION).toString().trim();
    const archive = runGit("archive", `${added}^`, "src", "migrations", "package.json");
    mkdirSync(directory, { recursive: true });
    execFileSync("tar", ["-x", "-C", directory], { input: archive });
    symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
    return directory;
  } catch {
    rmSync(directory, { recursive: true, force: true });
    return undefined;
  }
}

const runGit = (...args: string[]): Buffer =>
  execFileSync("git", args, { cwd: ROOT, maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "ignore"] });

/** Returns the personal lists that are compared, for a user without organizations. */
function listsOf(actorId: string) {
  const page = { actorId, limit: 50, skip: 0 } as const;
  const entries = { ...page, sort: "started_at", isDescending: true, owner: undefined } as const;
  const projects = { ...page, sort: "name", isDescending: false } as const;
  const cursor: Cursor = {
    sort: "started_at",
    key: "2024-06-01 00:00:00+00",
    id: "00000000-0000-4000-8000-000000000000",
    isBackward: false,
  };
  const month = { from: new Date("2025-01-01T00:00:00Z"), to: new Date("2025-02-01T00:00:00Z") };
  interface Compared {
    entries?: Parameters<typeof listTimeEntries>[1];
    projects?: Parameters<typeof listProjects>[1];
  }
  const lists: Record<string, Compared> = {
    "my entries": { entries },
    "my entries, a deep page": { entries: { ...entries, cursor } },
    "my entries of a month": { entries: { ...entries, ...month } },
    "my entries with a text": { entries: { ...entries, ...month, q: "work 4" } },
    "my projects": { projects },
    "my projects, newest first": { projects: { ...projects, sort: "created_at", isDescending: true } },
  };
  return lists;
}

interface Side {
  client: pg.Client;
  pid: number;
}

async function sideOf(client: pg.Client): Promise<Side> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return { client, pid: rows[0]?.pid ?? 0 };
}

/** Runs two transactions in turns. Returns the medians of PostgreSQL's CPU, their difference, and the blocks of each. */
async function takeTurns(
  sides: readonly [Side, Side],
  works: readonly [SqlStatement[], SqlStatement[]],
  rounds: number,
) {
  const times: [number[], number[]] = [[], []];
  for (let round = -20; round < rounds; round++) {
    for (const side of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const ms = await cpuOf(sides[side], works[side]);
      if (round >= 0) times[side].push(ms);
    }
  }
  const [before, now] = times.map(median) as [number, number];
  return {
    before: rounded(before),
    now: rounded(now),
    ratio: rounded(now / before),
    blocks_before: await blocksOf(sides[0], works[0]),
    blocks_now: await blocksOf(sides[1], works[1]),
  };
}

async function cpuOf({ client, pid }: Side, statements: SqlStatement[]): Promise<number> {
  const before = exactCpuSecondsOf(pid);
  await client.query("begin");
  for (const { query, params } of statements) await client.query(query, params);
  await client.query("commit");
  return (exactCpuSecondsOf(pid) - before) * 1000;
}

/** Compares the guard of a list: of both versions, and the present one of requests that name an organization. */
async function compareGuards(sides: readonly [Side, Side], person: string, places: Places) {
  const session = "00000000-0000-4000-8000-0000000000aa";
  const memberSession = "00000000-0000-4000-8000-0000000000ab";
  const open = (side: Side, id: string, user: string) =>
    side.client.query(
      `insert into sessions (id, user_id, secret_hash, token_delivery, idle_at, ends_at)
       values ($1::uuid, $2::uuid, 'none', 'body', now() + interval '1 day', now() + interval '1 day')`,
      [id, user],
    );
  const member = places.callers.member ?? "";
  await Promise.all([open(sides[0], session, person), open(sides[1], session, person)]);
  await open(sides[1], memberSession, member);
  for (const { client } of sides) {
    await client.query(
      "insert into user_roles (user_id, role_id) select u.id, r.id from users u, roles r where r.name = 'user' and u.id = any($1)",
      [[person, member]],
    );
    await client.query("analyze");
  }
  const guard = (userId: string, id: string, more: Partial<Guard>): SqlStatement => ({
    query: "select guard($1) as value",
    params: [
      claimsOf({
        caller: { userId, credential: { kind: "session", id } } as Guard["caller"],
        origin: { requestId: id, address: "127.0.0.1" } as Guard["origin"],
        required: [["time_entries:read", "time_entries:*", "*"]],
        inPerson: false,
        isRead: true,
        maxAgeSeconds: undefined,
        budget: { policy: "reads", quota: 600, window: 60 },
        ...more,
      }),
    ],
  });
  const old = guard(person, session, {});
  const { organization } = places;
  const variants = {
    "a request for records": guard(person, session, { admitsMembers: true }),
    "another request": old,
    "a request of a member": guard(member, memberSession, { admitsMembers: true }),
    "a request for an organization": guard(member, memberSession, {
      required: [],
      within: { organization, clauses: [["members:read"]] },
    }),
  };
  const guards = [];
  for (const [request, statement] of Object.entries(variants)) {
    const { before, now, blocks_before, blocks_now } = await takeTurns(
      sides,
      [[old], [statement]],
      GUARD_ROUNDS,
    );
    guards.push({ request, before, now, added: rounded(now - before), blocks_before, blocks_now });
  }
  return guards;
}
