import { join } from "node:path";
import type { RuntimeLog } from "../logs/log-printer.ts";

/**
 * The process in which wrangler runs the Worker. worker.ts starts it and sends it commands. It is a separate process for two reasons:
 * wrangler ends its process as soon as a signal comes, and Ctrl-C in a terminal reaches all processes of a group, so the runtime would
 * end before the last requests are logged.
 */

/** Options of the Worker. */
export interface WorkerOptions {
  /** Settings by name. */
  bindings: Record<string, string>;
  /** Address to listen on. */
  address: string;
  port: number;
}

/** Messages of worker.ts to this process. */
export type Command = { type: "start"; options: WorkerOptions } | { type: "stop" };

/** Messages of this process to worker.ts. */
export type Report =
  | { type: "log"; log: RuntimeLog }
  | { type: "loaded" }
  | { type: "failed"; reason: string };

type Wrangler = typeof import("wrangler");
type RunningWorker = Awaited<ReturnType<Wrangler["unstable_startWorker"]>>;

const ENTRY_PATH = join(import.meta.dirname, "worker-entry.ts");
const CONFIG_PATH = join(import.meta.dirname, "../../../wrangler.toml");
/** Time without a log line after which the runtime is taken to have sent all. */
const QUIET_MS = 100;
const QUIET_MS_MAX = 1_000;
/** Limit for ending after the parent process is gone. */
const ORPHAN_MS_MAX = 3_000;

const wrangler = import("wrangler");
let worker: Promise<RunningWorker> | undefined;
/** Set while the Worker can't be built or loaded. */
let isBroken = false;
let lastLogAt = 0;

process.on("message", (command: Command) => {
  if (command.type === "start") start(command.options).catch(fail);
  else stop().catch(fail);
});
// The parent was killed, so no process reads the log or stops this one.
process.on("disconnect", () => {
  setTimeout(endGroup, ORPHAN_MS_MAX).unref();
  dispose().then(endGroup, endGroup);
});

async function start({ bindings, address, port }: WorkerOptions): Promise<void> {
  const { unstable_startWorker } = await wrangler;
  worker = unstable_startWorker({
    config: CONFIG_PATH,
    entrypoint: ENTRY_PATH,
    // A file that does not exist: otherwise wrangler reads .dev.vars, which is for plain `wrangler dev`.
    envFiles: ["/dev/null/none"],
    bindings: Object.fromEntries(
      Object.entries(bindings).map(([name, value]) => [name, { type: "secret_text", value }] as const),
    ),
    // Wrangler has already run the build command of wrangler.toml once. Its sources are packages, which don't change.
    // Without minification, stacks are readable.
    build: { custom: { command: "" }, minify: false },
    sendMetrics: false,
    dev: {
      server: { hostname: address, port },
      inspector: false,
      persist: false,
      remote: false,
      watch: true,
      logLevel: "none",
      structuredLogsHandler: handleLog,
    },
  });
  const { raw, url } = await worker;
  raw.on("reloadComplete", () => {
    isBroken = false;
    url.then(() => report({ type: "loaded" })).catch(fail);
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
  // Remains of a failed start would keep this process alive. The parent ends them with the group.
  if (isBroken) process.exit();
}

/** Waits until the runtime logs nothing more, since disposing of it discards unread lines. */
async function untilQuiet(): Promise<void> {
  const start = performance.now();
  const sleep = () => new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  do await sleep();
  while (performance.now() - lastLogAt < QUIET_MS && performance.now() - start < QUIET_MS_MAX);
}

/** Disposes of the runtime, unless the Worker failed: then wrangler would wait for a runtime that never started. */
async function dispose(): Promise<void> {
  const running = await worker?.catch(() => undefined);
  if (!isBroken) await running?.dispose();
}

/** Ends this process and all processes that it started. */
function endGroup(): void {
  process.kill(-process.pid, "SIGKILL");
}

function handleLog({ timestamp, level, message }: RuntimeLog): void {
  lastLogAt = performance.now();
  report({ type: "log", log: { timestamp, level, message } });
}

function fail(problem: unknown): void {
  isBroken = true;
  report({ type: "failed", reason: describeFailure(problem) });
}

function report(message: Report): void {
  if (process.connected) process.send?.(message);
}

interface BuildMessage {
  text: string;
  location: { file: string; line: number; column: number } | null;
}

/** Describes a failure: every error of a build with its location, or the first line of the innermost error. */
function describeFailure(problem: unknown): string {
  if (typeof problem !== "object" || problem === null) return String(problem);
  if ("errors" in problem && Array.isArray(problem.errors)) {
    return problem.errors.map(describeBuildMessage).join("\n");
  }
  if ("cause" in problem && problem.cause) return describeFailure(problem.cause);
  const message = "message" in problem ? String(problem.message) : JSON.stringify(problem);
  return message.split("\n", 1)[0] ?? message;
}

function describeBuildMessage({ text, location }: BuildMessage): string {
  return location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text;
}
