import { parseFlags } from "../../cli/flags.ts";
import { print } from "../../cli/output.ts";
import {
  createSuperuser,
  describeCreation,
  refusePassword,
  SUPERUSER_FLAGS,
  SUPERUSER_USAGE,
} from "../../cli/superuser.ts";
import { DATABASE_HELP, readEnvironment, withServerDatabase } from "./command-database.ts";

const USAGE = `node dist/server.js create-super-user ${SUPERUSER_USAGE}`;

/** Creates a superuser, and asks on a terminal for values that are not given. @throws CliError if it can't be created */
export async function createSuperUser(args: string[]): Promise<void> {
  refusePassword(args);
  const flags = parseFlags(SUPERUSER_FLAGS, USAGE, args);
  if (flags.help) return print(describeCreation(USAGE, "", DATABASE_HELP));
  const environment = readEnvironment();
  await createSuperuser(flags, environment, {
    require: () => withServerDatabase(environment, async () => {}),
    use: (work) => withServerDatabase(environment, work),
  });
}
