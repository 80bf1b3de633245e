import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { acquireDataLock, findRunningDatabase } from "../../src/cli/local/data-lock.ts";
import { type LocalDatabaseOptions, openLocalDatabase } from "../../src/cli/local/local-database.ts";
import { argumentsOf } from "../support/command.ts";
import { copyTemplate } from "../support/data-templates.ts";
import { loadLocalDriver } from "../support/neon-driver.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

const PROJECT = join(import.meta.dirname, "../..");
/** Values of the state in pg_control. */
const SHUT_DOWN = 1;
const IN_PRODUCTION = 6;

const { neon } = await loadLocalDriver();

let directory: string;
let dataDir: string;
let children: ChildProcess[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "local-database-"));
  dataDir = join(directory, "data");
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(kill));
  await rm(directory, { recursive: true, force: true });
});

/** Starts `npm run db` with the data directory and a free port. */
function startProcess() {
  const options = [...argumentsOf(PROJECT, "db"), "--data", dataDir, "--port", "0"];
  const environment = { ...process.env, DATABASE_URL: "", NO_COLOR: "1" };
  const child = spawn(process.execPath, options, { env: environment });
  children.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const exit = once(child, "close").then(([code]) => ({ code, output }));
  return { child, exit, output: () => output };
}

/** Returns a client of the process that has the data directory, once it is ready. */
async function clientOfRunning() {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const running = await findRunningDatabase(dataDir);
    if (running) return neon(running.url);
    await sleep(20);
  }
  throw new Error("No process serves the database.");
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "close");
}

async function stateOf(directoryOfData: string): Promise<number> {
  return (await readFile(join(directoryOfData, "postgres/global/pg_control"))).readUInt32LE(16);
}

async function failureOf(options: Partial<LocalDatabaseOptions>): Promise<Error> {
  return openLocalDatabase({ dataDir: "memory", ...options }).then(
    () => expect.unreachable("it opened"),
    (error) => error,
  );
}

