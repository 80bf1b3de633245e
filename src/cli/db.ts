import { parseArgs } from "node:util";
import type { Database } from "../database/client.ts";
import { clientFor, DATA_DIR } from "./local/connect.ts";
import { openLocalDatabase } from "./local/local-database.ts";
import { migrateUp } from "./migrations.ts";
import { CliError, print, printDone, run, strong, subdued } from "./output.ts";

const USAGE = "npm run db -- [--port N] [--data DIR|memory]";
/** As .dev.vars.example has them. */
const PORT = 5544;
const PASSWORD = "postgres";

await run(async () => {
  const stopped = untilStopped();
  const { port, dataDir } = parseArguments();
  const databaseUrl = process.env.DATABASE_URL || undefined;
  const database = await openLocalDatabase({ dataDir, databaseUrl, port, password: PASSWORD });
  try {
    if (database.endpoint === undefined) {
      throw new CliError(
        "DATABASE_URL is at Neon: put it into .dev.vars as it is, no local database is needed.",
      );
    }
    await prepare(clientFor(database));
    printDone(database.description);
    print();
    print(`For ${strong(".dev.vars")}:`);
    print(`DATABASE_URL=${database.url}`);
    print(`DATABASE_ENDPOINT=${database.endpoint}`);
    print();
    print(subdued("Ctrl-C ends it."));
    await stopped;
  } finally {
    await database.close();
  }
});

/** Brings the database to what the Worker expects. */
async function prepare(db: Database): Promise<void> {
  for (const tag of await migrateUp(db)) printDone(`applied ${tag}`);
}

function parseArguments(): { port: number; dataDir: string } {
  const { port, data } = parseFlags();
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new CliError(`"${port}" is no port. Usage: ${USAGE}`);
  return { port: Number(port), dataDir: data };
}

function parseFlags() {
  try {
    const options = {
      port: { type: "string", default: `${PORT}` },
      data: { type: "string", default: DATA_DIR },
    } as const;
    return parseArgs({ options }).values;
  } catch (cause) {
    throw new CliError(`${(cause as Error).message} Usage: ${USAGE}`, { cause });
  }
}

/**
 * Resolves when a person or a supervisor asks the process to end, which it doesn't do by itself from then on.
 * Asked again later, it ends at once; npm passes on a Ctrl-C that came by itself already, and that doesn't
 * count.
 */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt = Number.POSITIVE_INFINITY;
    const stop = () => {
      if (performance.now() - firstAt > 1000) process.exit(1);
      firstAt = Math.min(firstAt, performance.now());
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  });
}
