import { HELP_FLAG, parseFlags, parseNewDataDir, parsePort } from "../flags.ts";
import { clientFor } from "../local/connect.ts";
import { DATA_DIR } from "../local/data-directory.ts";
import { openLocalDatabase } from "../local/local-database.ts";
import { CliError, print, printDone, run, strong, subdued } from "../output.ts";
import { readSettings } from "../settings.ts";
import { untilAborted, whenStopped } from "../stop-signal.ts";
import { prepareDatabase } from "../upkeep.ts";

const USAGE = "npm run db -- [--port N] [--data DIR|memory]";
/** Port and password in .dev.vars.example. */
const PORT = "5544";
const PASSWORD = "postgres";
const HELP = `Runs the local database without the API, for wrangler dev, and prints the values for .dev.vars. Press Ctrl-C to stop.

Usage: ${USAGE}

  --port N            port to listen on, 0 for any free port (default: ${PORT})
  --data DIR|memory   data directory, or memory to keep nothing (default: .data)
  --help              show this help`;

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
        "DATABASE_URL is at Neon, so no local database is needed. Copy it to .dev.vars unchanged.",
      );
    }
    await prepareDatabase(clientFor(database), settings);
    printDone(database.description);
    print();
    print(`For ${strong(".dev.vars")}:`);
    print(`DATABASE_URL=${database.url}`);
    print(`DATABASE_ENDPOINT=${database.endpoint}`);
    print();
    print(subdued("Press Ctrl-C to stop."));
    await untilAborted(stopped);
  } finally {
    await database.close();
  }
});