describe("the embedded database", () => {
  it("keeps its data, readable only by its owner, and shuts down cleanly", async () => {
    const first = await openLocalDatabase({ dataDir });
    expect(first.description).toBe(`embedded Postgres, kept in ${dataDir}`);
    expect(first.endpoint).toBe(`http://127.0.0.1:${new URL(first.url).port}/sql`);
    await neon(first.url)`create table notes as select 'kept' as text`;
    await first.close();
    for (const path of [dataDir, join(dataDir, "postgres")])
      expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(await readdir(dataDir)).toEqual(["lock", "postgres"]);
    expect(await stateOf(dataDir)).toBe(SHUT_DOWN);

    const second = await openLocalDatabase({ dataDir });
    expect(await neon(second.url)`select text from notes`).toEqual([{ text: "kept" }]);
    expect(second.url).not.toBe(first.url);
    await second.close();
  });

  it("runs in memory, several times concurrently", async () => {
    const [first, second] = await Promise.all([1, 2].map(() => openLocalDatabase({ dataDir: "memory" })));
    await neon(first?.url ?? "")`create table notes (text text)`;
    expect(await neon(second?.url ?? "")`select to_regclass('notes') as found`).toEqual([{ found: null }]);
    await first?.close();
    await second?.close();
  });

  it("releases the directory if its port is in use", async () => {
    await copyTemplate(dataDir, "empty");
    const blocker = createServer();
    await once(blocker.listen(0, "127.0.0.1"), "listening");
    const { port } = blocker.address() as AddressInfo;
    expect(await failureOf({ dataDir, port })).toMatchObject({
      name: "CliError",
      message: `Port ${port} is in use. Choose another.`,
    });
    blocker.close();
    await (await openLocalDatabase({ dataDir, port })).close();
  });

  it("keeps the permissions of an existing directory, and makes its data private", async () => {
    await mkdir(dataDir);
    await chmod(dataDir, 0o755);
    await (await openLocalDatabase({ dataDir })).close();
    expect((await stat(dataDir)).mode & 0o777).toBe(0o755);
    expect((await stat(join(dataDir, "postgres"))).mode & 0o777).toBe(0o700);
  });

  it("fails with one line if the database can't be opened", async () => {
    await mkdir(join(dataDir, "postgres"), { recursive: true });
    await writeFile(join(dataDir, "postgres/PG_VERSION"), "18\n");
    expect(await failureOf({ dataDir })).toMatchObject({
      name: "CliError",
      message: `The database in ${dataDir}/postgres can't be opened. Move it away, then start again.`,
    });
    expect(await readdir(join(dataDir, "postgres"))).toContain("PG_VERSION");
  });

  it("fails with one line if the directory can't be locked", async () => {
    await mkdir(join(dataDir, "lock"), { recursive: true });
    const { name, message } = await failureOf({ dataDir });
    expect(name).toBe("CliError");
    expect(message).toMatch(/^\S+ can't be locked: [^\n]*$/);
  });

  it("fails with one line if the directory can't be created", async () => {
    await writeFile(dataDir, "a file");
    const { name, message } = await failureOf({ dataDir });
    expect(name).toBe("CliError");
    expect(message).toMatch(/^\S+ can't be used: EEXIST[^\n]*$/);
  });
});

describe("a data directory", () => {
  it("admits one process at a time, whose database other processes find", async () => {
    await copyTemplate(dataDir, "empty");
    expect(await findRunningDatabase(dataDir)).toBeUndefined();
    const first = await openLocalDatabase({ dataDir });
    expect(await findRunningDatabase(dataDir)).toEqual({ url: first.url, endpoint: first.endpoint });
    expect((await stat(join(dataDir, "running.json"))).mode & 0o777).toBe(0o600);
    const refusal = `${dataDir} is in use by another process (PID ${process.pid}). Stop it first.`;
    expect(await failureOf({ dataDir })).toMatchObject({ name: "CliError", message: refusal });

    const second = await startProcess().exit;
    expect(second).toEqual({ code: 1, output: `error: ${refusal}\n` });
    expect(await neon(first.url)`select 1 as fine`).toEqual([{ fine: 1 }]);
    await first.close();
    expect(await findRunningDatabase(dataDir)).toBeUndefined();
  });

  it("is locked by one of several processes that start at the same time", async () => {
    await copyTemplate(dataDir, "empty");
    const losers: { code: number; output: string }[] = [];
    for (let count = 0; count < 4; count++) void startProcess().exit.then((exit) => losers.push(exit));
    await expect.poll(() => losers.length, { timeout: 30_000 }).toBe(3);
    for (const { code, output } of losers) {
      expect(code).toBe(1);
      expect(output).toMatch(/^error: \S+ is in use by another process[^\n]*\n$/);
    }
    const sql = await clientOfRunning();
    expect(await sql`select 1 as fine`).toEqual([{ fine: 1 }]);
  });

  it("becomes free when its process is killed, even during the creation of the database", async () => {
    const first = startProcess();
    await expect
      .poll(() => readdir(dataDir).catch(() => []), { timeout: 30_000, interval: 5 })
      .toContain("postgres");
    await kill(first.child);
    expect(await readdir(dataDir)).toContain("postgres.incomplete");

    const second = startProcess();
    await (await clientOfRunning())`create table notes as select 'kept' as text`;
    await kill(second.child);
    expect(await readdir(dataDir)).toEqual(["lock", "postgres", "running.json"]);
    expect(await stateOf(dataDir)).toBe(IN_PRODUCTION);
    expect(await findRunningDatabase(dataDir)).toBeUndefined();

    const third = await openLocalDatabase({ dataDir });
    expect(await neon(third.url)`select text from notes`).toEqual([{ text: "kept" }]);
    await third.close();
  });

  it("ignores the notice of a process that was killed", async () => {
    const lock = await acquireDataLock(dataDir);
    const dead = spawnSync("true").pid;
    const notice = { pid: dead, url: "postgres://gone", endpoint: "http://127.0.0.1:1/sql" };
    await writeFile(join(dataDir, "running.json"), JSON.stringify(notice));
    const found = findRunningDatabase(dataDir);
    await sleep(300);
    await lock.announce({ url: "postgres://here", endpoint: undefined });
    expect(await found).toEqual({ url: "postgres://here", endpoint: undefined });
    await lock.release();
  });

  it("loses no acknowledged write when its process is killed repeatedly", async () => {
    await copyTemplate(dataDir, "empty");
    const acknowledged: number[] = [];
    let next = 0;
    const rounds = 4;
    for (let round = 0; round < rounds; round++) {
      const { child } = startProcess();
      const sql = await clientOfRunning();
      await sql`create table if not exists entries (id int primary key, text text)`;
      const rows = await sql`select id from entries`;
      const ids = new Set(rows.map(({ id }) => id));
      expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);

      const before = acknowledged.length;
      let isRunning = true;
      const writers = Array.from({ length: 4 }, async () => {
        while (isRunning) {
          const id = next++;
          const insert = sql`insert into entries values (${id}, ${"x".repeat(id % 3000)})`;
          const written =
            id % 2
              ? sql.transaction([insert, sql`update entries set text = text || '.' where id = ${id - 2}`])
              : insert;
          if (await written.then(() => true).catch(() => false)) acknowledged.push(id);
        }
      });
      // Even on a slow machine, some writes are acknowledged; and the process is killed at another point each time.
      await expect.poll(() => acknowledged.length, { timeout: 10_000 }).toBeGreaterThan(before + 20);
      await sleep(90 * round);
      await kill(child);
      isRunning = false;
      await Promise.all(writers);
    }
    const last = await openLocalDatabase({ dataDir });
    const rows = await neon(last.url)`select id from entries`;
    const ids = new Set(rows.map(({ id }) => id));
    expect(acknowledged.length).toBeGreaterThan(20 * rounds);
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    // The index and the table agree after recovery.
    await neon(last.url)`reindex table entries`;
    await last.close();
  });
});

describe("npm run db", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("stops cleanly on %s, even if it is sent twice", async (signal) => {
    await copyTemplate(dataDir, "empty");
    const { child, exit } = startProcess();
    await clientOfRunning();
    child.kill(signal);
    child.kill(signal);
    expect(await exit).toMatchObject({ code: 0, output: expect.stringContaining("Press Ctrl-C to stop.") });
    expect(await stateOf(dataDir)).toBe(SHUT_DOWN);
    expect(await readdir(dataDir)).toEqual(["lock", "postgres"]);
  });
});

