import type { Settings } from "../core/config.ts";
import type { Database } from "../database/client.ts";
import { maintain } from "../maintenance.ts";
import { accountInEnvironment, explainRefusal, parseAccount } from "./account.ts";

/** Does what the Worker's schedule does, on `db`. Tells what changed, in lines for a person; nothing if nothing did. */
export async function doUpkeep(settings: Settings, db: Database): Promise<string[]> {
  requireUsableSuperuser();
  // Its own line of log is for machines.
  const report = await maintain({ ...settings, LOG_LEVEL: "error" }, db).catch(explainRefusal);
  const added = [count(report.permissions_added, "permission"), count(report.roles_added, "role")].filter(
    Boolean,
  );
  return [
    ...(added.length > 0 ? [`added ${added.join(" and ")}`] : []),
    ...(report.superuser_created ? [`made ${settings.SUPERUSER_USERNAME} the first superuser`] : []),
    ...(report.sessions_removed > 0 ? [`removed ${count(report.sessions_removed, "dead session")}`] : []),
  ];
}

/** Maintenance skips a superuser that can't be one; whoever set the variables should hear of it. */
export function requireUsableSuperuser(): void {
  const account = accountInEnvironment();
  if (Object.values(account).some((value) => value !== undefined)) parseAccount(account);
}

function count(number: number, noun: string): string {
  return number === 0 ? "" : `${number} ${noun}${number === 1 ? "" : "s"}`;
}
