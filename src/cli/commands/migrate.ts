import { parseArgs } from "node:util";
import type { Database } from "../../database/client.ts";
import { HELP_FLAG, refuseArguments } from "../flags.ts";
import { withDatabase } from "../local/connect.ts";
import { migrateDown, migrateUp, migrationStatus } from "../migrations/migrations.ts";
import { createMigration } from "../migrations/new-migration.ts";
import { allowRuntimeRole } from "../migrations/runtime-role.ts";
import { CliError, print, printDone, printWarning, run, subdued } from "../output.ts";

const USAGE =
  "node src/cli/commands/migrate.ts up [--runtime-role ROLE] | down [N] | status | create NAME [--custom]";
const HELP = `Changes the tables of the database that DATABASE_URL names; else of that of a running npm start; else of the one in .data.

Usage: ${USAGE}

  npm run upgrade                           applies the migrations that the database lacks
  npm run upgrade -- --runtime-role ROLE    and lets the Worker run as a role that owns nothing
  npm run downgrade                         takes the last migration back
  npm run downgrade -- N                    takes the last N back
  npm run migrate -- NAME                   writes the migration that src/database asks for
  npm run migrate -- NAME --custom          writes an empty one
  --help                                    shows this`;
/** How many pairs of names an upgrade warns of, of each kind of likeness. */
const ALIKE_SHOWN = 20;

await run(async () => {
  const { positionals, values } = parseArguments();
  if (values.help) return print(HELP);
  const [command, argument] = positionals;
  requireFlagsOf(command, values);
  if (positionals.length > 2) throw new CliError(`Usage: ${USAGE}`);
  if (command === "up" && argument === undefined) return up(values["runtime-role"]);
  if (command === "down") return down(argument);
  if (command === "status" && argument === undefined) return status();
  if (command === "create" && argument !== undefined) return createMigration(argument, values.custom);
  throw new CliError(`Usage: ${USAGE}`);
});

function parseArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        custom: { type: "boolean", default: false },
        "runtime-role": { type: "string" },
        ...HELP_FLAG,
      },
    });
  } catch (cause) {
    throw refuseArguments(cause, USAGE);
  }
}

/** Throws CliError for a flag that `command` would ignore, or that names nothing. */
function requireFlagsOf(
  command: string | undefined,
  values: ReturnType<typeof parseArguments>["values"],
): void {
  const role = values["runtime-role"];
  if (role === "")
    throw new CliError(`--runtime-role is empty: name the role of the Worker. Usage: ${USAGE}`);
  if (role !== undefined && command !== "up")
    throw new CliError(`--runtime-role goes with up. Usage: ${USAGE}`);
  if (values.custom && command !== "create") throw new CliError(`--custom goes with create. Usage: ${USAGE}`);
}

async function up(runtimeRole: string | undefined): Promise<void> {
  warnOfPool(process.env.DATABASE_URL);
  const migrate = async (db: Database, description: string) => {
    const applied = await migrateUp(db);
    for (const tag of applied) printDone(`applied ${tag}`);
    if (applied.length > 0) {
      await warnOfAlikeUsernames(db);
      await warnOfTwins(db);
    }
    if (runtimeRole !== undefined) {
      await allowRuntimeRole(db, runtimeRole);
      printDone(`the Worker may run as ${runtimeRole}`);
    }
    print(`Up to date: ${description}`);
    const changed = (await migrationStatus(db)).filter(({ hasChanged }) => hasChanged);
    for (const { tag } of changed) printWarning(`${tag}.sql is not what this database was given`);
  };
  await withDatabase(migrate, { mayCreate: true });
}

/** Behind a pool of transactions, locks and settings of a session are not one's own. */
function warnOfPool(databaseUrl = ""): void {
  const [, host = ""] = /@([^/?]+)/.exec(databaseUrl) ?? [];
  if (!/-pooler\./.test(host)) return;
  printWarning(`DATABASE_URL names a pool (${host}): use the direct connection string, without -pooler.`);
}

/** Names from before usernames were kept apart stay valid; an operator should know of those that look alike. */
async function warnOfAlikeUsernames(db: Database): Promise<void> {
  // Only here: `create` must be able to say what is wrong with a file of the tables, which this reads.
  const { listAlikeUsernames } = await import("../../features/identity/users/repository.ts");
  const pairs = await listAlikeUsernames(db, ALIKE_SHOWN + 1);
  for (const { first, other } of pairs.slice(0, ALIKE_SHOWN)) {
    printWarning(
      `The username ${JSON.stringify(other)} looks like ${JSON.stringify(first)}: change one of them.`,
    );
  }
  if (pairs.length > ALIKE_SHOWN) printWarning(`More than ${ALIKE_SHOWN} usernames look like others.`);
}

/** The same of names that differ only in case: only the older one is kept apart from new names. */
async function warnOfTwins(db: Database): Promise<void> {
  const { listTwins } = await import("../../database/named.ts");
  const twins = await listTwins(db, ALIKE_SHOWN + 1);
  for (const { kind, name, older } of twins.slice(0, ALIKE_SHOWN)) {
    printWarning(
      `The name ${JSON.stringify(name)} of a ${kind} differs from ${JSON.stringify(older)} only in case: change one of them.`,
    );
  }
  if (twins.length > ALIKE_SHOWN)
    printWarning(`More than ${ALIKE_SHOWN} names differ from others only in case.`);
}

async function down(count: string = "1"): Promise<void> {
  const steps = /^\d{1,4}$/.test(count) ? Number(count) : 0;
  if (steps < 1) throw new CliError(`How many migrations is "${count}"? Give 1 or more.`);
  await withDatabase(async (db, description) => {
    const tags = await migrateDown(db, steps);
    for (const tag of tags) printDone(`took back ${tag}`);
    if (tags.length < steps) print(`No migration is left: ${description}`);
  });
}

async function status(): Promise<void> {
  await withDatabase(async (db, description) => {
    print(subdued(description));
    for (const { tag, isApplied, hasChanged } of await migrationStatus(db)) {
      print(
        `${isApplied ? "applied" : "missing"}  ${tag}${hasChanged ? "  (the file has changed since)" : ""}`,
      );
    }
  });
}
