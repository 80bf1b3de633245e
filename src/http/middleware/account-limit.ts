import type { Context } from "hono";
import { adoptBlock, charge, costOf, type LimitKind, limitOf, refund } from "../../core/account-limit.ts";
import { rateLimitExceeded } from "../../core/rate-limit.ts";
import type { KeyHolder, Principal } from "../../core/security/principal.ts";
import { storeBlock } from "../../database/rate-limit-blocks.ts";
import type { AppEnv } from "../context.ts";

/** Maximum number of credentials whose owners are remembered. */
const MAX_CREDENTIALS = 30_000;

/**
 * Owners of the personal tokens and API keys that the guard has accepted in this isolate. An attacker can forge a token with another
 * user's id, which must not use up that user's rate limit.
 */
const owners = new Map<string, string>();

/**
 * Charges a request to its account's rate limit, before its work. The account of a session is known from its signed token. The account of
 * a personal token or API key is known once the guard has passed, so the first request with it is charged afterwards.
 *
 * Call `settle` after the work, or `undo` if the guard rejected the request.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED if too little of the limit is left
 */
export function startCharging(c: Context<AppEnv>, caller: Principal | KeyHolder, kind: LimitKind) {
  const settings = c.get("settings");
  const limit = limitOf(settings, kind);
  const cost = costOf(kind, c.req.raw);
  const credential = credentialOf(caller);
  const chargeAccount = (accountId: string) => {
    const refused = charge(limit, accountId, cost);
    if (refused?.isNew) c.var.defer(() => storeBlock(settings, accountId, refused.block));
    return refused?.block;
  };
  const known = credential === undefined && "userId" in caller ? caller.userId : owners.get(credential ?? "");
  const block = known === undefined ? undefined : chargeAccount(known);
  if (block) throw rateLimitExceeded(block);

  /** Refunds a request that the guard rejected: it was not the account's. */
  const undo = () => {
    if (credential !== undefined) owners.delete(credential);
    if (known !== undefined) refund(limit, known, cost);
  };
  return {
    limit,
    undo,
    settle(accountId: string | undefined): void {
      if (c.res.status === 401) {
        undo();
      } else if (known === undefined && accountId !== undefined) {
        if (credential !== undefined) remember(credential, accountId);
        chargeAccount(accountId);
      }
      const seconds = secondsOfBlock(c.res, kind);
      if (known !== undefined && seconds !== undefined) adoptBlock(limit, known, seconds);
    },
  };
}

/** Returns the identifying part of a personal token or an API key; undefined for a session, whose token is signed. */
function credentialOf(caller: Principal | KeyHolder): string | undefined {
  if (!("userId" in caller)) return caller.credential.hash;
  const { credential } = caller;
  return credential.kind === "session" ? undefined : `${credential.id} ${credential.hash}`;
}

function remember(credential: string, accountId: string): void {
  owners.set(credential, accountId);
  if (owners.size > MAX_CREDENTIALS) owners.delete(owners.keys().next().value ?? credential);
}

/** Returns the remaining seconds of the block if the guard rejected the request by the rate limit of `kind`. */
function secondsOfBlock({ status, headers }: Response, kind: LimitKind): number | undefined {
  const isOurs = status === 429 && headers.get("RateLimit-Policy")?.startsWith(`"${kind}";`);
  return isOurs ? Number(headers.get("Retry-After")) : undefined;
}
