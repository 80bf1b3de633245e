import "./node-20.ts";
import "./threads.ts";
import { CliError, print, run } from "../cli/output.ts";
import { whenStopped } from "../cli/stop-signal.ts";
import { VERSION } from "../core/version.ts";
import { logToStandardOutput } from "./logs.ts";

const HELP = `Runs the service on your own server, with PostgreSQL 14 or newer. Settings come from the environment: see
docs/configuration.md and docs/self-hosting.md.

Usage: node dist/server.js [COMMAND]

  (none)                         serve requests until SIGTERM
  migrate [--runtime-role ROLE]  apply pending migrations, and let the server run as ROLE, which owns nothing
  create-super-user              create an account with all permissions
  grant                          grant a role to a user, or permissions to a role, or revoke them
  organize                       make an organization out of users and their projects
  signing-keys                   print new SIGNING_KEYS, or a step in their rotation
  COMMAND --help                 show the flags of a command
  --version                      print the version
  --help                         show this help`;

/** The commands, which are loaded only when they run. They get the arguments after their name. */
const COMMANDS: Record<string, (args: string[]) => Promise<void>> = {
  migrate: async (args) => (await import("./commands/migrate.ts")).migrate(args),
  "create-super-user": async (args) =>
    (await import("./commands/create-super-user.ts")).createSuperUser(args),
  grant: async (args) => (await import("./commands/grant.ts")).grant(args),
  organize: async (args) => (await import("./commands/organize.ts")).organize(args),
  "signing-keys": async (args) => (await import("./commands/signing-keys.ts")).signingKeys(args),
};

await run(async () => {
  const [name, ...rest] = process.argv.slice(2);
  if (name === undefined) return serveUntilStopped();
  if (name === "--help") return print(HELP);
  if (name === "--version") return print(VERSION);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new CliError(`Unknown command "${name}". Run node dist/server.js --help.`);
  await command(rest);
});

async function serveUntilStopped(): Promise<void> {
  const { readServerSettings } = await import("./settings.ts");
  const { serve } = await import("./serve.ts");
  const settings = await readServerSettings(process.env);
  // An error that keeps the server from starting goes to standard error again.
  const endLog = logToStandardOutput();
  const isComplete = await serve(settings, whenStopped()).finally(endLog);
  process.exit(isComplete ? 0 : 1);
}
