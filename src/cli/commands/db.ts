import { HELP_FLAG, parseFlags, parseNewDataDir, parsePort } from "../flags.ts";
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
const HELP = `Runs the database alone, for wrangler dev, until Ctrl-C ends it, and prints what .dev.vars needs for it.

Usage: ${USAGE}

  --port N            where it listens, 0 for any free port; ${PORT}
  --data DIR|memory   where to keep the data, memory to keep nothing; .data
  --help              shows this`;

await run(async () => {
  const flags = {
    port: { type: "string", default: PORT },
    data: { type: "string", default: DATA_DIR },
    ...HELP_FLAG,
  } as const;
  const { port, data, help } = parseFlags(flags, USAGE);
  if (help) return print(HELP);
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
