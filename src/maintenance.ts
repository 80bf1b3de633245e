import type { Settings } from "./core/config.ts";
import { AppError, causesOf, describeError } from "./core/errors.ts";
import { log } from "./core/logger.ts";
import { createDatabase, type Database } from "./database/client.ts";
import { findTimeoutProblem } from "./database/costly-reads.ts";
import { removeOldKeys } from "./database/idempotency.ts";
import { removeExpiredTokens } from "./database/one-time-tokens.ts";
import { removeOldEvents } from "./features/audit/service.ts";
import { Register } from "./features/auth/schemas.ts";
import { applyDueEmailChanges, removeOldEmailChanges } from "./features/email-change/service.ts";
import { eraseDueAccounts } from "./features/erasure/service.ts";
import { resealFactors } from "./features/factors/service.ts";
import { seedDefaults } from "./features/roles/service.ts";
import { removeDeadSessions } from "./features/sessions/service.ts";
import { removeOldCounts } from "./features/throttling/service.ts";
import { removeDeadTokens } from "./features/tokens/service.ts";
import { createFirstSuperuser } from "./features/users/service.ts";
import { buildSlots, removeOldHeartbeats } from "./features/wakatime/service.ts";

/**
 * Does the work of the schedule, and of every start, in steps: adds the default roles and permissions that were never there, makes
 * the first superuser if the settings name one, removes sessions, tokens, counts and keys that ended long ago, accounts that
 * were deleted ERASURE_AFTER_DAYS ago, and audit events and heartbeats whose time to be kept is over, builds the sums by which long reports are made, and seals with the current secret what
 * the previous one sealed. Doing it twice does nothing more. It warns of a database that stops no
 * statement.
 *
 * A step that fails is named in the log and keeps no other from being done.
 *
 * @throws the error of the first step that failed, once all were tried
 */
export async function maintain(settings: Settings, db: Database = createDatabase(settings)) {
  const scope = { settings, db };
  const failures: { step: string; error: unknown }[] = [];
  /** The result of `work`, or `otherwise` if it fails. */
  async function step<Result>(name: string, otherwise: Result, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      failures.push({ step: name, error });
      const fields = { step: name, cause: describeError(error) };
      log(settings, "error", "maintenance", "A step of the maintenance failed", fields);
      return otherwise;
    }
  }
  const problem = await step("statement_timeout", undefined, () => findTimeoutProblem(db));
  if (problem) log(settings, "warn", "maintenance", problem);
  const added = await step("defaults", { permissions: 0, roles: 0 }, () => seedDefaults(scope));
  const report = {
    permissions_added: added.permissions,
    roles_added: added.roles,
    sessions_removed: await step("sessions", 0, () => removeDeadSessions(scope)),
    tokens_removed: await step("tokens", 0, () => removeDeadTokens(scope)),
    one_time_tokens_removed: await step("one_time_tokens", 0, () => removeExpiredTokens(db)),
    emails_changed: await step("email_changes", 0, () => applyDueEmailChanges(scope)),
    email_changes_removed: await step("old_email_changes", 0, () => removeOldEmailChanges(scope)),
    counts_removed: await step("counts", 0, () => removeOldCounts(scope)),
    accounts_erased: await step("erasure", 0, () => eraseDueAccounts(scope)),
    factors_resealed: await step("factors", 0, () => resealFactors(scope)),
    slots_built: await step("slots", 0, () => buildSlots(scope)),
    heartbeats_removed: await step("heartbeats", 0, () => removeOldHeartbeats(scope)),
    audit_events_removed: await step("audit_events", 0, () => removeOldEvents(scope)),
    idempotency_keys_removed: await step("idempotency_keys", 0, () => removeOldKeys(db)),
    superuser_created: await step("superuser", false, () =>
      createFirstSuperuser(scope, () => superuserOf(settings)),
    ),
  };
  const [first] = failures;
  if (!first) {
    log(settings, "info", "maintenance", "Maintenance done", report);
    return report;
  }
  const failed = {
    failed_steps: failures.map(({ step }) => step).join(", "),
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
