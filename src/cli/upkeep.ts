import type { Settings } from "../core/config.ts";
import type { Database } from "../database/client.ts";
import { findTimeoutProblem } from "../database/costly-reads.ts";
import { superuserExists } from "../features/identity/users/repository.ts";
import { maintain } from "../jobs/maintenance.ts";
import { accountInEnvironment, explainRefusal, parseAccount } from "./account.ts";
import { migrateUp, migrationStatus, migrationTags } from "./migrations/migrations.ts";
import { CliError, printDone, printWarning } from "./output.ts";

/** Does what the Worker's schedule does, on `db`. Tells what changed, in lines for a person; nothing if nothing did. */
export async function doUpkeep(settings: Settings, db: Database): Promise<string[]> {
  if (!(await superuserExists(db))) requireUsableSuperuser();
  // Its own line of log is for machines.
  const report = await maintain({ ...settings, LOG_LEVEL: "error" }, db).catch(explainRefusal);
  const added = [count(report.permissions_added, "permission"), count(report.roles_added, "role")].filter(
    Boolean,
  );
  return [
    ...(added.length > 0 ? [`added ${added.join(" and ")}`] : []),
    ...(report.superuser_created ? [`made ${settings.SUPERUSER_USERNAME} the first superuser`] : []),
    ...(report.sessions_removed > 0 ? [`removed ${count(report.sessions_removed, "dead session")}`] : []),
    ...(report.accounts_erased > 0 ? [`erased ${count(report.accounts_erased, "deleted account")}`] : []),
    ...(report.audit_events_removed > 0
      ? [`removed ${count(report.audit_events_removed, "old audit event")}`]
      : []),
  ];
}

/** Brings the database to what the Worker expects, and prints what changed. True if there was nothing in it before. */
export async function prepareDatabase(db: Database, settings: Settings): Promise<boolean> {
  const applied = await migrateUp(db);
  const changes = await doUpkeep(settings, db);
  for (const change of [...applied.map((tag) => `applied ${tag}`), ...changes]) printDone(change);
  // The connection of commands waits longer than the Worker's does.
  const problem = await findTimeoutProblem(db, settings.DATABASE_TIMEOUT_MS);
  if (problem) printWarning(`${problem}.`);
  return applied.length === (await migrationTags()).length;
}

/** Throws CliError if the database is not what this version works with. */
export async function requireMigrated(db: Database): Promise<void> {
  const missing = (await migrationStatus(db)).filter(({ isApplied }) => !isApplied);
  if (missing.length === 0) return;
  throw new CliError(`The database lacks ${count(missing.length, "migration")}. Run npm run upgrade first.`);
}

/**
 * Checks the settings of the first superuser by the rules for new accounts, which matter only while there is no superuser:
 * maintenance only logs that they name no valid account. Throws CliError that says all that is wrong.
 */
export function requireUsableSuperuser(): void {
  const account = accountInEnvironment();
  if (Object.values(account).every((value) => value === undefined)) return;
  try {
    parseAccount(account);
  } catch (cause) {
    throw new CliError(`The settings SUPERUSER_… can't be used. ${(cause as Error).message}`, { cause });
  }
}

function count(number: number, noun: string): string {
  return number === 0 ? "" : `${number} ${noun}${number === 1 ? "" : "s"}`;
}
