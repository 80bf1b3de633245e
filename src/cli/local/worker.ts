import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { RuntimeLog } from "../logs/log-printer.ts";
import { CliError } from "../output.ts";
import type { Command, Report, WorkerOptions } from "./worker-process.ts";

interface RunOptions extends WorkerOptions {
  onLog(log: RuntimeLog): void;
  /** The Worker was loaded again, after its source changed. */
  onReload(): void;
  /** It can't be built or loaded; its source is watched, so that it may be mended. */
  onProblem(reason: string): void;
}

/** A process that can run the Worker, or runs it. */
export interface WorkerHost {
  /** Runs the Worker, and resolves with its URL once it takes requests. Throws CliError if it can't be built or loaded. */
  start(options: RunOptions): Promise<string>;
  /** Rejects with CliError if the process ends unasked. */
  ended: Promise<never>;
  /** Ends it and all that it started, once it has handed over the log. */
  stop(): Promise<void>;
}

/** Time to end in. It takes some 200 ms. */
const STOP_MS_MAX = 5_000;
const LINES_KEPT = 20;

/**
 * Starts the process that runs the Worker in workerd. It loads wrangler, which takes a second, while the caller does
 * other things.
 */
export function openWorkerHost(): WorkerHost {
  const child = fork(join(import.meta.dirname, "worker-process.ts"), {
    // A process group of its own, out of reach of the terminal's Ctrl-C.
    detached: true,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: { ...process.env, ...QUIET },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const exited = once(child, "exit");
  const output = readOutput(child);
  let isRunning = false;
  let isStopping = false;
  const ended = exited.then(() => (isStopping ? new Promise<never>(() => {}) : endedUnasked(output.lines)));
  // Whoever waits for it hears of it; if nobody does yet, it must not end this process.
  ended.catch(() => {});
  return {
    ended,
    start(options) {
      isRunning = true;
      return Promise.race([startWorker(child, options, output), ended]);
    },
    async stop() {
      isStopping = true;
      if (isRunning) send(child, { type: "stop" });
      else killGroup(child);
      const timer = setTimeout(() => killGroup(child), STOP_MS_MAX);
      await exited;
      clearTimeout(timer);
      killGroup(child);
    },
  };
}

function startWorker(child: ChildProcess, options: RunOptions, output: Output): Promise<string> {
  const { onLog, onReload, onProblem, ...workerOptions } = options;
  return new Promise((resolve, reject) => {
    let isStarted = false;
    output.onLine = (message) => onLog({ timestamp: Date.now(), level: "warn", message });
    child.on("message", (report: Report) => {
      if (report.type === "log") {
        onLog(report.log);
      } else if (report.type === "loaded") {
        if (isStarted) onReload();
        isStarted = true;
        resolve(report.url);
      } else if (workerOptions.watch) {
        onProblem(report.reason);
      } else {
        reject(new CliError(`The Worker can't be loaded: ${report.reason}`));
      }
    });
    send(child, { type: "start", options: workerOptions });
  });
}

interface Output {
  lines: string[];
  onLine?: (line: string) => void;
}

/** Nothing is expected here; what comes nevertheless is better seen. */
function readOutput(child: ChildProcess): Output {
  const output: Output = { lines: [] };
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface(stream).on("line", (line) => {
      output.lines = [...output.lines, line].slice(-LINES_KEPT);
      if (line) output.onLine?.(line);
    });
  }
  return output;
}

/** Keeps wrangler from printing, from writing to the home directory, and from speaking to anyone. */
const QUIET = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: "false",
  NO_UPDATE_NOTIFIER: "1",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_LOG: "none",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_WRITE_LOGS: "false",
  // Wrangler notes an id of this machine there, even if it reports nothing.
  XDG_CONFIG_HOME: join(import.meta.dirname, "../../../.wrangler"),
  X_LOCAL_EXPLORER: "false",
  X_LOCAL_OBSERVABILITY: "false",
};

function send(child: ChildProcess, command: Command): void {
  // It fails if the process has ended, which is noticed elsewhere.
  if (child.connected) child.send(command, () => {});
}

function endedUnasked(lastLines: string[]): never {
  throw new CliError("The process that runs the Worker has ended.", { cause: lastLines.join("\n") });
}

/** What the process started would outlive it if it crashed. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nothing is left of the group.
  }
}
