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
 * Writes a migration `name` and its way down: changes of the tables by drizzle-kit, then changes of the functions, for which it
 * applies all migrations to a database in memory. With `isCustom` there may be neither, for SQL of one's own. Throws CliError, and
 * writes nothing, where it can't read the tables or the functions.
 */
export async function createMigration(name: string, isCustom: boolean): Promise<void> {
  if (!/^[a-z0-9_-]+$/.test(name)) {
    throw new CliError(`"${name}" can't name a migration: use lowercase letters, digits, _ and - only.`);
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
    if (generated !== undefined) await takeBack(generated, journal);
    throw error;
  }
}

/** Compares the functions of the files with those that all migrations make, a new one for the tables included. */
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

/** Adds `differences` to the files of the migration `tag`. One of functions alone is complete; else the way down is to be written. */
async function writeMigration(tag: string, differences: Difference[], isComplete: boolean): Promise<void> {
  const path = (suffix: string) => join(MIGRATIONS_FOLDER, `${tag}${suffix}`);
  if (differences.length > 0) {
    const own = isComplete ? [] : [await readFile(path(".sql"), "utf8")];
    const { first, last } = stepsBetween(differences, "before", "after");
    await writeFile(path(".sql"), joinStatements([...first, ...own, ...last]));
  }
  const own = isComplete ? [] : [wayDownTemplate(tag)];
  const { first, last } = stepsBetween(differences, "after", "before");
  await writeFile(path(".down.sql"), joinStatements([...first, ...own, ...last]), { flag: "wx" });
  printDone(`migrations/${tag}.sql`);
  for (const difference of differences) report(difference);
  printDone(`migrations/${tag}.down.sql${isComplete ? "" : ": write the way down into it"}`);
}

function report({ kind, id, before, after }: Difference): void {
  if (!after) printWarning(`drops the ${kind} ${id}: the previous release must work without it`);
  else print(subdued(`  ${before ? "replaces" : "adds"} the ${kind} ${id}`));
}

const joinStatements = (statements: string[]) =>
  `${statements.map((statement) => statement.trim()).join("\n--> statement-breakpoint\n")}\n`;

/** Removes what drizzle-kit wrote of the migration `tag`. */
async function takeBack(tag: string, journal: string): Promise<void> {
  const [number] = tag.split("_");
  await writeFile(JOURNAL, journal);
  await rm(join(MIGRATIONS_FOLDER, `${tag}.sql`));
  await rm(join(MIGRATIONS_FOLDER, `meta/${number}_snapshot.json`));
}

/**
 * Lets drizzle-kit compare the tables with the last migration's snapshot, and write what differs. Returns the tag of the migration that
 * it wrote; undefined if there was nothing to write.
 */
async function generate(name: string, isCustom: boolean): Promise<string | undefined> {
  const before = new Set(await migrationTags());
  const complaints = await runDrizzleKit(["generate", "--name", name, ...(isCustom ? ["--custom"] : [])]);
  const tag = (await migrationTags()).find((candidate) => !before.has(candidate));
  // It ends as if all were well where it can't read the tables.
  if (tag === undefined && complaints) throw cannotGenerate(complaints);
  return tag;
}

/** Returns what it complains of. */
async function runDrizzleKit(args: string[]): Promise<string> {
  const drizzleKit = join(ROOT, "node_modules/drizzle-kit/bin.cjs");
  // It asks whether a column was renamed, so it needs the terminal.
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
    "The tables in src/database/tables haven't changed. Neither have the functions in src/database/functions. For SQL of your own, add --custom.",
  );

/** Tells what drizzle-kit says before it shows its stack. */
function cannotGenerate(complaints: string): CliError {
  const [said = ""] = complaints.split(/\n\s+at /, 1);
  const reason = said.trim().replaceAll(/\s*\n\s*/g, " ");
  return new CliError(`drizzle-kit could not generate the migration${reason ? `: ${reason}` : "."}`, {
    cause: complaints,
  });
}

const wayDownTemplate = (tag: string) =>
  [
    `-- The way down from ${tag}: undo what ${tag}.sql does, last things first.`,
    "-- Between two statements, put the same statement-breakpoint line as there.",
  ].join("\n");
