import "./node-20.ts";
import { CliError, print, run } from "../cli/output.ts";
import { whenStopped } from "../cli/stop-signal.ts";
import { VERSION } from "../core/version.ts";
import { migrate } from "./commands/migrate.ts";
import { logToStandardOutput } from "./logs.ts";
import { serve } from "./serve.ts";
import { readServerSettings } from "./settings.ts";

const HELP = `Runs the service on your own server, with PostgreSQL 14 or newer. Settings come from the environment: see
docs/configuration.md and docs/self-hosting.md.

Usage: node dist/server.js [COMMAND]

  (none)                         serve requests until SIGTERM
  migrate [--runtime-role ROLE]  apply pending migrations, and let the server run as ROLE, which owns nothing
  --version                      print the version
  --help                         show this help`;

await run(async () => {
  const [command, ...rest] = process.argv.slice(2);
  if (command === "--help") return print(HELP);
  if (command === "--version") return print(VERSION);
  if (command === "migrate") return migrate(rest);
  if (command !== undefined)
    throw new CliError(`Unknown command "${command}". Run node dist/server.js --help.`);
  const settings = await readServerSettings(process.env);
  // An error that keeps the server from starting goes to standard error again.
  const endLog = logToStandardOutput();
  const isComplete = await serve(settings, whenStopped()).finally(endLog);
  process.exit(isComplete ? 0 : 1);
});
