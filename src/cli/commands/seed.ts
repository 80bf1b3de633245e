import { requireDevelopment, seedDemo } from "../demo.ts";
import { parseDataDir, parseFlags } from "../flags.ts";
import { withDatabase } from "../local/connect.ts";
import { DATA_DIR } from "../local/data-directory.ts";
import { CliError, print, printDone, run } from "../output.ts";
import { readSettings } from "../settings.ts";
import { doUpkeep, requireMigrated } from "../upkeep.ts";

const USAGE = "npm run seed -- [--data DIR] [--demo [--anywhere]]";
const HELP = `Runs the Worker's scheduled maintenance once: adds default roles and permissions that the database never
had, creates the superuser of SUPERUSER_EMAIL, SUPERUSER_USERNAME and SUPERUSER_PASSWORD if there is no
superuser, and removes sessions that ended long ago.

Usage: ${USAGE}

  --demo             also create three demo users with a year of time entries, a month of activity and an
                     organization, and print how to sign in
  --anywhere         allow --demo on a database on another machine; never in production
  --data DIR         data directory of npm start (default: .data)
  --help             show this help

Uses the database in DATABASE_URL, if set; otherwise that of a running npm start, or the one in the data directory.`;

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
  if (anywhere && !demo) throw new CliError(`--anywhere requires --demo. Usage: ${USAGE}`);
  const dataDir = parseDataDir(data, USAGE);
  if (demo) requireDevelopment(process.env, anywhere);
  const settings = readSettings();
  await withDatabase(
    async (db, description) => {
      await requireMigrated(db);
      const upkeep = await doUpkeep(settings, db);
      const demoData = demo ? await seedDemo(settings, db) : { added: [], signIn: [] };
      const changes = [...upkeep, ...demoData.added];
      for (const change of changes) printDone(change);
      print(changes.length > 0 ? `Seeded: ${description}` : `Nothing to add: ${description}`);
      for (const account of demoData.signIn) print(`  sign in: ${account}`);
    },
    { dataDir },
  );
});
