import { parseFlagsOnce } from "../../cli/flags.ts";
import { applyGrant, describeGrant, GRANT_FLAGS, GRANT_USAGE, readGrant } from "../../cli/grant.ts";
import { print } from "../../cli/output.ts";
import { DATABASE_HELP, readEnvironment, withServerDatabase } from "./command-database.ts";

const USAGE = `node dist/server.js grant ${GRANT_USAGE}`;

/** Grants a role to a user, or permissions to a role, or revokes them. @throws CliError if the change is refused */
export async function grant(args: string[]): Promise<void> {
  const flags = parseFlagsOnce(GRANT_FLAGS, USAGE, args);
  if (flags.help) return print(describeGrant(USAGE, "", DATABASE_HELP));
  const change = readGrant(flags, USAGE);
  await withServerDatabase(readEnvironment(), (db, description) => applyGrant(db, change, description));
}
