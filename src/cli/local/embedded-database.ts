import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { PGlite, type PGliteOptions } from "@electric-sql/pglite";

/**
 * Settings of the embedded database. PGlite prepares every page of the cache when it opens a database: with Postgres' usual 128 MB, that
 * takes half a second and 80 MiB of memory more.
 */
const START_PARAMETERS = [...PGlite.defaultStartParams, "-c", "shared_buffers=32MB"];

const PACKAGES = join(import.meta.dirname, "../../../node_modules");

/**
 * V8 optimizes a function of WebAssembly once it has executed about this many bytes. V8's default, a hundredth of it, optimizes hundreds of
 * functions while the database opens, which takes more than a second of CPU; answers are as fast with either number.
 */
setFlagsFromString("--wasm-tiering-budget=1300000000");

/** Opens the database in the directory `path`, or an empty one in memory, which PGlite creates if it is missing. */
export const openDatabase = (path: string | undefined, options: PGliteOptions = {}): Promise<PGlite> =>
  PGlite.create({ ...options, ...(path !== undefined && { dataDir: path }), startParams: START_PARAMETERS });

/**
 * Creates a database in the directory `path`, or in memory. The first one of an installation is kept as an archive (4.5 MB) and later ones
 * are copies of it, which take a quarter of the time: otherwise PGlite runs initdb in WebAssembly.
 */
export async function createDatabase(path: string | undefined): Promise<PGlite> {
  const archive = await archivePath();
  const content = await readFile(archive).catch(() => undefined);
  if (content) return openDatabase(path, { loadDataDir: new Blob([content]) });
  const pglite = await openDatabase(path);
  // An installation may be read-only.
  await keep(await pglite.dumpDataDir("gzip"), archive).catch(() => {});
  return pglite;
}

/** Returns the path of the archive, whose content depends only on the version of PGlite. */
async function archivePath(): Promise<string> {
  const manifest = await readFile(join(PACKAGES, "@electric-sql/pglite/package.json"), "utf8");
  const { version } = JSON.parse(manifest);
  return join(PACKAGES, `.cache/empty-database/pglite-${version}.tar.gz`);
}

/** Writes the archive in one step, since other processes may read it at any time. */
async function keep(archive: Blob, path: string): Promise<void> {
  const incomplete = `${path}-${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(incomplete, Buffer.from(await archive.arrayBuffer()));
    await rename(incomplete, path);
  } catch (error) {
    await rm(incomplete, { force: true });
    throw error;
  }
}
