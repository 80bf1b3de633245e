import type { Settings } from "../core/config.ts";
import { AppError, causesOf, describeError } from "../core/errors.ts";
import { log } from "../core/logger.ts";
import { createDatabase, type Database } from "../database/client.ts";
import { findTimeoutProblem } from "../database/costly-reads.ts";
import { removeOldKeys } from "../database/idempotency.ts";
import { removeExpiredTokens } from "../database/one-time-tokens.ts";
import { dropExpiredPartitions, makePartitions } from "../database/partitions.ts";
import {
  type Allowance,
  type Progress,
  type Remaining,
  type Spending,
  startSpending,
} from "../database/work.ts";
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
import { removeOldInvitations } from "../features/organizations/invitations/statements.ts";
import { removeOldOrganizations } from "../features/organizations/organizations/service.ts";
import { eraseDueAccounts } from "../features/platform/erasure/service.ts";

/** Limits of each step. All steps together end within the 15 minutes that Cloudflare gives an hourly run. */
const ALLOWANCE: Allowance = { seconds: 30, rows: 1_000_000 };
const ALLOWANCES: Record<string, Allowance> = {
  erasure: { ...ALLOWANCE, seconds: 120 },
  slots: { ...ALLOWANCE, seconds: 240 },
  heartbeats: { ...ALLOWANCE, seconds: 120 },
};

/**
 * Runs the maintenance, on schedule and on every start, in steps. It adds default roles and permissions that never existed, creates the
 * first superuser if the settings name one, deletes expired sessions, tokens, counts and keys, removes organizations and invitations that ended
 * 30 days ago, erases accounts that were deleted ERASURE_AFTER_DAYS ago, deletes audit events and heartbeats past their retention, builds
 * the slots that long reports read, and re-encrypts with the current secret the data that the previous secret encrypted. It is
 * idempotent. It warns if the database enforces no statement timeout.
 *
 * Each step has an allowance of time and rows. `left` reports the work that a step leaves for the next run, and since when it is due. A
 * failed step is logged and does not stop the others.
 *
 * @throws the error of the first step that failed, after all steps have run
 */
export async function maintain(
  settings: Settings,
  db: Database = createDatabase(settings),
  allowances = ALLOWANCES,
) {
  const scope = { settings, db };
  const failures: { step: string; error: unknown }[] = [];
  const left: Record<string, Remaining> = {};
  function fail(step: string, error: unknown) {
    failures.push({ step, error });
    const cause = describeError(error);
    log(settings, "error", "maintenance", "A maintenance step failed", { step, cause });
  }
  /** Returns the result of `work`, or `otherwise` if it fails. */
  async function step<Result>(name: string, otherwise: Result, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      fail(name, error);
      return otherwise;
    }
  }
  /** Runs `work` within its allowance, logs the work that it left, and returns the amount that it did. */
  async function runStep(name: string, work: (spending: Spending) => Promise<Progress>): Promise<number> {
    const spending = startSpending(allowances[name] ?? ALLOWANCE);
    const progress = await step<Progress>(name, { done: 0 }, () => work(spending));
    for (const failure of progress.failures ?? []) fail(name, failure);
    if (progress.left) {
      left[name] = progress.left;
      const fields = { step: name, rows_left: progress.left.rows, oldest_due: progress.left.oldest_due };
      log(settings, "warn", "maintenance", "A maintenance step left work for the next run", fields);
    }
    return progress.done;
  }
  const problem = await step("statement_timeout", undefined, () => findTimeoutProblem(db));
  if (problem) log(settings, "warn", "maintenance", problem);
  const added = await step("defaults", { permissions: 0, roles: 0 }, () => seedDefaults(scope));
  const partitions = await step("partitions", { made: 0, outside: 0 }, () => makePartitions(db));
  if (partitions.outside > 0) {
    const fields = { rows_outside: partitions.outside };
    log(
      settings,
      "warn",
      "maintenance",
      "Heartbeats or audit events are outside all monthly partitions",
      fields,
    );
  }
  const report = {
    partitions_made: partitions.made,
    permissions_added: added.permissions,
    roles_added: added.roles,
    sessions_removed: await runStep("sessions", (spending) => removeDeadSessions(scope, spending)),
    tokens_removed: await runStep("tokens", (spending) => removeDeadTokens(scope, spending)),
    one_time_tokens_removed: await runStep("one_time_tokens", (spending) =>
      removeExpiredTokens(db, spending),
    ),
    emails_changed: await runStep("email_changes", (spending) => applyDueEmailChanges(scope, spending)),
    email_changes_removed: await runStep("old_email_changes", (spending) =>
      removeOldEmailChanges(scope, spending),
    ),
    counts_removed: await runStep("counts", (spending) => removeOldCounts(scope, spending)),
    organizations_removed: await runStep("organizations", (spending) =>
      removeOldOrganizations(scope, spending),
    ),
    invitations_removed: await runStep("invitations", (spending) => removeOldInvitations(db, spending)),
    accounts_erased: await runStep("erasure", (spending) => eraseDueAccounts(scope, spending)),
    factors_resealed: await runStep("factors", (spending) => resealFactors(scope, spending)),
    slots_built: await runStep("slots", (spending) => buildSlots(scope, spending)),
    heartbeats_removed: await runStep("heartbeats", (spending) => removeOldHeartbeats(scope, spending)),
    audit_events_removed: await runStep("audit_events", (spending) => removeOldEvents(scope, spending)),
    partitions_dropped: await step("old_partitions", 0, () =>
      dropExpiredPartitions(db, {
        heartbeatDays: settings.HEARTBEAT_RETENTION_DAYS,
        auditDays: settings.AUDIT_RETENTION_DAYS,
      }),
    ),
    idempotency_keys_removed: await runStep("idempotency_keys", (spending) => removeOldKeys(db, spending)),
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
  // Drizzle wraps the error of a statement outside a batch.
  throw [...causesOf(first.error)].find((cause) => cause instanceof AppError) ?? first.error;
}

/** Returns the account that the settings name, or undefined if they name none. */
function superuserOf(settings: Settings) {
  const { SUPERUSER_EMAIL: email, SUPERUSER_USERNAME: username, SUPERUSER_PASSWORD: password } = settings;
  if (!email && !username && !password) return undefined;
  const account = Register.safeParse({ email, username, password });
  if (account.success) return account.data;
  log(
    settings,
    "error",
    "maintenance",
    "SUPERUSER_EMAIL, SUPERUSER_USERNAME and SUPERUSER_PASSWORD do not form a valid account",
  );
  return undefined;
}
