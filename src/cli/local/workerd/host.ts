import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import type { RuntimeLog } from "../../logs/log-printer.ts";
import { CliError } from "../../output.ts";
import { prepareBundle } from "../build/bundle.ts";
import type { WorkerHost } from "../worker-host.ts";
import { runSchedule, stopWhenIdle } from "./commands.ts";
import { openListeners } from "./listener.ts";
import type { WorkerdProcess } from "./process.ts";
import { type Spawned, spawnProcesses } from "./processes.ts";

/** One process answers requests while the other hashes a password; more would only cost memory on a developer's machine. */
const PROCESSES_MAX = 2;
/** Interval of the cron trigger in wrangler.toml. */
const SCHEDULE_SECONDS = 60 * 60;

/** Capabilities and limits of a host, which tests change. */
interface HostOptions {
  /** Number of processes, where the platform can share a port between processes. */
  count?: number;
  openListeners?: typeof openListeners;
  scheduleSeconds?: number;
}

/**
 * Returns a host that serves the Worker on plain workerd, with a process on each of at most two cores, and without the proxies of wrangler's
 * development server. If `cache` lacks a bundle, it begins to build one while the caller continues.
 */
export function openWorkerdHost(cache: string, options: HostOptions = {}): WorkerHost {
  const spawnOptions = {
    count: Math.min(PROCESSES_MAX, availableParallelism()),
    openListeners,
    secret: randomBytes(32).toString("base64url"),
    ...options,
  };
  const { secret } = spawnOptions;
  const stopping = new AbortController();
  const { signal } = stopping;
  const bundle = prepareBundle(cache, signal);
  const { promise: ended, reject } = Promise.withResolvers<never>();
  // Their rejection must not end this process before a caller waits for them.
  for (const promise of [bundle, ended]) promise.catch(() => {});
  let spawned: Promise<Spawned> | undefined;
  let schedule: NodeJS.Timeout | undefined;

  return {
    ended,
    async start(runOptions) {
      const log = createLateLog(runOptions.onLog);
      spawned = bundle.then((built) =>
        spawnProcesses(built, { ...runOptions, onLog: log.write }, { ...spawnOptions, signal }),
      );
      const { processes, removeConfig } = await spawned;
      await Promise.all(processes.map(untilReady)).finally(removeConfig);
      log.open();
      const reportEnd = () => signal.aborted || reject(unexpectedEnd());
      for (const { exited } of processes) exited.then(reportEnd, reportEnd);
      const [first] = processes;
      // A stop that came before would not end it.
      if (first && !signal.aborted)
        schedule = setInterval(
          () => runSchedule(first, secret),
          1000 * (options.scheduleSeconds ?? SCHEDULE_SECONDS),
        );
    },
    async stop() {
      stopping.abort();
      clearInterval(schedule);
      const { processes } = (await spawned?.catch(() => undefined)) ?? { processes: [] };
      await Promise.all(processes.map((process) => stopWhenIdle(process, secret)));
    },
  };
}

/** Resolves when a process accepts requests. Throws CliError if it ends before. */
async function untilReady({ controlPort, exited }: WorkerdProcess): Promise<void> {
  const endedEarly = exited.then((error = "its process ended") => {
    const [line = ""] = error.split("\n", 1);
    throw new CliError(`The Worker can't be loaded: ${line}`, { cause: error });
  });
  await Promise.race([controlPort, endedEarly]);
}

/** Returns a log that keeps its lines until it is opened: of a start that fails, only the error is shown. */
function createLateLog(onLog: (log: RuntimeLog) => void) {
  let kept: RuntimeLog[] | undefined = [];
  return {
    write(log: RuntimeLog) {
      if (kept) kept.push(log);
      else onLog(log);
    },
    open() {
      const early = kept ?? [];
      kept = undefined;
      early.forEach(onLog);
    },
  };
}

function unexpectedEnd(): CliError {
  return new CliError("A process that runs the Worker ended unexpectedly.");
}
