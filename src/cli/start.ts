import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { requireFreePort } from "./free-port.ts";
import { clientFor, DATA_DIR } from "./local/connect.ts";
import { type LocalDatabase, openLocalDatabase } from "./local/local-database.ts";
import { createSecret, readLocalSecret } from "./local-secret.ts";
import { type LogFiles, openLogFiles } from "./log-files.ts";
import { formatForPerson, readLogEntry } from "./log-printer.ts";
import { migrateUp } from "./migrations.ts";
import { CliError, print, printDone, printError, run, strong, subdued } from "./output.ts";
import { bindingsWith, settingsWith } from "./settings.ts";
import { doUpkeep, requireUsableSuperuser } from "./upkeep.ts";
import { openWorkerHost } from "./worker.ts";

const USAGE = "npm start -- [--port N] [--data DIR|memory]";
const HELP = `Runs the whole system on this machine: the API in workerd, on a Postgres of its own.

Usage: ${USAGE}
       npm run dev   with the same flags; loads the source again when it changes

  --port N            where to listen on 127.0.0.1, 0 for any free port; PORT, or 8500
  --data DIR|memory   where to keep the data, memory to keep nothing; .data
  --help              shows this

DATABASE_URL=postgres://… uses that database in place of its own. All other settings, such as
ACCESS_TOKEN_TTL_SECONDS or CORS_ORIGINS, are taken from the environment too.`;

const DEFAULT_PORT = "8500";
const PARENT_CHECK_MS = 500;
const STOP_MS_MAX = 15_000;
const PROJECT = resolve(DATA_DIR, "..");

interface Options {
  port: number;
  dataDir: string;
  watch: boolean;
}

await run(async () => {
  const options = parseArguments();
  if (options) await serve(options, whenStopped());
  else print(HELP);
});

/** Starts everything, and ends it, however far it came, when `stopped` says so. */
async function serve({ port: wantedPort, dataDir, watch }: Options, stopped: AbortSignal): Promise<void> {
  const startTime = performance.now();
  requireUsableSettings();
  const port = await requireFreePort(wantedPort);
  const host = openWorkerHost();
  let database: LocalDatabase | undefined;
  let logFiles: LogFiles | undefined;
  try {
    database = await openLocalDatabase({ dataDir, databaseUrl: process.env.DATABASE_URL || undefined });
    printDone(database.description);
    const given = await settingsOn(database, dataDir);
    const isNew = await prepare(database, given);
    if (stopped.aborted) return;
    const logDir = logDirFor(dataDir);
    logFiles = logDir === undefined ? undefined : openLogFiles(logDir);
    const started = host.start({
      bindings: bindingsWith(given),
      port,
      watch,
      onLog(log) {
        const entry = readLogEntry(log);
        print(formatForPerson(entry));
        logFiles?.write(entry);
      },
      onReload: () => printDone("loaded the changed source"),
      onProblem(reason) {
        for (const line of reason.split("\n")) printError(new CliError(line));
      },
    });
    const url = await Promise.race([started, untilAborted(stopped)]);
    if (url === undefined) return;
    announce({ url, dataDir, logDir, isNew, seconds: (performance.now() - startTime) / 1000 });
    await Promise.race([untilAborted(stopped), host.ended]);
    print(subdued("Stopping …"));
  } finally {
    for (const end of [host.stop, database?.close, logFiles?.close]) await end?.().catch(reportFailure);
  }
  print(subdued("Stopped."));
}

function parseArguments(): Options | undefined {
  const { port, data, watch, help } = parseFlags();
  if (help) return undefined;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new CliError(`"${port}" is no port. Usage: ${USAGE}`);
  if (data === "") throw new CliError(`--data needs a directory, or "memory". Usage: ${USAGE}`);
  return { port: Number(port), dataDir: data === "memory" ? data : resolve(data), watch };
}

