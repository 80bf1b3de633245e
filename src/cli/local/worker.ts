import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { RuntimeLog } from "../logs/log-printer.ts";
import { CliError } from "../output.ts";
import type { Command, Report, WorkerOptions } from "./worker-process.ts";

interface RunOptions extends WorkerOptions {
  onLog(log: RuntimeLog): void;
  /** Called when the Worker has reloaded after a change of its source. */
  onReload(): void;
  /** Called when the Worker can't be built or loaded, while its source is watched for a fix. */
  onProblem(reason: string): void;
}

/** A process that runs the Worker, or can start it. */
export interface WorkerHost {
  /** Runs the Worker, and resolves with its URL once it accepts requests. Throws CliError if it can't be built or loaded. */
  start(options: RunOptions): Promise<string>;
  /** Rejects with CliError if the process ends before `stop` is called. */
  ended: Promise<never>;
  /** Ends the process and all processes that it started, after it has sent the rest of the log. */
  stop(): Promise<void>;
}

/** Limit for an orderly shutdown, which takes some 200 ms. */
const STOP_MS_MAX = 5_000;
const LINES_KEPT = 20;

/**
 * Starts the process that runs the Worker in workerd. The process loads wrangler, which takes a second, while the caller continues.
 */
export function openWorkerHost(): WorkerHost {
  const child = fork(join(import.meta.dirname, "worker-process.ts"), {
    // A separate process group, which the terminal's Ctrl-C does not reach.
    detached: true,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: { ...process.env, ...QUIET },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const exited = once(child, "exit");
  const output = readOutput(child);
  let isRunning = false;
  let isStopping = false;
  const ended = exited.then(() =>
    isStopping ? new Promise<never>(() => {}) : throwUnexpectedEnd(output.lines),
  );
  // Its rejection must not end this process before a caller waits for it.
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

/** Collects the output of the process. None is expected, so each line is also passed to `onLine`. */
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

/** Settings that keep wrangler from printing, from writing to the home directory, and from contacting servers. */
const QUIET = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: "false",
  NO_UPDATE_NOTIFIER: "1",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_LOG: "none",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_WRITE_LOGS: "false",
  // Wrangler stores an id of this machine there, even if it reports nothing.
  XDG_CONFIG_HOME: join(import.meta.dirname, "../../../.wrangler"),
  X_LOCAL_EXPLORER: "false",
  X_LOCAL_OBSERVABILITY: "false",
};

function send(child: ChildProcess, command: Command): void {
  // Sending fails if the process has ended, which `ended` reports.
  if (child.connected) child.send(command, () => {});
}

function throwUnexpectedEnd(lastLines: string[]): never {
  throw new CliError("The process that runs the Worker ended unexpectedly.", { cause: lastLines.join("\n") });
}

/** Kills the process group: children of the process would outlive it if it crashed. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nothing is left of the group.
  }
}
