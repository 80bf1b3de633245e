import { parseFlagsOnce } from "../../cli/flags.ts";
import { applyPlan, describeOrganize, ORGANIZE_FLAGS, ORGANIZE_USAGE, readPlan } from "../../cli/organize.ts";
import { print } from "../../cli/output.ts";
import { DATABASE_HELP, readEnvironment, withServerDatabase } from "./command-database.ts";

const USAGE = `node dist/server.js organize ${ORGANIZE_USAGE}`;

/** Makes an organization out of users and their personal projects. @throws CliError if the plan is refused */
export async function organize(args: string[]): Promise<void> {
  const flags = parseFlagsOnce(ORGANIZE_FLAGS, USAGE, args);
  if (flags.help) return print(describeOrganize(USAGE, "", DATABASE_HELP));
  const plan = readPlan(flags, USAGE);
  await withServerDatabase(readEnvironment(), (db, description) => applyPlan(db, plan, description));
}
