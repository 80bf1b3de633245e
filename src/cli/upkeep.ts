import type { Settings } from "../core/config.ts";
import type { Database } from "../database/client.ts";
import { findTimeoutProblem } from "../database/costly-reads.ts";
import { superuserExists } from "../features/identity/users/repository.ts";
import { maintain } from "../jobs/maintenance.ts";
import { accountInEnvironment, explainRefusal, parseAccount } from "./account.ts";
import { migrateUp, migrationStatus, migrationTags } from "./migrations/migrations.ts";
import { CliError, printDone, printWarning } from "./output.ts";

/** Runs the Worker's maintenance on `db`. Returns lines to print that describe the changes; an empty list if nothing changed. */
export async function doUpkeep(settings: Settings, db: Database): Promise<string[]> {
  if (!(await superuserExists(db))) requireUsableSuperuser();
  // Hides its log line, which is for machines.
  const report = await maintain({ ...settings, LOG_LEVEL: "error" }, db).catch(explainRefusal);
  const added = [count(report.permissions_added, "permission"), count(report.roles_added, "role")].filter(
    Boolean,
  );
  return [
    ...(added.length > 0 ? [`added ${added.join(" and ")}`] : []),
    ...(report.superuser_created ? [`created ${settings.SUPERUSER_USERNAME}, the first superuser`] : []),
    ...(report.sessions_removed > 0 ? [`removed ${count(report.sessions_removed, "ended session")}`] : []),
    ...(report.accounts_erased > 0 ? [`erased ${count(report.accounts_erased, "deleted account")}`] : []),
    ...(report.audit_events_removed > 0
      ? [`removed ${count(report.audit_events_removed, "old audit event")}`]
      : []),
  ];
}

/** Migrates the database, runs maintenance, and prints what changed. Returns true if the database was empty before. */
export async function prepareDatabase(db: Database, settings: Settings): Promise<boolean> {
  const applied = await migrateUp(db);
  const changes = await doUpkeep(settings, db);
  for (const change of [...applied.map((tag) => `applied ${tag}`), ...changes]) printDone(change);
  // Commands wait longer for the database than the Worker, whose timeout is checked here.
  const problem = await findTimeoutProblem(db, settings.DATABASE_TIMEOUT_MS);
  if (problem) printWarning(`${problem}.`);
  return applied.length === (await migrationTags()).length;
}

/** Throws CliError if the database lacks a migration of this version. */
export async function requireMigrated(db: Database): Promise<void> {
  const pending = (await migrationStatus(db)).filter(({ isApplied }) => !isApplied);
  if (pending.length === 0) return;
  throw new CliError(`The database lacks ${count(pending.length, "migration")}. Run npm run upgrade first.`);
}

/**
 * Checks the settings of the first superuser by the rules for new accounts. They matter only until a superuser exists, and
 * maintenance only logs that they are invalid. Throws a CliError that lists every problem.
 */
export function requireUsableSuperuser(): void {
  const account = accountInEnvironment();
  if (Object.values(account).every((value) => value === undefined)) return;
  try {
    parseAccount(account);
  } catch (cause) {
    throw new CliError(`Invalid SUPERUSER_… settings. ${(cause as Error).message}`, { cause });
  }
}

function count(number: number, noun: string): string {
  return number === 0 ? "" : `${number} ${noun}${number === 1 ? "" : "s"}`;
}
