import { parseFlags, parseNewDataDir, parsePort } from "../flags.ts";
import { clientFor, DATA_DIR } from "../local/connect.ts";
import { openLocalDatabase } from "../local/local-database.ts";
import { CliError, print, printDone, run, strong, subdued } from "../output.ts";
import { readSettings } from "../settings.ts";
import { untilAborted, whenStopped } from "../stop-signal.ts";
import { prepareDatabase } from "../upkeep.ts";

const USAGE = "npm run db -- [--port N] [--data DIR|memory]";
/** As .dev.vars.example has them. */
const PORT = "5544";
const PASSWORD = "postgres";

await run(async () => {
  const flags = {
    port: { type: "string", default: PORT },
    data: { type: "string", default: DATA_DIR },
  } as const;
  const { port, data } = parseFlags(flags, USAGE);
  const dataDir = parseNewDataDir(data);
  const settings = readSettings();
  const stopped = whenStopped();
  const database = await openLocalDatabase({
    dataDir,
    databaseUrl: process.env.DATABASE_URL || undefined,
    port: parsePort(port, USAGE),
    password: PASSWORD,
  });
  try {
    if (database.endpoint === undefined) {
      throw new CliError(
        "DATABASE_URL is at Neon: put it into .dev.vars as it is, no local database is needed.",
      );
    }
    await prepareDatabase(clientFor(database), settings);
    printDone(database.description);
    print();
    print(`For ${strong(".dev.vars")}:`);
    print(`DATABASE_URL=${database.url}`);
    print(`DATABASE_ENDPOINT=${database.endpoint}`);
    print();
    print(subdued("Ctrl-C ends it."));
    await untilAborted(stopped);
  } finally {
    await database.close();
  }
});
