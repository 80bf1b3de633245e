import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientFor } from "../../src/cli/local/connect.ts";
import { databaseIn, type LocalDatabase, openLocalDatabase } from "../../src/cli/local/local-database.ts";
import { migrateUp } from "../../src/cli/migrations/migrations.ts";
import { copyFolder } from "./copy-folder.ts";

/** State of a template: an embedded database without migrations, or with all of them. */
type TemplateState = "empty" | "migrated";

/**
 * Environment variable with the folder of this run's templates. It is unset outside Vitest, where nothing removes them, and set before it by
 * CI, whose runs share them.
 */
const FOLDER = "TEST_DATA_TEMPLATES";

/** Templates that this process has found or created. */
const templates = new Map<TemplateState, Promise<string>>();

/** Creates the folder of this run's templates, for all test processes. Returns a function that removes what this one created. */
export async function openTemplates(): Promise<() => Promise<void>> {
  if (hasTemplates()) return async () => {};
  const folder = await mkdtemp(join(tmpdir(), "data-templates-"));
  // PostgreSQL's user passes through it.
  await chmod(folder, 0o711);
  process.env[FOLDER] = folder;
  return () => rm(folder, { recursive: true, force: true });
}

/**
 * Copies an embedded database into `dataDir`, which takes less time than creating one. Does nothing outside Vitest: the system creates its
 * database.
 */
export async function copyTemplate(dataDir: string, state: TemplateState): Promise<void> {
  if (!hasTemplates()) return;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const template = templates.get(state) ?? findTemplate(state);
  templates.set(state, template);
  await copyFolder(databaseIn(await template), databaseIn(dataDir));
}

/** Opens an embedded database in a new folder, as a copy of a template. `close` also removes its data. */
export async function openCopy(state: TemplateState): Promise<LocalDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), "data-"));
  await copyTemplate(dataDir, state);
  const database = await openLocalDatabase({ dataDir });
  const close = async () => {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { ...database, close };
}

/** Returns the data directory of a template, and creates the template if no process has created it before. */
const findTemplate = (state: TemplateState) =>
  findOrCreate(state, async (dataDir) => {
    const database = await openLocalDatabase({ dataDir });
    if (state === "migrated") await migrateUp(clientFor(database));
    await database.close();
  });

/** Returns the folder of the template `name`, which `create` fills if no process has created it before. Requires Vitest. */
export async function findOrCreate(
  name: string,
  create: (directory: string) => Promise<void>,
): Promise<string> {
  const template = join(process.env[FOLDER] ?? "", name);
  if (existsSync(template)) return template;
  const incomplete = await mkdtemp(`${template}-`);
  await create(incomplete);
  // Another process may have created it at the same time.
  await rename(incomplete, template).catch(() => rm(incomplete, { recursive: true }));
  return template;
}

/** Returns whether Vitest runs, which removes the templates. */
export const hasTemplates = (): boolean => process.env[FOLDER] !== undefined;
