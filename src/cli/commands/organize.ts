import { parseDataDir, parseFlagsOnce } from "../flags.ts";
import { withDatabase } from "../local/connect.ts";
import { DATA_DIR } from "../local/data-directory.ts";
import { applyPlan, describeOrganize, ORGANIZE_FLAGS, ORGANIZE_USAGE, readPlan } from "../organize.ts";
import { print, run } from "../output.ts";
import { requireMigrated } from "../upkeep.ts";

const USAGE = `npm run organize -- ${ORGANIZE_USAGE} [--data DIR]`;
const DATA_HELP = "  --data DIR         data directory of npm start (default: .data)\n";
const DATABASE_HELP =
  "Uses the database in DATABASE_URL, if set; otherwise that of a running npm start, or the one in the data directory.";

await run(async () => {
  const flags = parseFlagsOnce({ ...ORGANIZE_FLAGS, data: { type: "string", default: DATA_DIR } }, USAGE);
  if (flags.help) return print(describeOrganize(USAGE, DATA_HELP, DATABASE_HELP));
  const plan = readPlan(flags, USAGE);
  const dataDir = parseDataDir(flags.data, USAGE);
  await withDatabase(
    async (db, description) => {
      await requireMigrated(db);
      await applyPlan(db, plan, description);
    },
    { dataDir },
  );
});
