import { requireDevelopment, seedDemo } from "../demo.ts";
import { parseDataDir, parseFlags } from "../flags.ts";
import { DATA_DIR, withDatabase } from "../local/connect.ts";
import { CliError, print, printDone, run } from "../output.ts";
import { readSettings } from "../settings.ts";
import { doUpkeep, requireMigrated } from "../upkeep.ts";

const USAGE = "npm run seed -- [--data DIR] [--demo [--anywhere]]";
const HELP = `Does once what the Worker does on its schedule: adds the default roles and permissions that were
never there, makes the superuser that SUPERUSER_EMAIL, SUPERUSER_USERNAME and SUPERUSER_PASSWORD name
if there is no superuser yet, and removes sessions that ended long ago.

Usage: ${USAGE}

  --demo             also makes three users who have worked for a year, once, and prints how to sign in
  --anywhere         also in a database on another machine; in production there is no demo
  --data DIR         where npm start keeps its data, if not in .data

It works on the database that DATABASE_URL names; else on that of a running npm start; else on the
one in .data.`;

await run(async () => {
  const { data, demo, anywhere, help } = parseFlags(
    {
      data: { type: "string", default: DATA_DIR },
      demo: { type: "boolean", default: false },
      anywhere: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
    USAGE,
  );
  if (help) return print(HELP);
  if (anywhere && !demo) throw new CliError(`--anywhere goes with --demo. Usage: ${USAGE}`);
  const dataDir = parseDataDir(data, USAGE);
  if (demo) requireDevelopment(process.env, anywhere);
  const settings = readSettings();
  await withDatabase(
    async (db, description) => {
      await requireMigrated(db);
      const upkeep = await doUpkeep(settings, db);
      const made = demo ? await seedDemo(settings, db) : { added: [], signIn: [] };
      const changes = [...upkeep, ...made.added];
      for (const change of changes) printDone(change);
      print(changes.length > 0 ? `Seeded: ${description}` : `Nothing to add: ${description}`);
      for (const account of made.signIn) print(`  sign in: ${account}`);
    },
    { dataDir },
  );
});
