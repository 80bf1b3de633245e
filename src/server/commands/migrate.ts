import { HELP_FLAG, parseFlags } from "../../cli/flags.ts";
import { migrateUp } from "../../cli/migrations/migrations.ts";
import { allowRuntimeRole } from "../../cli/migrations/runtime-role.ts";
import { CliError, print, printDone } from "../../cli/output.ts";
import { MIGRATIONS } from "../places.ts";
import { withRole } from "../schema.ts";
import { readEnvironment } from "./command-database.ts";

const USAGE = "node dist/server.js migrate [--runtime-role ROLE]";
const HELP = `Applies the pending migrations, as the role of MIGRATION_DATABASE_URL (or MIGRATION_DATABASE_URL_FILE), which owns the tables.

Usage: ${USAGE}

  --runtime-role ROLE  let the server run as ROLE, which owns nothing
  --help               show this help`;

const FLAGS = { "runtime-role": { type: "string" }, ...HELP_FLAG } as const;

/**
 * Applies the pending migrations as the role of MIGRATION_DATABASE_URL, or of DATABASE_URL without that, and prints them.
 *
 * @throws CliError for unknown arguments, and if the database can't be reached or refuses a migration
 */
export async function migrate(args: string[]): Promise<void> {
  const { "runtime-role": runtimeRole, help } = parseFlags(FLAGS, USAGE, args);
  if (help) return print(HELP);
  const environment = readEnvironment();
  const url = environment.MIGRATION_DATABASE_URL || environment.DATABASE_URL;
  if (!url) throw new CliError("Set MIGRATION_DATABASE_URL to the URL of the role that owns the tables.");
  await withRole(url, async (db) => {
    for (const tag of await migrateUp(db, MIGRATIONS)) printDone(`applied ${tag}`);
    if (runtimeRole !== undefined) {
      await allowRuntimeRole(db, runtimeRole);
      printDone(`the server can run as ${runtimeRole}`);
    }
    print("The database is up to date.");
  });
}
