import type { Settings } from "./core/config.ts";
import { describeError } from "./core/errors.ts";
import { log } from "./core/logger.ts";
import { createDatabase, type Database } from "./database/client.ts";
import { removeOldKeys } from "./database/idempotency.ts";
import { removeOldEvents } from "./features/audit/service.ts";
import { Register } from "./features/auth/schemas.ts";
import { resealFactors } from "./features/factors/service.ts";
import { seedDefaults } from "./features/roles/service.ts";
import { removeDeadSessions } from "./features/sessions/service.ts";
import { removeDeadTokens } from "./features/tokens/service.ts";
import { createFirstSuperuser } from "./features/users/service.ts";
import { buildSlots, removeOldHeartbeats } from "./features/wakatime/service.ts";

/**
 * What the schedule does, and every start: adds the default roles and permissions that were never there, makes the first
 * superuser if the settings name one, removes sessions and tokens that ended long ago, and audit events and heartbeats whose time
 * to be kept is over, builds the sums by which long reports are made, and seals with the current secret what the previous one sealed. Doing it twice does nothing more.
 */
export async function maintain(settings: Settings, db: Database = createDatabase(settings)) {
  const scope = { settings, db };
  const added = await seedDefaults(scope);
  const removed = await removeDeadSessions(scope);
  const tokensRemoved = await removeDeadTokens(scope);
  const superuser = superuserOf(settings);
  const report = {
    permissions_added: added.permissions,
    roles_added: added.roles,
    sessions_removed: removed,
    tokens_removed: tokensRemoved,
    factors_resealed: await resealFactors(scope),
    slots_built: await buildSlots(scope),
    heartbeats_removed: await removeOldHeartbeats(scope),
    audit_events_removed: await removeOldEvents(scope),
    idempotency_keys_removed: await removeOldKeys(db),
    superuser_created: superuser !== undefined && (await createFirstSuperuser(scope, superuser)),
  };
  log(settings, "info", "maintenance", "Maintenance done", report);
  return report;
}

/** The same for the schedule, where nobody but the log hears of a failure. */
export async function maintainOnSchedule(settings: Settings): Promise<void> {
  try {
    await maintain(settings);
  } catch (error) {
    log(settings, "error", "maintenance", "Maintenance failed", { cause: describeError(error) });
    throw error;
  }
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
