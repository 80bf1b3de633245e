import { setTimeout as sleep } from "node:timers/promises";
import { connectPostgres } from "../cli/local/postgres-backend.ts";
import { untilAborted } from "../cli/stop-signal.ts";
import { describeError } from "../core/errors.ts";
import { type LogFields, type LogLevel, log } from "../core/logger.ts";
import { hashInThreads } from "../core/security/hash-turns.ts";
import { createDatabase, type Database } from "../database/client.ts";
import { seedDefaults } from "../features/access/roles/service.ts";
import { loadParts } from "../parts/load.ts";
import { openAssets } from "./assets.ts";
import { connectInProcess, RUNTIME_URL } from "./database.ts";
import { createEndpoints } from "./endpoints.ts";
import { type HttpServer, listen } from "./http-server.ts";
import { createListener } from "./listener.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { type PendingWork, trackPendingWork } from "./pending-work.ts";
import { ASSETS } from "./places.ts";
import { type ReadinessWatch, watchReadiness } from "./readiness.ts";
import { type Schedule, startSchedule } from "./schedule.ts";
import { prepareSchema } from "./schema.ts";
import type { ServerSettings } from "./settings.ts";
import { type Threads, threads } from "./threads.ts";

/** Time in which running requests and deferred work may end after a signal to stop. */
const STOP_MS = 10_000;

/** Time in which the database must answer a health check. */
const HEALTH_MS = 2_000;

/** Pause between two warnings about X-Forwarded-For. */
const WARNING_PAUSE_MS = 60_000;

/** Pause before a part of the API is loaded that no request has needed. */
const PART_PAUSE_MS = 250;

type Report = (level: LogLevel, message: string, fields?: LogFields) => void;

/**
 * Runs the server until `stopped` aborts, and then ends it in order. Returns whether all requests were answered in time.
 *
 * @throws CliError if it can't start
 */
export async function serve(server: ServerSettings, stopped: AbortSignal): Promise<boolean> {
  hashInThreads(threads.hashes);
  const report: Report = (level, message, fields) => log(server.settings, level, "server", message, fields);
  if (threads.wanted !== undefined) warnOfThreads(threads, report);
  const metrics = server.metricsToken === undefined ? undefined : await createMetrics();
  const backend = await connectPostgres(server.databaseUrl, {
    connections: server.databaseConnections,
    applicationName: "productivity-tracker",
  });
  try {
    connectInProcess(RUNTIME_URL, backend, metrics?.countRoundTrip);
    const db = createDatabase(server.settings);
    for (const tag of await prepareSchema(server, db)) report("info", "Applied a migration", { tag });
    await seedDefaults({ db });
    return await serveRequests({ server, db, metrics, report }, stopped);
  } finally {
    await backend.close();
  }
}

function warnOfThreads({ pool, hashes, wanted }: Threads, report: Report): void {
  const problem = `Only ${hashes} of the cores can hash passwords. Set UV_THREADPOOL_SIZE=${wanted} in the environment`;
  report("warn", problem, { threads: pool });
}

interface Parts {
  server: ServerSettings;
  db: Database;
  metrics: Metrics | undefined;
  report: Report;
}

async function serveRequests(parts: Parts, stopped: AbortSignal): Promise<boolean> {
  const { server, report } = parts;
  const { settings, host } = server;
  const readiness = watchReadiness(createDatabase({ ...settings, DATABASE_TIMEOUT_MS: HEALTH_MS }));
  const pending = trackPendingWork();
  const http = await listen(await listenerOf(parts, readiness, pending), host, server.port);
  const schedule = startMaintenance(parts);
  report("info", "Listening", { host, port: http.port, started_ms: Math.round(performance.now()) });
  // After the start, and with pauses for requests, so that neither the start nor a first request takes the time of all parts.
  void loadParts(() => sleep(PART_PAUSE_MS));
  await untilAborted(stopped);
  report("info", "Stopping");
  readiness.stop();
  const isComplete = await stopAll(http, pending, schedule);
  report(isComplete ? "info" : "warn", isComplete ? "Stopped" : "Stopped before all requests were answered");
  return isComplete;
}

async function listenerOf(
  { server, metrics, report }: Parts,
  { check }: ReadinessWatch,
  pending: PendingWork,
) {
  const { bindings, proxies, metricsToken } = server;
  return createListener({
    bindings: { ...bindings, ASSETS: await openAssets(ASSETS) },
    proxies,
    pending,
    endpoints: createEndpoints({ checkReadiness: check, metrics, metricsToken }),
    metrics,
    onUntrustedForwarding: warnOfForwarding(metrics, report),
  });
}

/** Returns a function that counts requests with X-Forwarded-For that no trusted proxy sent, and warns of them at most once a minute. */
function warnOfForwarding(metrics: Metrics | undefined, report: Report) {
  let silentUntil = 0;
  return (address: string) => {
    metrics?.countUntrustedForwarding();
    if (Date.now() < silentUntil) return;
    silentUntil = Date.now() + WARNING_PAUSE_MS;
    const problem = "A request has X-Forwarded-For, but TRUSTED_PROXIES does not list its sender";
    report("warn", problem, { sender: address });
  };
}

/** Runs the maintenance now and in each hour, unless another instance does. */
function startMaintenance({ server, db, metrics, report }: Parts): Schedule {
  return startSchedule({
    databaseUrl: server.databaseUrl,
    onTakeOver: () => report("info", "This instance runs the maintenance"),
    onOther: () => report("info", "Another instance runs the maintenance"),
    onFailure: (error) =>
      report("error", "The schedule can't reach the database", { cause: describeError(error) }),
    async run() {
      const { maintain } = await import("../jobs/maintenance.ts");
      // `maintain` has logged its failures.
      await maintain(server.settings, db).then(
        ({ left }) => metrics?.recordMaintenance(left),
        () => metrics?.recordMaintenance(undefined),
      );
    },
  });
}

/** Waits for running requests, deferred work and the maintenance, for at most STOP_MS. Returns whether all requests were answered. */
async function stopAll(http: HttpServer, pending: PendingWork, schedule: Schedule): Promise<boolean> {
  const others = Promise.all([pending.settle(), schedule.stop()]);
  const isComplete = await http.close(STOP_MS);
  const timeout = new Promise((resolve) => setTimeout(resolve, STOP_MS - 1_000).unref());
  await Promise.race([others.then(() => pending.settle()), timeout]);
  return isComplete;
}
