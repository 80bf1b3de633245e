import type { IncomingMessage, ServerResponse } from "node:http";
import { hashQueueDepth } from "../core/security/hash-turns.ts";
import type { Remaining } from "../database/work.ts";

/** Measurements of the server. */
export interface Metrics {
  /** Measures a request until its response has been sent. */
  measure(incoming: IncomingMessage, outgoing: ServerResponse): void;
  countRoundTrip(seconds: number, isAnswered: boolean): void;
  /** Counts a request with X-Forwarded-For that no trusted proxy sent. */
  countUntrustedForwarding(): void;
  /** Records the end of a maintenance run: the work that it left, by step; undefined if it failed. */
  recordMaintenance(left: Record<string, Remaining> | undefined): void;
  render(): Promise<{ type: string; text: string }>;
}

const METHODS = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Returns the metrics of this process, which `render` writes in the text format of Prometheus. */
export async function createMetrics(): Promise<Metrics> {
  const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = await import("prom-client");
  const { createPatternFinder } = await import("./route-patterns.ts");
  const registers = [new Registry()];
  const [registry = new Registry()] = registers;
  collectDefaultMetrics({ register: registry });
  const findPattern = createPatternFinder();
  const requests = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from the headers of a request to the end of its response, by the pattern of its route.",
    labelNames: ["method", "route", "status"],
    buckets: SECONDS,
    registers,
  });
  const running = new Gauge({
    name: "http_requests_running",
    help: "Requests that are being answered.",
    registers,
  });
  const roundTrips = new Histogram({
    name: "database_round_trip_seconds",
    help: "Time of a request to the database, with the wait for a connection.",
    labelNames: ["outcome"],
    buckets: SECONDS,
    registers,
  });
  for (const stage of ["running", "waiting"] as const)
    new Gauge({
      name: `password_hashes_${stage}`,
      help: `Password hashes that are ${stage}.`,
      registers,
      collect() {
        this.set(hashQueueDepth()[stage]);
      },
    });
  const untrusted = new Counter({
    name: "untrusted_forwarded_requests_total",
    help: "Requests with X-Forwarded-For from an address that TRUSTED_PROXIES does not list.",
    registers,
  });
  const left = new Gauge({
    name: "maintenance_rows_left",
    help: "Rows that the last maintenance run left for the next one, counted up to 10001.",
    labelNames: ["step"],
    registers,
  });
  const ended = new Gauge({
    name: "maintenance_last_success_timestamp_seconds",
    help: "Time of the last maintenance run without a failed step.",
    registers,
  });
  const failures = new Counter({
    name: "maintenance_failures_total",
    help: "Maintenance runs with a failed step.",
    registers,
  });
  return {
    measure({ method = "GET", url = "" }, outgoing) {
      const start = performance.now();
      running.inc();
      outgoing.once("close", () => {
        running.dec();
        const labels = {
          method: METHODS.has(method) ? method : "OTHER",
          route: findPattern(method, url),
          status: outgoing.writableFinished ? outgoing.statusCode : "aborted",
        };
        requests.observe(labels, (performance.now() - start) / 1_000);
      });
    },
    countRoundTrip: (seconds, isAnswered) =>
      roundTrips.observe({ outcome: isAnswered ? "answered" : "failed" }, seconds),
    countUntrustedForwarding: () => untrusted.inc(),
    recordMaintenance(rest) {
      if (!rest) return failures.inc();
      left.reset();
      for (const [step, { rows }] of Object.entries(rest)) left.set({ step }, rows);
      ended.setToCurrentTime();
    },
    render: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}
