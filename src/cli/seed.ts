import { resolve } from "node:path";
import { parseFlags } from "./flags.ts";
import { DATA_DIR, withDatabase } from "./local/connect.ts";
import { print, printDone, run } from "./output.ts";
import { readSettings } from "./settings.ts";
import { doUpkeep, requireMigrated } from "./upkeep.ts";

const USAGE = "npm run seed -- [--data DIR]";
const HELP = `Does once what the Worker does on its schedule: adds the default roles and permissions that were
never there, makes the superuser that SUPERUSER_EMAIL, SUPERUSER_USERNAME and SUPERUSER_PASSWORD name
if there is no superuser yet, and removes sessions that ended long ago.

Usage: ${USAGE}

It works on the database that DATABASE_URL names; else on that of a running npm start; else on the
one in .data.`;

await run(async () => {
  const { data: dataDir, help } = parseFlags(
    { data: { type: "string", default: DATA_DIR }, help: { type: "boolean", default: false } },
    USAGE,
  );
  if (help) return print(HELP);
  const settings = readSettings();
  await withDatabase(
    async (db, description) => {
      await requireMigrated(db);
      const changes = await doUpkeep(settings, db);
      for (const change of changes) printDone(change);
      print(changes.length > 0 ? `Seeded: ${description}` : `Nothing to add: ${description}`);
    },
    { dataDir: resolve(dataDir) },
  );
});
