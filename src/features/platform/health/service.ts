import type { Settings } from "../../../core/config.ts";
import { describeError } from "../../../core/errors.ts";
import { log } from "../../../core/logger.ts";
import type { Scope } from "../../../http/context.ts";
import * as repository from "./repository.ts";

/** How long an answer of the database holds, and a failure to get one: so that strangers cannot make a statement each. */
const FRESH_MS = { answer: 5_000, failure: 1_000 };

interface Finding {
  version: string | null;
  /** Milliseconds since 1970. */
  staleAt: number;
}

/** What this isolate found last, and until when one request is looking again. */
const findings = new WeakMap<Settings, { last?: Finding; askingUntil: number }>();

/**
 * Returns the database's major version, such as "18", or null if it does not answer; why not is for the log only. It is what
 * this isolate found in the last seconds, if it did. Of many requests at once one asks, and the others get what was found
 * before.
 */
export async function databaseVersion(scope: Scope): Promise<string | null> {
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
    return await repository.majorVersion(db);
  } catch (error) {
    log(settings, "error", "health", "The database does not answer", { cause: describeError(error) });
    return null;
  }
}
