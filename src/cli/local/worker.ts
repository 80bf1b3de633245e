import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CliError } from "../output.ts";
import { LOCAL_ADDRESS } from "./address.ts";
import { killGroup } from "./process-group.ts";
import type { RunOptions, WorkerHost } from "./worker-host.ts";
import type { Command, Report } from "./worker-process.ts";
import { WRANGLER_ENVIRONMENT } from "./wrangler-environment.ts";

/** Limit for an orderly shutdown, which takes some 200 ms. */
const STOP_MS_MAX = 5_000;
const LINES_KEPT = 20;

/**
 * Returns a host that serves the Worker through wrangler's development server, which reloads it when its source changes. It listens on the
 * first address only. The process that runs it loads wrangler, which takes a second, while the caller continues.
 */
export function openWorkerHost(): WorkerHost {
  const child = fork(join(import.meta.dirname, "worker-process.ts"), {
    // A separate process group, which the terminal's Ctrl-C does not reach.
    detached: true,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: { ...process.env, ...WRANGLER_ENVIRONMENT },
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

function startWorker(
  child: ChildProcess,
  { bindings, addresses: [address = LOCAL_ADDRESS], port, onLog, onReload, onProblem }: RunOptions,
  output: Output,
): Promise<void> {
  return new Promise((resolve) => {
    let isStarted = false;
    output.onLine = (message) => onLog({ timestamp: Date.now(), level: "warn", message });
    child.on("message", (report: Report) => {
      if (report.type === "log") {
        onLog(report.log);
      } else if (report.type === "loaded") {
        if (isStarted) onReload();
        isStarted = true;
        resolve();
      } else {
        onProblem(report.reason);
      }
    });
    send(child, { type: "start", options: { bindings, address, port } });
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

function send(child: ChildProcess, command: Command): void {
  // Sending fails if the process has ended, which `ended` reports.
  if (child.connected) child.send(command, () => {});
}

function throwUnexpectedEnd(lastLines: string[]): never {
  throw new CliError("The process that runs the Worker ended unexpectedly.", { cause: lastLines.join("\n") });
}