describe("a PostgreSQL server at DATABASE_URL", () => {
  let postgres: PostgresServer;
  let silent: Server;
  let old: Server;
  beforeAll(async () => {
    postgres = await startPostgres();
    silent = createServer();
    old = createServer(answerAsVersion("13.16"));
    for (const server of [silent, old]) await once(server.listen(0, "127.0.0.1"), "listening");
  });
  afterAll(async () => {
    await postgres.stop();
    silent.close();
    old.close();
  });

  it("serves through the same endpoint, without its password in the URL", async () => {
    const databaseUrl = await postgres.createDatabase("app");
    const database = await openLocalDatabase({ dataDir, databaseUrl });
    const { host, password } = new URL(databaseUrl);
    expect(database.description).toMatch(/^PostgreSQL \d+\.\d+ at 127\.0\.0\.1:\d+\/app$/);
    expect(database.description).toContain(host);
    expect(database.url).toMatch(/^postgres:\/\/postgres:[0-9a-f]{32}@127\.0\.0\.1:\d+\/app$/);
    expect(database.url).not.toContain(password);
    expect(await neon(database.url)`select current_database() as name`).toEqual([{ name: "app" }]);
    expect(await readdir(dataDir)).toEqual(["lock", "running.json"]);
    await database.close();
  });

  it("fails with one clear line, without the password", async () => {
    const port = (server: Server) => (server.address() as AddressInfo).port;
    const real = new URL(postgres.url);
    const cases: [string, RegExp][] = [
      [
        `postgres://me:hush@127.0.0.1:1/app`,
        /^PostgreSQL at 127\.0\.0\.1:1\/app refused the connection\. Is the server running\?$/,
      ],
      [
        `postgres://me:hush@localhost:1/app`,
        /^PostgreSQL at localhost:1\/app refused the connection\. Is the server running\?$/,
      ],
      [
        `postgres://me:hush@no.invalid/app`,
        /^PostgreSQL at no\.invalid\/app can't be found\. Check the host name\.$/,
      ],
      [
        `postgres://postgres:hush@${real.host}/app`,
        /^PostgreSQL at \S+ refused the user name or password\.$/,
      ],
      [
        `${real.href.replace(/postgres$/, "nowhere")}`,
        /^PostgreSQL at \S+\/nowhere doesn't have this database\.$/,
      ],
      [`postgres://me:hush@127.0.0.1:${port(silent)}/app`, /^PostgreSQL at \S+ did not answer within 5 s\.$/],
      [
        `postgres://me:hush@127.0.0.1:${port(old)}/app`,
        /^PostgreSQL at \S+ is version 13\.16\. PostgreSQL 14 or newer/,
      ],
      ["postgres://me:hu#sh@host/app", /^DATABASE_URL must look like postgres:/],
      ["mysql://me:hush@host/app", /^DATABASE_URL must look like postgres:/],
      ["hush", /^DATABASE_URL must look like postgres:/],
      ["", /^DATABASE_URL must look like postgres:/],
    ];
    const failures = await Promise.all(cases.map(([databaseUrl]) => failureOf({ databaseUrl })));
    for (const [index, { name, message }] of failures.entries()) {
      expect(name).toBe("CliError");
      expect(message).toMatch(cases[index]?.[1] ?? "");
      expect(message).not.toMatch(/\n|hu#?sh|password@(?!host)/);
      expect(message).not.toContain(real.password);
    }
  });
});

/** Returns a listener that speaks just enough of Postgres' protocol to report a version. */
function answerAsVersion(version: string): (socket: Socket) => void {
  const message = (type: string, ...parts: (string | number[])[]) => {
    const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length + 4);
    return Buffer.concat([Buffer.from(type), length, body]);
  };
  const ready = message("Z", "I");
  const column = message(
    "T",
    [0, 1],
    "server_version\0",
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0],
  );
  const row = message("D", [0, 1, 0, 0, 0, version.length], version);
  return (socket) => {
    socket.once("data", () => {
      socket.write(Buffer.concat([message("R", [0, 0, 0, 0]), ready]));
      socket.on("data", (query) => {
        const done = message("C", "SHOW\0");
        if (query.includes("SHOW")) socket.write(Buffer.concat([column, row, done, ready]));
        else socket.write(Buffer.concat([done, ready]));
      });
    });
    socket.on("error", () => {});
  };
}
