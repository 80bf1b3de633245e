import { parseArgs } from "node:util";
import { createUsageError } from "../../cli/flags.ts";
import { migrateUp } from "../../cli/migrations/migrations.ts";
import { allowRuntimeRole } from "../../cli/migrations/runtime-role.ts";
import { CliError, print, printDone } from "../../cli/output.ts";
import { MIGRATIONS } from "../places.ts";
import { withOwner } from "../schema.ts";
import { readSettingFiles } from "../setting-files.ts";

const USAGE = "node dist/server.js migrate [--runtime-role ROLE]";

/**
 * Applies the pending migrations as the role of MIGRATION_DATABASE_URL, or of DATABASE_URL without that, and prints them.
 *
 * @throws CliError for unknown arguments, and if the database can't be reached or refuses a migration
 */
export async function migrate(args: string[]): Promise<void> {
  const runtimeRole = parseRole(args);
  const { environment, problems } = readSettingFiles(process.env);
  if (problems.length > 0) throw new CliError(`Invalid settings. ${problems.join("; ")}`);
  const url = environment.MIGRATION_DATABASE_URL || environment.DATABASE_URL;
  if (!url) throw new CliError("Set MIGRATION_DATABASE_URL to the URL of the role that owns the tables.");
  await withOwner(url, async (db) => {
    for (const tag of await migrateUp(db, MIGRATIONS)) printDone(`applied ${tag}`);
    if (runtimeRole !== undefined) {
      await allowRuntimeRole(db, runtimeRole);
      printDone(`the server can run as ${runtimeRole}`);
    }
    print("The database is up to date.");
  });
}

function parseRole(args: string[]): string | undefined {
  try {
    return parseArgs({ args, options: { "runtime-role": { type: "string" } } }).values["runtime-role"];
  } catch (cause) {
    throw createUsageError(cause, USAGE);
  }
}
