import type { Settings } from "./config.ts";
import type { Block } from "./rate-limit.ts";

/** Kinds of requests with separate rate limits for each account: reads, writes, and reports of activity. */
export type LimitKind = "reads" | "writes" | "events";

/** Rate limit of an account: `burst` requests immediately, then `perMinute` (OWASP ASVS 5.0 2.4.1). */
export interface AccountLimit {
  kind: LimitKind;
  perMinute: number;
  burst: number;
}

/** Time for which all isolates reject an account that has used up its limit in one of them. */
const BLOCK_SECONDS = 10;

/** Maximum number of accounts that are tracked. The one whose last request is oldest is dropped. */
const MAX_ACCOUNTS = 10_000;

interface Usage {
  left: number;
  /** Time of `left`, in milliseconds since 1970. */
  at: number;
  blockedUntil: number;
}

/**
 * Remaining requests of each account in this isolate. They are not in the database, since counting there would cost each request a
 * write; so an account that reaches several isolates has a separate quota in each, until one of them is used up and stores a block.
 */
const usages = new Map<string, Usage>();

/** Returns the configured rate limit of `kind`. */
export function limitOf(settings: Settings, kind: LimitKind): AccountLimit {
  const limits = {
    reads: { perMinute: settings.READS_PER_MINUTE, burst: settings.READS_BURST },
    writes: { perMinute: settings.WRITES_PER_MINUTE, burst: settings.WRITES_BURST },
    events: { perMinute: settings.EVENTS_PER_MINUTE, burst: settings.EVENTS_BURST },
  };
  return { kind, ...limits[kind] };
}

/**
 * Returns the cost of a request: one, and more for a large body. Reports of activity cost one per KiB; other bodies cost one more per
 * full 64 KiB. A body of unknown length counts as 1 MiB.
 */
export function costOf(kind: LimitKind, { method, headers }: Request): number {
  if (kind === "reads" || method === "GET" || method === "HEAD") return 1;
  const length = headers.get("Content-Length") ?? (headers.has("Transfer-Encoding") ? "1048576" : "0");
  const kibibytes = Number(length) / 1024;
  return kind === "events" ? Math.max(1, Math.ceil(kibibytes)) : 1 + Math.floor(kibibytes / 64);
}

/** Charges `cost` to an account. Returns the block if too little is left; `isNew` if the block starts with this request. */
export function charge(limit: AccountLimit, accountId: string, cost: number, now = Date.now()) {
  const usage = usageOf(limit, accountId, now);
  if (usage.blockedUntil > now) return { block: blockOf(limit, usage, now), isNew: false };
  usage.left -= cost;
  if (usage.left >= 0) return undefined;
  usage.left = Math.max(0, usage.left + cost);
  usage.blockedUntil = now + BLOCK_SECONDS * 1_000;
  return { block: blockOf(limit, usage, now), isNew: true };
}

/** Refunds the cost of a request that was not the account's. */
export function refund(limit: AccountLimit, accountId: string, cost: number): void {
  const usage = usageOf(limit, accountId, Date.now());
  usage.left = Math.min(limit.burst, usage.left + cost);
}

/** Applies a block that another isolate stored. */
export function adoptBlock(limit: AccountLimit, accountId: string, seconds: number, now = Date.now()): void {
  const usage = usageOf(limit, accountId, now);
  usage.left = 0;
  usage.blockedUntil = now + seconds * 1_000;
}

/** Returns the policy of a rate limit, for the guard and for response headers. */
export const policyOf = ({ kind, perMinute }: AccountLimit) => ({
  policy: kind,
  quota: perMinute,
  window: 60,
});

function blockOf(limit: AccountLimit, { blockedUntil }: Usage, now: number): Block {
  return { ...policyOf(limit), seconds: Math.max(1, Math.ceil((blockedUntil - now) / 1_000)) };
}

function usageOf({ kind, perMinute, burst }: AccountLimit, accountId: string, now: number): Usage {
  const key = `${kind} ${accountId}`;
  const known = usages.get(key) ?? { left: burst, at: now, blockedUntil: 0 };
  const earned = (Math.max(0, now - known.at) / 60_000) * perMinute;
  // If the clock was set back, the block would otherwise last until the old time comes again.
  const blockedUntil = Math.min(known.blockedUntil, now + BLOCK_SECONDS * 1_000);
  const usage = { left: Math.min(burst, known.left + earned), at: now, blockedUntil };
  // Reinserted at the end, so that the first one is the least recently used.
  usages.delete(key);
  usages.set(key, usage);
  if (usages.size > MAX_ACCOUNTS * 3) usages.delete(usages.keys().next().value ?? key);
  return usage;
}
