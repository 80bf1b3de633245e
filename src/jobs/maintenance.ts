import type { Settings } from "../core/config.ts";
import { AppError, causesOf, describeError } from "../core/errors.ts";
import { log } from "../core/logger.ts";
import { createDatabase, type Database } from "../database/client.ts";
import { findTimeoutProblem } from "../database/costly-reads.ts";
import { removeOldKeys } from "../database/idempotency.ts";
import { removeExpiredTokens } from "../database/one-time-tokens.ts";
import { dropExpiredPartitions, makePartitions } from "../database/partitions.ts";
import { type Allowance, type Left, type Progress, type Spending, startSpending } from "../database/work.ts";
import { removeOldEvents } from "../features/access/audit/service.ts";
import { seedDefaults } from "../features/access/roles/service.ts";
import { buildSlots, removeOldHeartbeats } from "../features/activity/slots/service.ts";
import { Register } from "../features/identity/auth/schemas.ts";
import { applyDueEmailChanges, removeOldEmailChanges } from "../features/identity/email-change/service.ts";
import { resealFactors } from "../features/identity/factors/service.ts";
import { removeDeadSessions } from "../features/identity/sessions/service.ts";
import { removeOldCounts } from "../features/identity/throttling/service.ts";
import { removeDeadTokens } from "../features/identity/tokens/service.ts";
import { createFirstSuperuser } from "../features/identity/users/service.ts";
import { eraseDueAccounts } from "../features/platform/erasure/service.ts";

/** What each step may take. Together they end before the 15 minutes that Cloudflare gives an hourly run. */
const ALLOWANCE: Allowance = { seconds: 30, rows: 1_000_000 };
const ALLOWANCES: Record<string, Allowance> = {
  erasure: { ...ALLOWANCE, seconds: 120 },
  slots: { ...ALLOWANCE, seconds: 240 },
  heartbeats: { ...ALLOWANCE, seconds: 120 },
};

/**
 * Does the work of the schedule, and of every start, in steps: adds the default roles and permissions that were never there, makes
 * the first superuser if the settings name one, removes sessions, tokens, counts and keys that ended long ago, accounts that
 * were deleted ERASURE_AFTER_DAYS ago, and audit events and heartbeats whose time to be kept is over, builds the sums by which long
 * reports are made, and seals with the current secret what the previous one sealed. Doing it twice does nothing more. It warns of a
 * database that stops no statement.
 *
 * Each step has an allowance of time and rows. What it leaves is for the next run, and is told in `left`, with how long it has been
 * due. A step that fails is named in the log and keeps no other from being done.
 *
 * @throws the error of the first step that failed, once all were tried
 */
export async function maintain(
  settings: Settings,
  db: Database = createDatabase(settings),
  allowances = ALLOWANCES,
) {
  const scope = { settings, db };
  const failures: { step: string; error: unknown }[] = [];
  const left: Record<string, Left> = {};
  function fail(step: string, error: unknown) {
    failures.push({ step, error });
    const cause = describeError(error);
    log(settings, "error", "maintenance", "A step of the maintenance failed", { step, cause });
  }
  /** The result of `work`, or `otherwise` if it fails. */
  async function step<Result>(name: string, otherwise: Result, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      fail(name, error);
      return otherwise;
    }
  }
  /** How much `work` did of what is due. */
  async function workOff(name: string, work: (spending: Spending) => Promise<Progress>): Promise<number> {
    const spending = startSpending(allowances[name] ?? ALLOWANCE);
    const progress = await step<Progress>(name, { done: 0 }, () => work(spending));
    for (const failure of progress.failures ?? []) fail(name, failure);
    if (progress.left) {
      left[name] = progress.left;
      const fields = { step: name, rows_left: progress.left.rows, oldest_due: progress.left.oldest_due };
      log(settings, "warn", "maintenance", "A step of the maintenance left work for the next run", fields);
    }
    return progress.done;
  }
  const problem = await step("statement_timeout", undefined, () => findTimeoutProblem(db));
  if (problem) log(settings, "warn", "maintenance", problem);
  const added = await step("defaults", { permissions: 0, roles: 0 }, () => seedDefaults(scope));
  const partitions = await step("partitions", { made: 0, outside: 0 }, () => makePartitions(db));
  if (partitions.outside > 0) {
    const fields = { rows_outside: partitions.outside };
    log(settings, "warn", "maintenance", "Heartbeats or audit events are outside of all months", fields);
  }
  const report = {
    partitions_made: partitions.made,
    permissions_added: added.permissions,
    roles_added: added.roles,
    sessions_removed: await workOff("sessions", (spending) => removeDeadSessions(scope, spending)),
    tokens_removed: await workOff("tokens", (spending) => removeDeadTokens(scope, spending)),
    one_time_tokens_removed: await workOff("one_time_tokens", (spending) =>
      removeExpiredTokens(db, spending),
    ),
    emails_changed: await workOff("email_changes", (spending) => applyDueEmailChanges(scope, spending)),
    email_changes_removed: await workOff("old_email_changes", (spending) =>
      removeOldEmailChanges(scope, spending),
    ),
    counts_removed: await workOff("counts", (spending) => removeOldCounts(scope, spending)),
    accounts_erased: await workOff("erasure", (spending) => eraseDueAccounts(scope, spending)),
    factors_resealed: await workOff("factors", (spending) => resealFactors(scope, spending)),
    slots_built: await workOff("slots", (spending) => buildSlots(scope, spending)),
    heartbeats_removed: await workOff("heartbeats", (spending) => removeOldHeartbeats(scope, spending)),
    audit_events_removed: await workOff("audit_events", (spending) => removeOldEvents(scope, spending)),
    partitions_dropped: await step("old_partitions", 0, () =>
      dropExpiredPartitions(db, {
        heartbeatDays: settings.HEARTBEAT_RETENTION_DAYS,
        auditDays: settings.AUDIT_RETENTION_DAYS,
      }),
    ),
    idempotency_keys_removed: await workOff("idempotency_keys", (spending) => removeOldKeys(db, spending)),
    superuser_created: await step("superuser", false, () =>
      createFirstSuperuser(scope, () => superuserOf(settings)),
    ),
  };
  const [first] = failures;
  if (!first) {
    log(settings, "info", "maintenance", "Maintenance done", report);
    return { ...report, left };
  }
  const failed = {
    failed_steps: [...new Set(failures.map(({ step }) => step))].join(", "),
    cause: describeError(first.error),
  };
  log(settings, "error", "maintenance", "Maintenance failed", { ...report, ...failed });
  // Drizzle wraps the error of a statement that was sent alone.
  throw [...causesOf(first.error)].find((cause) => cause instanceof AppError) ?? first.error;
}

/** The account that the settings name, or undefined if they name none. */
function superuserOf(settings: Settings) {
  const { SUPERUSER_EMAIL: email, SUPERUSER_USERNAME: username, SUPERUSER_PASSWORD: password } = settings;
  if (!email && !username && !password) return undefined;
  const account = Register.safeParse({ email, username, password });
  if (account.success) return account.data;
  log(
    settings,
    "error",
    "maintenance",
    "SUPERUSER_EMAIL, SUPERUSER_USERNAME and SUPERUSER_PASSWORD name no valid account",
  );
  return undefined;
}
