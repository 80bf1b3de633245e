import type { Context, MiddlewareHandler } from "hono";
import { rateLimitExceeded } from "../../core/rate-limit.ts";
import type { KeyHolder, Principal } from "../../core/security/principal.ts";
import { REPORT_RUNNING } from "../../database/costly-reads.ts";
import type { AppEnv } from "../context.ts";

/**
 * Extends a route's guard so that each account can run only one expensive request at a time: a second one is rejected immediately. The
 * database enforces this across isolates (`requireSingleReport`). In an embedded database, which has a single connection, requests would
 * queue instead, so each isolate also rejects the requests that it knows about.
 */
export const oneAtATime = <Declared extends { middleware: MiddlewareHandler<AppEnv>[] }>(
  declared: Declared,
  isExpensive: (c: Context<AppEnv>) => boolean = () => true,
) => ({
  ...declared,
  middleware: [
    ...declared.middleware,
    async function oneAtATime(c, next) {
      return isExpensive(c) ? runAlone(c, next) : next();
    } satisfies MiddlewareHandler<AppEnv>,
  ],
});

/** Returns whether a report includes activity. */
export const includesActivity = (c: Context<AppEnv>) => c.req.query("include") === "activity";

/** Latest end of the running request of each account in this isolate, in milliseconds since 1970. */
const running = new Map<string, number>();

async function runAlone(c: Context<AppEnv>, next: () => Promise<void>): Promise<void> {
  const { caller, settings } = c.var;
  const account = accountOf(caller);
  const now = Date.now();
  // The end of an aborted request is never reported, so it counts as finished when the database timeout has passed.
  const until = now + settings.DATABASE_TIMEOUT_MS;
  const busyUntil = running.get(account) ?? 0;
  // A value beyond `until` means that the clock was set back.
  if (busyUntil > now && busyUntil <= until) throw rateLimitExceeded(REPORT_RUNNING);
  running.set(account, until);
  try {
    await next();
  } finally {
    if (running.get(account) === until) running.delete(account);
  }
}

/**
 * Returns the user of a session; for other credentials, which only the database can verify, their hash, so that a forged one cannot block
 * the owner.
 */
function accountOf(caller: Principal | KeyHolder): string {
  if (!("userId" in caller)) return caller.credential.hash;
  return caller.credential.kind === "session" ? caller.userId : caller.credential.hash;
}
