import type { Settings } from "../../../core/config.ts";
import { describeError } from "../../../core/errors.ts";
import { log } from "../../../core/logger.ts";
import type { Scope } from "../../../http/context.ts";
import * as repository from "./repository.ts";

/** Time for which a version or a failure is cached, so that unauthenticated callers cannot cause a query each. */
const FRESH_MS = { answer: 5_000, failure: 1_000 };

interface Finding {
  version: string | null;
  /** Milliseconds since 1970. */
  staleAt: number;
}

/** Last finding of this isolate, and the time until which one request is refreshing it. */
const findings = new WeakMap<Settings, { last?: Finding; askingUntil: number }>();

/**
 * Returns the database's major version, such as "18", or null if it does not answer; the reason is only logged. The result is cached for
 * seconds in each isolate. Of concurrent requests, one queries the database, and the others get the previous result.
 */
export async function getDatabaseVersion(scope: Scope): Promise<string | null> {
  const { settings } = scope;
  const known = findings.get(settings) ?? { askingUntil: 0 };
  findings.set(settings, known);
  const now = Date.now();
  if (known.last && (now < known.last.staleAt || now < known.askingUntil)) return known.last.version;
  known.askingUntil = now + settings.DATABASE_TIMEOUT_MS;
  const version = await askVersion(scope);
  const freshMs = version === null ? FRESH_MS.failure : FRESH_MS.answer;
  Object.assign(known, { last: { version, staleAt: Date.now() + freshMs }, askingUntil: 0 });
  return version;
}

async function askVersion({ db, settings }: Scope): Promise<string | null> {
  try {
    return await repository.selectMajorVersion(db);
  } catch (error) {
    log(settings, "error", "health", "The database does not answer", { cause: describeError(error) });
    return null;
  }
}
