import { parseArgs } from "node:util";
import type { Database } from "../../database/client.ts";
import { createUsageError, HELP_FLAG } from "../flags.ts";
import { withDatabase } from "../local/connect.ts";
import { migrateDown, migrateUp, migrationStatus } from "../migrations/migrations.ts";
import { createMigration } from "../migrations/new-migration.ts";
import { allowRuntimeRole } from "../migrations/runtime-role.ts";
import { CliError, print, printDone, printWarning, run, subdued } from "../output.ts";

const USAGE =
  "node src/cli/run.mjs migrate up [--runtime-role ROLE] | down [N] | status | create NAME [--custom]";
const HELP = `Applies, rolls back, lists or writes migrations, on the database in DATABASE_URL, if set; otherwise on that of a running
npm start, or the one in .data.

Usage: ${USAGE}

  npm run upgrade                           apply pending migrations
  npm run upgrade -- --runtime-role ROLE    also let the Worker run as ROLE, which owns nothing
  npm run downgrade                         roll back the last migration
  npm run downgrade -- N                    roll back the last N migrations
  npm run migrate -- NAME                   write a migration with the changes in src/database
  npm run migrate -- NAME --custom          write an empty migration
  --help                                    show this help`;
/** Largest number of similar names that an upgrade lists, for each kind of similarity. */
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
    throw createUsageError(cause, USAGE);
  }
}

/** Throws CliError for an empty --runtime-role, and for a flag that `command` would ignore. */
function requireFlagsOf(
  command: string | undefined,
  values: ReturnType<typeof parseArguments>["values"],
): void {
  const role = values["runtime-role"];
  if (role === "")
    throw new CliError(`--runtime-role is empty. Give it the name of the Worker's role. Usage: ${USAGE}`);
  if (role !== undefined && command !== "up")
    throw new CliError(`--runtime-role works only with up. Usage: ${USAGE}`);
  if (values.custom && command !== "create")
    throw new CliError(`--custom works only with create. Usage: ${USAGE}`);
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
      printDone(`the Worker can run as ${runtimeRole}`);
    }
    print(`Up to date: ${description}`);
    const changed = (await migrationStatus(db)).filter(({ hasChanged }) => hasChanged);
    for (const { tag } of changed) printWarning(`${tag}.sql has changed since this database applied it`);
  };
  await withDatabase(migrate, { mayCreate: true });
}

/** Warns of a connection pool: its sessions are shared, so their locks and settings are, too. */
function warnOfPool(databaseUrl = ""): void {
  const [, host = ""] = /@([^/?]+)/.exec(databaseUrl) ?? [];
  if (!/-pooler\./.test(host)) return;
  printWarning(
    `DATABASE_URL is a connection pool (${host}). Use the direct connection string, without -pooler.`,
  );
}

/** Warns of usernames that look alike: those from before such names were rejected stay valid. */
async function warnOfAlikeUsernames(db: Database): Promise<void> {
  // Imported here, since it reads the files of the tables: `create` must be able to report an error in them.
  const { listAlikeUsernames } = await import("../../features/identity/users/repository.ts");
  const pairs = await listAlikeUsernames(db, ALIKE_SHOWN + 1);
  for (const { first, other } of pairs.slice(0, ALIKE_SHOWN)) {
    printWarning(
      `The username ${JSON.stringify(other)} looks like ${JSON.stringify(first)}. Change one of them.`,
    );
  }
  if (pairs.length > ALIKE_SHOWN) printWarning(`More than ${ALIKE_SHOWN} usernames look like others.`);
}

/** Warns of names that differ only in case: only the older one is compared with new names. */
async function warnOfTwins(db: Database): Promise<void> {
  const { listTwins } = await import("../../database/named.ts");
  const twins = await listTwins(db, ALIKE_SHOWN + 1);
  for (const { kind, name, older } of twins.slice(0, ALIKE_SHOWN)) {
    printWarning(
      `The name ${JSON.stringify(name)} of a ${kind} differs from ${JSON.stringify(older)} only in case. Change one of them.`,
    );
  }
  if (twins.length > ALIKE_SHOWN)
    printWarning(`More than ${ALIKE_SHOWN} names differ from others only in case.`);
}

async function down(count: string = "1"): Promise<void> {
  const steps = /^\d{1,4}$/.test(count) ? Number(count) : 0;
  if (steps < 1) throw new CliError(`Invalid number of migrations "${count}". Use a number from 1 to 9999.`);
  await withDatabase(async (db, description) => {
    const tags = await migrateDown(db, steps);
    for (const tag of tags) printDone(`rolled back ${tag}`);
    if (tags.length < steps) print(`No migrations left: ${description}`);
  });
}

async function status(): Promise<void> {
  await withDatabase(async (db, description) => {
    print(subdued(description));
    for (const { tag, isApplied, hasChanged } of await migrationStatus(db)) {
      print(
        `${isApplied ? "applied" : "pending"}  ${tag}${hasChanged ? "  (the file has changed since)" : ""}`,
      );
    }
  });
}
