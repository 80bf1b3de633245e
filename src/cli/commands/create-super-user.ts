import { parseDataDir, parseFlags } from "../flags.ts";
import { requireDatabase, withDatabase } from "../local/connect.ts";
import { DATA_DIR } from "../local/data-directory.ts";
import { print, run } from "../output.ts";
import {
  createSuperuser,
  describeCreation,
  refusePassword,
  SUPERUSER_FLAGS,
  SUPERUSER_USAGE,
} from "../superuser.ts";
import { requireMigrated } from "../upkeep.ts";

const USAGE = `npm run create-super-user -- ${SUPERUSER_USAGE} [--data DIR]`;
const DATA_HELP = "  --data DIR         data directory of npm start (default: .data)\n";
const DATABASE_HELP =
  "Uses the database in DATABASE_URL, if set; otherwise that of a running npm start, or the one in the data directory.";

await run(async () => {
  refusePassword(process.argv.slice(2));
  const flags = parseFlags({ ...SUPERUSER_FLAGS, data: { type: "string", default: DATA_DIR } }, USAGE);
  if (flags.help) return print(describeCreation(USAGE, DATA_HELP, DATABASE_HELP));
  const dataDir = parseDataDir(flags.data, USAGE);
  await createSuperuser(flags, process.env, {
    require: () => requireDatabase(dataDir),
    use: (work) =>
      withDatabase(
        async (db, description) => {
          await requireMigrated(db);
          return work(db, description);
        },
        { dataDir },
      ),
  });
});
