import { join } from "node:path";
import type { RuntimeLog } from "../logs/log-printer.ts";

/**
 * The process in which wrangler runs the Worker; started and told what to do by worker.ts. It is one of its own for two
 * reasons: wrangler ends the process it is in as soon as a signal comes, and Ctrl-C in a terminal reaches all processes
 * of a group, so that the runtime would be gone before the last requests are logged.
 */

export interface WorkerOptions {
  /** The settings, by name. */
  bindings: Record<string, string>;
  /** The address to listen on. */
  address: string;
  port: number;
  /** Whether to build and load the Worker again when its source changes. */
  watch: boolean;
}

/** What worker.ts tells this process. */
export type Command = { type: "start"; options: WorkerOptions } | { type: "stop" };

/** What this process tells worker.ts. */
export type Report =
  | { type: "log"; log: RuntimeLog }
  | { type: "loaded"; url: string }
  | { type: "failed"; reason: string };

type Wrangler = typeof import("wrangler");
type RunningWorker = Awaited<ReturnType<Wrangler["unstable_startWorker"]>>;

const ENTRY_PATH = join(import.meta.dirname, "worker-entry.ts");
const CONFIG_PATH = join(import.meta.dirname, "../../../wrangler.toml");
/** Time in which the runtime hands over what it has logged. */
const QUIET_MS = 100;
const QUIET_MS_MAX = 1_000;
/** How long it may take to end. Its parent is gone, so nobody else looks. */
const ORPHAN_MS_MAX = 3_000;

const wrangler = import("wrangler");
let worker: Promise<RunningWorker> | undefined;
/** Whether the Worker can't be built or loaded as its source is now. */
let isBroken = false;
let lastLogAt = 0;

process.on("message", (command: Command) => {
  if (command.type === "start") start(command.options).catch(fail);
  else stop().catch(fail);
});
// The parent was killed: nobody is there to read the log or to stop this.
process.on("disconnect", () => {
  setTimeout(endGroup, ORPHAN_MS_MAX).unref();
  dispose().then(endGroup, endGroup);
});

async function start({ bindings, address, port, watch }: WorkerOptions): Promise<void> {
  const { unstable_startWorker } = await wrangler;
  worker = unstable_startWorker({
    config: CONFIG_PATH,
    entrypoint: ENTRY_PATH,
    // A name that no file has: else wrangler reads .dev.vars, which is for plain `wrangler dev`.
    envFiles: ["/dev/null/none"],
    bindings: Object.fromEntries(
      Object.entries(bindings).map(([name, value]) => [name, { type: "secret_text", value }] as const),
    ),
    // Wrangler has run the build command of wrangler.toml once by now; its sources are packages, which don't change.
    // Not minified as for a deploy, a stack can be read.
    build: { custom: { command: "" }, minify: false },
    sendMetrics: false,
    dev: {
      server: { hostname: address, port },
      inspector: false,
      persist: false,
      remote: false,
      watch,
      logLevel: "none",
      structuredLogsHandler: handleLog,
    },
  });
  const { raw, url } = await worker;
  raw.on("reloadComplete", () => {
    isBroken = false;
    url.then((address) => report({ type: "loaded", url: address.origin })).catch(fail);
  });
  raw.on("buildFailed", fail);
  raw.on("error", fail);
  raw.on("runtimeError", ({ text, stack }) => {
    handleLog({ timestamp: Date.now(), level: "error", message: stack || text });
  });
}

async function stop(): Promise<void> {
  await untilQuiet();
  await dispose();
  process.removeAllListeners("disconnect");
  process.disconnect();
  // What is left of what failed would keep this process alive. The parent ends that with the group.
  if (isBroken) process.exit();
}

/** Disposing of the runtime throws away what it wrote and nobody has read yet. */
async function untilQuiet(): Promise<void> {
  const start = performance.now();
  const sleep = () => new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  do await sleep();
  while (performance.now() - lastLogAt < QUIET_MS && performance.now() - start < QUIET_MS_MAX);
}

/** After a failure there is nothing to dispose of, or wrangler waits for a runtime that never came. */
async function dispose(): Promise<void> {
  const running = await worker?.catch(() => undefined);
  if (!isBroken) await running?.dispose();
}

/** Ends this process and all that it started. */
function endGroup(): void {
  process.kill(-process.pid, "SIGKILL");
}

function handleLog({ timestamp, level, message }: RuntimeLog): void {
  lastLogAt = performance.now();
  report({ type: "log", log: { timestamp, level, message } });
}

function fail(problem: unknown): void {
  isBroken = true;
  report({ type: "failed", reason: reasonOf(problem) });
}

function report(message: Report): void {
  if (process.connected) process.send?.(message);
}

interface BuildMessage {
  text: string;
  location: { file: string; line: number; column: number } | null;
}

/** Why something failed: every error of a build with its place, or the first line of what the innermost error says. */
function reasonOf(problem: unknown): string {
  if (typeof problem !== "object" || problem === null) return String(problem);
  if ("errors" in problem && Array.isArray(problem.errors)) {
    return problem.errors.map(describeBuildMessage).join("\n");
  }
  if ("cause" in problem && problem.cause) return reasonOf(problem.cause);
  const message = "message" in problem ? String(problem.message) : JSON.stringify(problem);
  return message.split("\n", 1)[0] ?? message;
}

function describeBuildMessage({ text, location }: BuildMessage): string {
  return location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text;
}
