import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { runCommand, startProcess } from "./command.ts";
import { findOrCreate, hasTemplates } from "./data-templates.ts";

const PROJECT = resolve(import.meta.dirname, "../..");
const SERVER = join(PROJECT, "dist/server.js");
const READY_WITHIN_MS = 60_000;

/** Secret of the servers under test. */
export const AUTH_SECRET = "8vJ2kPq0sT5xW7zB4nM1cR6yH9dF3gLa";

/** A running dist/server.js. */
export interface BuiltServer {
  /** URL of the server, http://127.0.0.1:PORT. */
  url: string;
  process: ChildProcess;
  /** Returns the log lines so far. */
  lines: () => LogLine[];
  /** Returns the output so far. */
  output: () => string;
  /** Waits for a log line with `message`, and returns it. */
  logged: (message: string) => Promise<LogLine>;
  /** Waits for the end of the first maintenance. */
  maintained: () => Promise<void>;
  /** Waits for the end of the process. */
  ended: Promise<unknown>;
  /** Sends SIGTERM, and returns the exit code. */
  stop: () => Promise<number | null>;
}

/** A line of the server's log. */
interface LogLine {
  level: string;
  module: string;
  message: string;
  [field: string]: unknown;
}

let built: Promise<unknown> | undefined;

/** Builds dist/server.js, once for each run of Vitest. */
function requireServer(): Promise<unknown> {
  built ??= hasTemplates() ? findOrCreate("built-server", buildServer) : buildServer();
  return built;
}

async function buildServer(): Promise<void> {
  const { code, stderr } = await runCommand("build-server", []);
  if (code !== 0 || !existsSync(SERVER)) throw new Error(`The server can't be built: ${stderr}`);
}

/** Runs dist/server.js with `args` to its end, with only `environment` as its settings. */
export async function runServer(args: string[], environment: Record<string, string>) {
  await requireServer();
  return startProcess(process.execPath, [SERVER, ...args], {
    env: environmentWith(environment),
    timeout: 60_000,
  }).ended;
}

/**
 * Starts dist/server.js on a free port and waits until it listens. It has only `environment` as its settings, and the database at
 * `databaseUrl`, which it migrates.
 */
export async function startBuiltServer(
  databaseUrl: string,
  environment: Record<string, string> = {},
): Promise<BuiltServer> {
  await requireServer();
  const command = startProcess(process.execPath, [SERVER], {
    env: environmentWith({
      AUTH_SECRET,
      DATABASE_URL: databaseUrl,
      MIGRATION_DATABASE_URL: databaseUrl,
      PORT: "0",
      ...environment,
    }),
  });
  const { process: child } = command;
  const lines = () => command.output().split("\n").flatMap(parseLine);
  const find = async (isWanted: (line: LogLine) => boolean, wanted: string) => {
    const deadline = Date.now() + READY_WITHIN_MS;
    for (;;) {
      const found = lines().find(isWanted);
      if (found) return found;
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`The server did not log "${wanted}":\n${command.output()}`);
      await new Promise((wait) => setTimeout(wait, 20));
    }
  };
  const logged = (message: string) => find((line) => line.message === message, message);
  const maintained = async () => {
    const ends = /^(Maintenance (done|failed)|Another instance runs the maintenance)$/;
    await find(({ message }) => ends.test(message), "the end of the maintenance");
  };
  const stop = async () => {
    child.kill("SIGTERM");
    return (await command.ended).code;
  };
  const { port } = await logged("Listening").catch(async (error) => {
    await stop();
    throw error;
  });
  const { output, ended } = command;
  return { url: `http://127.0.0.1:${port}`, process: child, lines, output, logged, maintained, ended, stop };
}

/** Returns `environment` with what a process needs besides: other settings of the developer must not reach the server. */
const environmentWith = (environment: Record<string, string>) => ({
  PATH: process.env.PATH ?? "",
  ...environment,
});

/** Returns the entry of a line of JSON. A line that is still being written, or is printed by Node, is left out. */
function parseLine(text: string): LogLine[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}
