import { existsSync } from "node:fs";
import { join } from "node:path";
import { announce, shortPath } from "../announcement.ts";
import { cacheFolder } from "../local/build/cache-folder.mjs";
import { requireBuildDirectories, requireWranglerDirectory } from "../local/build-directory.ts";
import { clientFor } from "../local/connect.ts";
import { requireFreePort } from "../local/free-port.ts";
import { addressUrl, knownHosts, listenAddresses, localUrl, networkUrls } from "../local/known-hosts.ts";
import { type LocalDatabase, openLocalDatabase } from "../local/local-database.ts";
import { createSecret, readLocalSecret } from "../local/local-secret.ts";
import { type Mailbox, openMailbox } from "../local/mailbox.ts";
import { openWebDevelopment, type WebDevelopment } from "../local/web-development.ts";
import { openWebUi, requireWebUi, type WebUi } from "../local/web-ui.ts";
import { openWorkerHost } from "../local/worker.ts";
import { openWorkerdHost } from "../local/workerd/host.ts";
import { type LogFiles, openLogFiles } from "../logs/log-files.ts";
import { formatForPerson, type LogEntry, readLogEntry } from "../logs/log-printer.ts";
import { CliError, print, printDone, printError, run, subdued } from "../output.ts";
import { bindingsWith, requireUsableKeys, settingsWith } from "../settings.ts";
import { HELP, parseStartOptions, type StartOptions } from "../start-options.ts";
import { untilAborted, whenStopped } from "../stop-signal.ts";
import { prepareDatabase, requireUsableSuperuser } from "../upkeep.ts";

await run(async () => {
  const options = parseStartOptions();
  if (!options) return print(HELP);
  const cache = process.env.BUILD_CACHE ?? cacheFolder();
  await serve(options, whenStopped(), cache);
});

/** Starts the whole system, and stops all that has started when `stopped` aborts. Builds of the Worker are kept in `cache`. */
async function serve(
  { port: wantedPort, host: address, dataDir, logDir, watch, webUi: wantedUi }: StartOptions,
  stopped: AbortSignal,
  cache: string,
): Promise<void> {
  const startTime = performance.now();
  await requireUsableSettings(dataDir);
  const uiRoot = wantedUi && (await requireWebUi(wantedUi.directory));
  const addresses = watch ? [address] : listenAddresses(address);
  const port = await requireFreePort(wantedPort, addresses, "--port");
  const uiPort = wantedUi && (await requireFreePort(wantedUi.port, [address], "--aw-webui-port"));
  if (watch) await requireWranglerDirectory();
  await requireBuildDirectories(cache);
  const host = watch ? openWorkerHost() : openWorkerdHost(cache);
  let database: LocalDatabase | undefined;
  let mailbox: Mailbox | undefined;
  let logFiles: LogFiles | undefined;
  let webUi: WebUi | undefined;
  let webDevelopment: WebDevelopment | undefined;
  const log = (entry: LogEntry) => {
    print(formatForPerson(entry));
    logFiles?.write(entry);
  };
  try {
    database = await openLocalDatabase({ dataDir, databaseUrl: process.env.DATABASE_URL || undefined });
    printDone(database.description);
    mailbox = process.env.MAIL_API_URL ? undefined : await openMailboxIn(dataDir, log);
    const overrides = {
      ...(await settingsOn(database, dataDir)),
      ...mailbox?.settings,
      ALLOWED_HOSTS: knownHosts(address, process.env.ALLOWED_HOSTS),
    };
    const isNew = await prepareDatabase(clientFor(database), settingsWith(overrides));
    if (stopped.aborted) return;
    logFiles = logDir === undefined ? undefined : openLogFiles(logDir);
    const started = host.start({
      bindings: bindingsWith(overrides),
      addresses,
      port,
      onLog: (line) => log(readLogEntry(line)),
      onNotice: (text) => print(subdued(text)),
      onReload: () => printDone("reloaded the changed source"),
      onProblem(reason) {
        for (const line of reason.split("\n")) printError(new CliError(line));
      },
    });
    await Promise.race([started, untilAborted(stopped)]);
    if (stopped.aborted) return;
    const url = localUrl(addresses, port);
    if (uiRoot !== undefined && uiPort !== undefined)
      webUi = await openWebUi({
        root: uiRoot,
        address,
        port: uiPort,
        apiUrl: url,
        url: addressUrl(address, uiPort),
        hosts: overrides.ALLOWED_HOSTS,
      });
    if (watch) webDevelopment = await openWebDevelopment({ address, port: port + 1, apiUrl: url });
    const seconds = (performance.now() - startTime) / 1000;
    announce({
      url,
      networkUrls: networkUrls(address, port),
      webUi: webUi?.tokenUrl,
      webDevelopment: webDevelopment?.url,
      database,
      dataDir,
      mailDir: mailbox?.directory,
      logDir,
      isNew,
      seconds,
    });
    await Promise.race([untilAborted(stopped), host.ended]);
    print(subdued("Stopping …"));
  } finally {
    for (const end of [
      webDevelopment?.close,
      webUi?.close,
      host.stop,
      mailbox?.close,
      database?.close,
      logFiles?.close,
    ])
      await end?.().catch(reportFailure);
  }
  print(subdued("Stopped."));
}

/** Throws CliError for invalid settings, before anything is started, so that they leave nothing behind. */
async function requireUsableSettings(dataDir: string): Promise<void> {
  if (process.env.ENVIRONMENT === "production")
    throw new CliError(
      "npm start is for development and refuses ENVIRONMENT=production. Run node dist/server.js instead, or unset ENVIRONMENT.",
    );
  await requireUsableKeys(
    settingsWith({
      AUTH_SECRET: process.env.AUTH_SECRET || createSecret(),
      DATABASE_URL: process.env.DATABASE_URL || "postgres://none",
      DATABASE_ENDPOINT: undefined,
    }),
  );
  // Another database may have a superuser already: maintenance checks that.
  const isNew = !process.env.DATABASE_URL && (dataDir === "memory" || !existsSync(dataDir));
  if (isNew) requireUsableSuperuser();
}

/**
 * Returns the settings of a Worker on a database. The secret of this machine excludes AUTH_SECRET_PREVIOUS: otherwise the maintenance would
 * seal the secrets of authenticator apps again with a secret that no other Worker on that database has.
 */
async function settingsOn({ url, endpoint }: LocalDatabase, dataDir: string) {
  const { AUTH_SECRET, AUTH_SECRET_PREVIOUS } = process.env;
  return {
    AUTH_SECRET: AUTH_SECRET || (await readLocalSecret(dataDir)),
    AUTH_SECRET_PREVIOUS: AUTH_SECRET ? AUTH_SECRET_PREVIOUS : undefined,
    DATABASE_URL: url,
    DATABASE_ENDPOINT: endpoint,
  };
}

/** Opens the mailbox that replaces a mail provider: in the data directory, or temporary if nothing is kept. */
async function openMailboxIn(dataDir: string, log: (entry: LogEntry) => void) {
  const mailbox = await openMailbox({
    directory: dataDir === "memory" ? undefined : join(dataDir, "mail"),
    onMail: ({ file, subject }) =>
      log({
        timestamp: new Date().toISOString(),
        level: "info",
        module: "mail",
        message: `${subject}: ${shortPath(file)}`,
        fields: {},
      }),
  });
  return {
    ...mailbox,
    settings: { ...mailbox.settings, MAIL_FROM: process.env.MAIL_FROM || "no-reply@localhost" },
  };
}

function reportFailure(error: unknown): void {
  printError(error);
  process.exitCode = 1;
}
