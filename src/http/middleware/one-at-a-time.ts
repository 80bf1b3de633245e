import type { Context, MiddlewareHandler } from "hono";
import { rateLimitExceeded } from "../../core/rate-limit.ts";
import type { KeyHolder, Principal } from "../../core/security/principal.ts";
import { ONE_AT_A_TIME } from "../../database/costly-reads.ts";
import type { AppEnv } from "../context.ts";

/**
 * Declares, around what declares who may call it, a route whose requests that are `expensive` are carried out one at a time for each
 * account: a second one is refused at once. The database holds that across isolates (`requireAlone`); an embedded one, which has a
 * single connection, would let the others wait for each other, so each isolate refuses what it knows to be one too many by itself.
 */
export const oneAtATime = <Declared extends { middleware: MiddlewareHandler<AppEnv>[] }>(
  declared: Declared,
  isExpensive: (c: Context<AppEnv>) => boolean = () => true,
) => ({
  ...declared,
  middleware: [
    ...declared.middleware,
    async function oneAtATime(c, next) {
      return isExpensive(c) ? carryOutAlone(c, next) : next();
    } satisfies MiddlewareHandler<AppEnv>,
  ],
});

/** Whether a report is to have activity in it. */
export const includesActivity = (c: Context<AppEnv>) => c.req.query("include") === "activity";

/** Until when what is carried out in this isolate may last, in milliseconds since 1970, by whose it is. */
const running = new Map<string, number>();

async function carryOutAlone(c: Context<AppEnv>, next: () => Promise<void>): Promise<void> {
  const { asker, settings } = c.var;
  const who = accountOf(asker);
  const now = Date.now();
  // What a client gave up is never told to have ended: it counts as over once the database is waited for no more.
  const until = now + settings.DATABASE_TIMEOUT_MS;
  const busyUntil = running.get(who) ?? 0;
  // One beyond `until` is by a clock that was set back since.
  if (busyUntil > now && busyUntil <= until) throw rateLimitExceeded(ONE_AT_A_TIME);
  running.set(who, until);
  try {
    await next();
  } finally {
    if (running.get(who) === until) running.delete(who);
  }
}

/** By the credential where only the database can tell whether it is genuine: so that a forged one takes no turn from its owner. */
function accountOf(asker: Principal | KeyHolder): string {
  if (!("userId" in asker)) return asker.credential.hash;
  return asker.credential.kind === "session" ? asker.userId : asker.credential.hash;
}
