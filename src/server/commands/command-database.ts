import { CliError } from "../../cli/output.ts";
import type { Database } from "../../database/client.ts";
import { requireMigrated, withRole } from "../schema.ts";
import { type Environment, readSettingFiles } from "../setting-files.ts";

/** Last lines of the help of commands that use the database. */
export const DATABASE_HELP =
  "Uses the database in DATABASE_URL (or DATABASE_URL_FILE), which the server uses.";

/** Returns the variables of the process with the contents of the files that they name. @throws CliError for files that can't be read */
export function readEnvironment(): Environment {
  const { environment, problems } = readSettingFiles(process.env);
  if (problems.length > 0) throw new CliError(`Invalid settings. ${problems.join("; ")}`);
  return environment;
}

/**
 * Runs `work` on the database of DATABASE_URL, with its description.
 *
 * @throws CliError if the setting is missing, the database can't be reached or it lacks migrations
 */
export async function withServerDatabase<Result>(
  { DATABASE_URL: url }: Environment,
  work: (db: Database, description: string) => Promise<Result>,
): Promise<Result> {
  if (!url) throw new CliError("Set DATABASE_URL to the URL of the database of the server.");
  return withRole(url, async (db, description) => {
    await requireMigrated(db);
    return work(db, description);
  });
}