function parseFlags() {
  try {
    const options = {
      port: { type: "string", default: process.env.PORT || DEFAULT_PORT },
      data: { type: "string", default: DATA_DIR },
      watch: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    } as const;
    return parseArgs({ options }).values;
  } catch (cause) {
    throw new CliError(`${firstSentence((cause as Error).message)}. Usage: ${USAGE}`, { cause });
  }
}

/** parseArgs adds advice on positional arguments, of which there are none here. */
function firstSentence(message: string): string {
  return message.split(". ", 1)[0] ?? message;
}

/** Before anything is started: a bad setting shall leave nothing behind. */
function requireUsableSettings(): void {
  settingsWith({
    AUTH_SECRET: process.env.AUTH_SECRET || createSecret(),
    DATABASE_URL: process.env.DATABASE_URL || "postgres://none",
    DATABASE_ENDPOINT: undefined,
  });
  requireUsableSuperuser();
}

async function settingsOn({ url, endpoint }: LocalDatabase, dataDir: string) {
  return {
    AUTH_SECRET: process.env.AUTH_SECRET || (await readLocalSecret(dataDir)),
    DATABASE_URL: url,
    DATABASE_ENDPOINT: endpoint,
  };
}

/** Brings the database to what the Worker expects. True if it was empty, so that nobody can have signed up yet. */
async function prepare(database: LocalDatabase, given: Record<string, string | undefined>): Promise<boolean> {
  const db = clientFor(database);
  const applied = await migrateUp(db);
  const changes = await doUpkeep(settingsWith(given), db);
  for (const change of [...applied.map((tag) => `applied ${tag}`), ...changes]) printDone(change);
  return applied.length > 0;
}

/** Beside the data, so that two systems on one machine don't share them; in `logs` for the data in its usual place. */
function logDirFor(dataDir: string): string | undefined {
  if (dataDir === "memory") return undefined;
  return dataDir === DATA_DIR ? join(PROJECT, "logs") : join(dataDir, "logs");
}

interface Announcement {
  url: string;
  dataDir: string;
  logDir: string | undefined;
  isNew: boolean;
  seconds: number;
}

function announce({ url, dataDir, logDir, isNew, seconds }: Announcement): void {
  const lines = [
    ["API", url],
    ["Docs", `${url}/docs  ${url}/redoc`],
    ["Data", dataDir === "memory" ? "in memory: all of it is gone when this ends" : shortPath(dataDir)],
    ...(logDir === undefined ? [] : [["Logs", shortPath(logDir)]]),
    ...(isNew && dataDir !== "memory" ? [["Next", "npm run create-super-user, in another terminal"]] : []),
  ];
  print();
  print(`${strong("Ready")} ${subdued(`in ${seconds.toFixed(1)} s`)}`);
  print();
  for (const [name = "", text = ""] of lines) print(`  ${strong(name.padEnd(6))}${text}`);
  print();
  print(subdued("  Ctrl-C stops it."));
  print();
}

function shortPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith("..") ? path : fromHere;
}

/**
 * Aborts when a person, a supervisor or the end of the terminal asks the process to end; it doesn't end by itself from
 * then on, however often it is asked.
 */
function whenStopped(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => controller.abort());
  controller.signal.addEventListener("abort", () => setTimeout(giveUp, STOP_MS_MAX).unref());
  if (process.env.npm_lifecycle_event) whenParentIsGone(() => controller.abort());
  // With the terminal gone, printing fails; ending in order matters more.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  return controller.signal;
}

/** npm hands a signal on to the shell that it runs a script in, which may end without handing it on in turn. */
function whenParentIsGone(callback: () => void): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && callback(), PARENT_CHECK_MS).unref();
}

function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

/** Whatever hangs, the terminal is given back. The data is as safe as after a crash. */
function giveUp(): never {
  printError(new CliError("It doesn't end in order, so it ends at once."));
  process.exit(1);
}

function reportFailure(error: unknown): void {
  printError(error);
  process.exitCode = 1;
}
