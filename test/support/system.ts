import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { argumentsOf, familyOf } from "./command.ts";
import { copyTemplate } from "./data-templates.ts";
import { startEdge } from "./edge.ts";
import { startServerSystem } from "./server-system.ts";

const PROJECT = resolve(import.meta.dirname, "../..");
const READY_WITHIN_MS = 60_000;

/** Running system behind an edge. */
export interface System {
  /** URL for clients, such as http://127.0.0.1:43210: the URL of the edge. */
  url: string;
  /** Origin on which the system itself listens. */
  origin: string;
  /** Process of `npm start`; it leads its own process group. */
  process: ChildProcess;
  dataDir: string;
  /** Processes that answer requests. */
  runtimes: number[];
  /** Returns the output so far. */
  output: () => string;
  /** Ends the system as Ctrl-C does and removes its data. */
  stop: () => Promise<void>;
}

/** Returns the arguments of Node for `npm start` in `project`; earlier releases have the command in another folder. */
function startArgumentsOf(project: string): string[] {
  const previous = join(project, "src/cli/start.ts");
  return existsSync(previous)
    ? ["--disable-warning=ExperimentalWarning", previous]
    : argumentsOf(project, "start");
}

/** True if TARGET=server asks for tests of dist/server.js in place of `npm start`. */
const IS_SERVER = process.env.TARGET === "server";

/**
 * Starts the whole system as `npm start` does, on a free port, behind an edge. Its database is the one that DATABASE_URL names, or an
 * embedded one without data, in which the migrations already ran. `project` may be a copy. `flags` are added to those of the command.
 */
export async function startSystem(
  environment: Record<string, string> = {},
  project = PROJECT,
  flags: string[] = [],
): Promise<System> {
  const dataDir = await mkdtemp(join(tmpdir(), "productivity-tracker-"));
  if (IS_SERVER && project === PROJECT) return startOnServer(environment, dataDir);
  const port = await freePort();
  if (!environment.DATABASE_URL) await copyTemplate(join(dataDir, "data"), "migrated");
  const child = spawn(
    "node",
    [...startArgumentsOf(project), "--port", String(port), "--data", join(dataDir, "data"), ...flags],
    {
      cwd: project,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const ended = new Promise<void>((resolveEnded) => child.once("exit", () => resolveEnded()));
  const origin = `http://127.0.0.1:${port}`;
  const edge = await startEdge(origin);

  async function stop(): Promise<void> {
    await edge.stop();
    child.kill("SIGINT");
    await ended;
    await rm(dataDir, { recursive: true, force: true });
  }

  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await isUp(origin))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`The system did not start:\n${output}`);
    }
    await new Promise((wait) => setTimeout(wait, 100));
  }
  const runtimes = familyOf(child.pid).filter((pid) => nameOf(pid) === "workerd");
  return { url: edge.url, origin, process: child, dataDir, runtimes, output: () => output, stop };
}

/** Starts dist/server.js behind an edge. */
async function startOnServer(environment: Record<string, string>, dataDir: string): Promise<System> {
  const server = await startServerSystem(environment, join(dataDir, "data"));
  const edge = await startEdge(server.url);
  async function stop(): Promise<void> {
    await edge.stop();
    server.process.kill("SIGTERM");
    await server.ended;
    await server.release();
    await rm(dataDir, { recursive: true, force: true });
  }
  const { url: origin, process: child, output } = server;
  return { url: edge.url, origin, process: child, dataDir, runtimes: [child.pid ?? 0], output, stop };
}

const nameOf = (pid: number) => readFileSync(`/proc/${pid}/comm`, "utf8").trim();

/** Returns a free port of 127.0.0.1. */
export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => found(typeof address === "object" && address ? address.port : 0));
    });
  });
}

async function isUp(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}
