import type { Settings } from "./config.ts";
import type { Block } from "./rate-limit.ts";

/** Kinds of requests with separate rate limits for each account: reads, writes, and reports of activity. */
export type BudgetKind = "reads" | "writes" | "events";

/** Rate limit of an account: `burst` requests immediately, then `perMinute` (OWASP ASVS 5.0 2.4.1). */
export interface Budget {
  kind: BudgetKind;
  perMinute: number;
  burst: number;
}

/** Time for which all isolates reject an account that has used up its limit in one of them. */
const BLOCK_SECONDS = 10;

/** Maximum number of accounts that are tracked. The one whose last request is oldest is dropped. */
const MAX_ACCOUNTS = 10_000;

interface Purse {
  left: number;
  /** Time of `left`, in milliseconds since 1970. */
  at: number;
  blockedUntil: number;
}

/**
 * Remaining requests of each account in this isolate. They are not in the database, since counting there would cost each request a
 * write; so an account that reaches several isolates has a separate quota in each, until one of them is used up and stores a block.
 */
const purses = new Map<string, Purse>();

/** Returns the configured rate limit of `kind`. */
export function budgetOf(settings: Settings, kind: BudgetKind): Budget {
  const budgets = {
    reads: { perMinute: settings.READS_PER_MINUTE, burst: settings.READS_BURST },
    writes: { perMinute: settings.WRITES_PER_MINUTE, burst: settings.WRITES_BURST },
    events: { perMinute: settings.EVENTS_PER_MINUTE, burst: settings.EVENTS_BURST },
  };
  return { kind, ...budgets[kind] };
}

/**
 * Returns the cost of a request: one, and more for a large body. Reports of activity cost one per KiB; other bodies cost one more per
 * full 64 KiB. A body of unknown length counts as 1 MiB.
 */
export function costOf(kind: BudgetKind, { method, headers }: Request): number {
  if (kind === "reads" || method === "GET" || method === "HEAD") return 1;
  const length = headers.get("Content-Length") ?? (headers.has("Transfer-Encoding") ? "1048576" : "0");
  const kibibytes = Number(length) / 1024;
  return kind === "events" ? Math.max(1, Math.ceil(kibibytes)) : 1 + Math.floor(kibibytes / 64);
}

/** Charges `cost` to an account. Returns the block if too little is left; `isNew` if the block starts with this request. */
export function spend(budget: Budget, accountId: string, cost: number, now = Date.now()) {
  const purse = purseOf(budget, accountId, now);
  if (purse.blockedUntil > now) return { block: blockOf(budget, purse, now), isNew: false };
  purse.left -= cost;
  if (purse.left >= 0) return undefined;
  purse.left = Math.max(0, purse.left + cost);
  purse.blockedUntil = now + BLOCK_SECONDS * 1_000;
  return { block: blockOf(budget, purse, now), isNew: true };
}

/** Refunds the cost of a request that was not the account's. */
export function giveBack(budget: Budget, accountId: string, cost: number): void {
  const purse = purseOf(budget, accountId, Date.now());
  purse.left = Math.min(budget.burst, purse.left + cost);
}

/** Applies a block that another isolate stored. */
export function adoptBlock(budget: Budget, accountId: string, seconds: number, now = Date.now()): void {
  const purse = purseOf(budget, accountId, now);
  purse.left = 0;
  purse.blockedUntil = now + seconds * 1_000;
}

/** Returns the policy of a rate limit, for the guard and for response headers. */
export const policyOf = ({ kind, perMinute }: Budget) => ({ policy: kind, quota: perMinute, window: 60 });

function blockOf(budget: Budget, { blockedUntil }: Purse, now: number): Block {
  return { ...policyOf(budget), seconds: Math.max(1, Math.ceil((blockedUntil - now) / 1_000)) };
}

function purseOf({ kind, perMinute, burst }: Budget, accountId: string, now: number): Purse {
  const key = `${kind} ${accountId}`;
  const known = purses.get(key) ?? { left: burst, at: now, blockedUntil: 0 };
  const earned = (Math.max(0, now - known.at) / 60_000) * perMinute;
  // If the clock was set back, the block would otherwise last until the old time comes again.
  const blockedUntil = Math.min(known.blockedUntil, now + BLOCK_SECONDS * 1_000);
  const purse = { left: Math.min(burst, known.left + earned), at: now, blockedUntil };
  // Reinserted at the end, so that the first one is the least recently used.
  purses.delete(key);
  purses.set(key, purse);
  if (purses.size > MAX_ACCOUNTS * 3) purses.delete(purses.keys().next().value ?? key);
  return purse;
}
