import { announce } from "./announcement.ts";
import { requireFreePort } from "./free-port.ts";
import { clientFor } from "./local/connect.ts";
import { type LocalDatabase, openLocalDatabase } from "./local/local-database.ts";
import { createSecret, readLocalSecret } from "./local-secret.ts";
import { type LogFiles, openLogFiles } from "./log-files.ts";
import { formatForPerson, readLogEntry } from "./log-printer.ts";
import { CliError, print, printDone, printError, run, subdued } from "./output.ts";
import { bindingsWith, requireUsableKeys, settingsWith } from "./settings.ts";
import { HELP, parseStartOptions, type StartOptions } from "./start-options.ts";
import { untilAborted, whenStopped } from "./stop-signal.ts";
import { prepareDatabase, requireUsableSuperuser } from "./upkeep.ts";
import { openWorkerHost } from "./worker.ts";

await run(async () => {
  const options = parseStartOptions();
  if (options) await serve(options, whenStopped());
  else print(HELP);
});

/** Starts everything, and ends it, however far it came, when `stopped` says so. */
async function serve(
  { port: wantedPort, dataDir, logDir, watch }: StartOptions,
  stopped: AbortSignal,
): Promise<void> {
  const startTime = performance.now();
  await requireUsableSettings();
  const port = await requireFreePort(wantedPort);
  const host = openWorkerHost();
  let database: LocalDatabase | undefined;
  let logFiles: LogFiles | undefined;
  try {
    database = await openLocalDatabase({ dataDir, databaseUrl: process.env.DATABASE_URL || undefined });
    printDone(database.description);
    const given = await settingsOn(database, dataDir);
    const isNew = await prepareDatabase(clientFor(database), settingsWith(given));
    if (stopped.aborted) return;
    logFiles = logDir === undefined ? undefined : openLogFiles(logDir);
    const started = host.start({
      bindings: bindingsWith(given),
      port,
      watch,
      onLog(log) {
        const entry = readLogEntry(log);
        print(formatForPerson(entry));
        logFiles?.write(entry);
      },
      onReload: () => printDone("loaded the changed source"),
      onProblem(reason) {
        for (const line of reason.split("\n")) printError(new CliError(line));
      },
    });
    const url = await Promise.race([started, untilAborted(stopped)]);
    if (url === undefined) return;
    announce({ url, database, dataDir, logDir, isNew, seconds: (performance.now() - startTime) / 1000 });
    await Promise.race([untilAborted(stopped), host.ended]);
    print(subdued("Stopping …"));
  } finally {
    for (const end of [host.stop, database?.close, logFiles?.close]) await end?.().catch(reportFailure);
  }
  print(subdued("Stopped."));
}

/** Before anything is started: a bad setting shall leave nothing behind. */
async function requireUsableSettings(): Promise<void> {
  await requireUsableKeys(
    settingsWith({
      AUTH_SECRET: process.env.AUTH_SECRET || createSecret(),
      DATABASE_URL: process.env.DATABASE_URL || "postgres://none",
      DATABASE_ENDPOINT: undefined,
    }),
  );
  requireUsableSuperuser();
}

async function settingsOn({ url, endpoint }: LocalDatabase, dataDir: string) {
  return {
    AUTH_SECRET: process.env.AUTH_SECRET || (await readLocalSecret(dataDir)),
    DATABASE_URL: url,
    DATABASE_ENDPOINT: endpoint,
  };
}

function reportFailure(error: unknown): void {
  printError(error);
  process.exitCode = 1;
}
