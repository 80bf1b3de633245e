import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clientFor } from "../local/connect.ts";
import { openLocalDatabase } from "../local/local-database.ts";
import { CliError, print, printDone, printWarning, subdued } from "../output.ts";
import { compareFunctions, type Difference } from "./functions/differences.ts";
import { readFunctionFiles } from "./functions/files.ts";
import { stepsBetween } from "./functions/steps.ts";
import { MIGRATIONS_FOLDER, migrateUp, migrationTags } from "./migrations.ts";

const ROOT = join(import.meta.dirname, "../../..");
const JOURNAL = join(MIGRATIONS_FOLDER, "meta/_journal.json");

/**
 * Writes a migration `name` and its rollback: the changes of the tables, by drizzle-kit, and of the functions, which it compares with a
 * database in memory that has all migrations. With `isCustom` there may be no changes, for SQL written by hand. Throws CliError, and
 * writes nothing, if it can't read the tables or the functions.
 */
export async function createMigration(name: string, isCustom: boolean): Promise<void> {
  if (!/^[a-z0-9_-]+$/.test(name)) {
    throw new CliError(`Invalid migration name "${name}". Use only lowercase letters, digits, _ and -.`);
  }
  const journal = await readFile(JOURNAL, "utf8");
  const generated = await generate(name, isCustom);
  try {
    const differences = await readDifferences();
    if (generated === undefined && differences.length === 0) throw nothingChanged();
    const tag = generated ?? (await generate(name, true));
    if (tag === undefined) throw cannotGenerate("");
    await writeMigration(tag, differences, generated === undefined);
  } catch (error) {
    if (generated !== undefined) await removeGenerated(generated, journal);
    throw error;
  }
}

/** Compares the functions of the files with those of all migrations, including a new one for the tables. */
async function readDifferences(): Promise<Difference[]> {
  const files = await readFunctionFiles();
  const database = await openLocalDatabase({ dataDir: "memory" });
  try {
    const db = clientFor(database);
    await migrateUp(db);
    return await compareFunctions(db, files);
  } finally {
    await database.close();
  }
}

/** Adds `differences` to the files of the migration `tag`. `isComplete` is set if it changes only functions, so that its rollback is complete. */
async function writeMigration(tag: string, differences: Difference[], isComplete: boolean): Promise<void> {
  const path = (suffix: string) => join(MIGRATIONS_FOLDER, `${tag}${suffix}`);
  if (differences.length > 0) {
    const own = isComplete ? [] : [await readFile(path(".sql"), "utf8")];
    const { first, last } = stepsBetween(differences, "before", "after");
    await writeFile(path(".sql"), joinStatements([...first, ...own, ...last]));
  }
  const own = isComplete ? [] : [rollbackTemplate(tag)];
  const { first, last } = stepsBetween(differences, "after", "before");
  await writeFile(path(".down.sql"), joinStatements([...first, ...own, ...last]), { flag: "wx" });
  printDone(`migrations/${tag}.sql`);
  for (const difference of differences) report(difference);
  printDone(`migrations/${tag}.down.sql${isComplete ? "" : ": write the rollback into it"}`);
}

function report({ kind, id, before, after }: Difference): void {
  if (!after) printWarning(`drops the ${kind} ${id}: the previous release must work without it`);
  else print(subdued(`  ${before ? "replaces" : "adds"} the ${kind} ${id}`));
}

const joinStatements = (statements: string[]) =>
  `${statements.map((statement) => statement.trim()).join("\n--> statement-breakpoint\n")}\n`;

/** Removes the files that drizzle-kit wrote for the migration `tag`. */
async function removeGenerated(tag: string, journal: string): Promise<void> {
  const [number] = tag.split("_");
  await writeFile(JOURNAL, journal);
  await rm(join(MIGRATIONS_FOLDER, `${tag}.sql`));
  await rm(join(MIGRATIONS_FOLDER, `meta/${number}_snapshot.json`));
}

/**
 * Runs drizzle-kit, which compares the tables with the snapshot of the last migration, and writes the difference. Returns the tag of the
 * new migration; undefined if nothing differs.
 */
async function generate(name: string, isCustom: boolean): Promise<string | undefined> {
  const before = new Set(await migrationTags());
  const complaints = await runDrizzleKit(["generate", "--name", name, ...(isCustom ? ["--custom"] : [])]);
  const tag = (await migrationTags()).find((candidate) => !before.has(candidate));
  // Its exit code is 0 even if it can't read the tables.
  if (tag === undefined && complaints) throw cannotGenerate(complaints);
  return tag;
}

/** Runs drizzle-kit. Returns its warnings and errors. */
async function runDrizzleKit(args: string[]): Promise<string> {
  const drizzleKit = join(ROOT, "node_modules/drizzle-kit/bin.cjs");
  // It needs the terminal, to ask whether a column was renamed.
  const child = spawn(process.execPath, [drizzleKit, ...args], {
    cwd: ROOT,
    stdio: ["inherit", "inherit", "pipe"],
  });
  let complaints = "";
  child.stderr.on("data", (chunk) => (complaints += String(chunk)));
  const [code] = await once(child, "close");
  if (code !== 0) throw cannotGenerate(complaints);
  return complaints;
}

const nothingChanged = () =>
  new CliError(
    "The tables in src/database/tables and the functions in src/database/functions haven't changed. Add --custom to write your own SQL.",
  );

/** Returns an error with drizzle-kit's message, without its stack. */
function cannotGenerate(complaints: string): CliError {
  const [message = ""] = complaints.split(/\n\s+at /, 1);
  const reason = message.trim().replaceAll(/\s*\n\s*/g, " ");
  return new CliError(`drizzle-kit could not generate the migration${reason ? `: ${reason}` : "."}`, {
    cause: complaints,
  });
}

const rollbackTemplate = (tag: string) =>
  [
    `-- Rollback of ${tag}: undo the statements of ${tag}.sql in reverse order.`,
    "-- Separate statements with the same statement-breakpoint line as there.",
  ].join("\n");
