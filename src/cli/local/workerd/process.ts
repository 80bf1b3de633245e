import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { RuntimeLog } from "../../logs/log-printer.ts";
import { killGroup } from "../process-group.ts";
import { CONTROL, socketName } from "./config.ts";

const requireFromWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler/package.json"));
const { default: WORKERD } = requireFromWrangler("workerd") as { default: string };

/** Descriptors that workerd inherits: the channel on which it reports its sockets, then listening sockets. */
const REPORT_DESCRIPTOR = 3;
const FIRST_LISTENER = 4;

/**
 * Ends workerd when this process has ended in any way: the pipe to its standard input is then at its end. The watcher keeps no other
 * descriptor open. workerd is in a process group of its own, out of reach of the terminal's Ctrl-C, so that the last requests are answered
 * and logged.
 */
const WATCHED = `exec 9<&0 </dev/null
(exec >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&-; read -r _ <&9; kill -KILL $$) &
exec "$@" 9<&-`;
/** On Windows, child processes end with their parent by themselves. */
const IS_WATCHED = process.platform !== "win32";
/** Without it, Windows has no sockets. */
const SYSTEM_ENVIRONMENT = IS_WATCHED ? {} : { SystemRoot: process.env.SystemRoot };

const STOP_MS_MAX = 5_000;

interface ProcessOptions {
  /** Path of a configuration. */
  config: string;
  environment: Record<string, string>;
  /** Descriptors of listening sockets, one for each address; undefined if workerd listens on the addresses of its configuration. */
  descriptors: number[] | undefined;
  onLog(log: RuntimeLog): void;
}

/** A running workerd. */
export interface WorkerdProcess {
  /** Resolves with the port for commands when the process listens. */
  controlPort: Promise<number>;
  /** Resolves with the first error that it logged, if any, when the process has ended. */
  exited: Promise<string | undefined>;
  /** Finishes the requests under way, then ends the process, after 5 s at the latest. */
  stop(): Promise<void>;
}

/** Starts workerd. */
export function startWorkerd({
  config,
  environment,
  descriptors = [],
  onLog,
}: ProcessOptions): WorkerdProcess {
  const command = [
    WORKERD,
    "serve",
    config,
    `--control-fd=${REPORT_DESCRIPTOR}`,
    ...descriptors.map((_, index) => `--socket-fd=${socketName(index)}=${FIRST_LISTENER + index}`),
  ];
  const [program = "", ...args] = IS_WATCHED ? ["/bin/sh", "-c", WATCHED, "sh", ...command] : command;
  const child = spawn(program, args, {
    detached: IS_WATCHED,
    env: { ...SYSTEM_ENVIRONMENT, ...environment },
    stdio: ["pipe", "pipe", "pipe", "pipe", ...descriptors],
  });
  let firstError: string | undefined;
  readOutput(child, (log) => {
    if (log.level === "error") firstError ??= log.message;
    onLog(log);
  });
  const exited = once(child, "close").then(() => {
    killGroup(child);
    return firstError;
  });
  return {
    controlPort: readControlPort(child.stdio[REPORT_DESCRIPTOR] as Readable),
    exited,
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => killGroup(child), STOP_MS_MAX);
      await exited.catch(() => {});
      clearTimeout(timer);
    },
  };
}

function readOutput(child: ChildProcess, onLog: (log: RuntimeLog) => void): void {
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface(stream).on("line", (line) => line && onLog(readLine(line)));
}

/** Reads a line of structured logging; other lines are written by the runtime when it can't start. */
function readLine(line: string): RuntimeLog {
  try {
    const { timestamp, level, message } = JSON.parse(line) as Record<string, unknown>;
    // The time of a message of the runtime itself is a text.
    if (typeof message === "string") return { timestamp: Number(timestamp), level: String(level), message };
  } catch {
    // Not a line of structured logging.
  }
  return { timestamp: Date.now(), level: "error", message: line };
}

/** Reads the channel on which workerd reports each socket that listens. */
function readControlPort(reports: Readable): Promise<number> {
  return new Promise((resolve) => {
    createInterface(reports).on("line", (line) => {
      const { event, socket, port } = JSON.parse(line) as { event: string; socket: string; port: number };
      if (event === "listen" && socket === CONTROL) resolve(port);
    });
  });
}
