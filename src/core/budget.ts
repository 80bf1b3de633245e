import type { Settings } from "./config.ts";
import type { Block } from "./rate-limit.ts";

/** What an account spends: on what it reads, on what it writes, and on what programs tell of its activity. */
export type BudgetKind = "reads" | "writes" | "events";

/** How much an account may spend in a minute, after `burst` at once (OWASP ASVS 5.0 2.4.1). */
export interface Budget {
  kind: BudgetKind;
  perMinute: number;
  burst: number;
}

/** For how long an account is refused, by every isolate, once one of them saw it spend all. */
const BLOCK_SECONDS = 10;

/** So many accounts are kept account of; of the one that was longest silent, nothing is known then. */
const MAX_ACCOUNTS = 10_000;

interface Purse {
  left: number;
  /** When that was so, in milliseconds. */
  at: number;
  blockedUntil: number;
}

/**
 * What each account has left, in this isolate. It is not in the database, since counting there would cost each request a write;
 * so an account that reaches several isolates has as many purses, until one of them is empty and a block is stored.
 */
const purses = new Map<string, Purse>();

/** The budget of `kind` that `settings` give each account. */
export function budgetOf(settings: Settings, kind: BudgetKind): Budget {
  const budgets = {
    reads: { perMinute: settings.READS_PER_MINUTE, burst: settings.READS_BURST },
    writes: { perMinute: settings.WRITES_PER_MINUTE, burst: settings.WRITES_BURST },
    events: { perMinute: settings.EVENTS_PER_MINUTE, burst: settings.EVENTS_BURST },
  };
  return { kind, ...budgets[kind] };
}

/**
 * Returns what a request spends: one, and more where its body is long, by the KiB where it tells of activity, and else by each
 * whole 64 KiB. A body of a length that is not told counts as 1 MiB.
 */
export function costOf(kind: BudgetKind, { method, headers }: Request): number {
  if (kind === "reads" || method === "GET" || method === "HEAD") return 1;
  const told = headers.get("Content-Length") ?? (headers.has("Transfer-Encoding") ? "1048576" : "0");
  const kibibytes = Number(told) / 1024;
  return kind === "events" ? Math.max(1, Math.ceil(kibibytes)) : 1 + Math.floor(kibibytes / 64);
}

/** Spends `cost` of an account's budget. Returns the block where it has less; `isNew` where it began just now. */
export function spend(budget: Budget, accountId: string, cost: number, now = Date.now()) {
  const purse = purseOf(budget, accountId, now);
  if (purse.blockedUntil > now) return { block: blockOf(budget, purse, now), isNew: false };
  purse.left -= cost;
  if (purse.left >= 0) return undefined;
  purse.left = Math.max(0, purse.left + cost);
  purse.blockedUntil = now + BLOCK_SECONDS * 1_000;
  return { block: blockOf(budget, purse, now), isNew: true };
}

/** Gives back what a request spent that turned out not to be the account's. */
export function giveBack(budget: Budget, accountId: string, cost: number): void {
  const purse = purseOf(budget, accountId, Date.now());
  purse.left = Math.min(budget.burst, purse.left + cost);
}

/** Takes over a block that another isolate stored: what is left here is spent there. */
export function adoptBlock(budget: Budget, accountId: string, seconds: number, now = Date.now()): void {
  const purse = purseOf(budget, accountId, now);
  purse.left = 0;
  purse.blockedUntil = now + seconds * 1_000;
}

/** What the guard and a client are told of a budget. */
export const policyOf = ({ kind, perMinute }: Budget) => ({ policy: kind, quota: perMinute, window: 60 });

function blockOf(budget: Budget, { blockedUntil }: Purse, now: number): Block {
  return { ...policyOf(budget), seconds: Math.max(1, Math.ceil((blockedUntil - now) / 1_000)) };
}

function purseOf({ kind, perMinute, burst }: Budget, accountId: string, now: number): Purse {
  const key = `${kind} ${accountId}`;
  const known = purses.get(key) ?? { left: burst, at: now, blockedUntil: 0 };
  const earned = (Math.max(0, now - known.at) / 60_000) * perMinute;
  // By a clock that was set back, a block would last until its old time came again.
  const blockedUntil = Math.min(known.blockedUntil, now + BLOCK_SECONDS * 1_000);
  const purse = { left: Math.min(burst, known.left + earned), at: now, blockedUntil };
  // The one that was longest silent is the first.
  purses.delete(key);
  purses.set(key, purse);
  if (purses.size > MAX_ACCOUNTS * 3) purses.delete(purses.keys().next().value ?? key);
  return purse;
}
