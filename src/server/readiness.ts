import { listPending } from "../cli/migrations/migrations.ts";
import type { Database } from "../database/client.ts";
import { MIGRATIONS } from "./places.ts";

/** State that /health/ready reports. Only a ready server should get requests. */
export type Readiness = "ready" | "stopping" | "schema_outdated" | "database_unreachable";

/** Milliseconds for which a finding is repeated, so that callers of the health check can't load the database. */
const FRESH_MS = 1_000;

/** Watch of the state of a server. */
export interface ReadinessWatch {
  check: () => Promise<Readiness>;
  /** From now on, the server is stopping. */
  stop: () => void;
}

/** Returns a watch that queries the database at most once a second, and never twice at a time. */
export function watchReadiness(db: Database): ReadinessWatch {
  let isStopping = false;
  let staleAt = 0;
  let finding: Promise<Readiness> | undefined;
  return {
    async check() {
      if (isStopping) return "stopping";
      if (!finding || Date.now() >= staleAt) {
        staleAt = Number.POSITIVE_INFINITY;
        finding = findReadiness(db).finally(() => {
          staleAt = Date.now() + FRESH_MS;
        });
      }
      return finding;
    },
    stop() {
      isStopping = true;
    },
  };
}

const findReadiness = (db: Database): Promise<Readiness> =>
  listPending(db, MIGRATIONS).then(
    (pending) => (pending.length === 0 ? "ready" : "schema_outdated"),
    () => "database_unreachable",
  );
