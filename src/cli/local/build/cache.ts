import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Builds that no start has used for this long are removed. */
const UNUSED_MS_MAX = 24 * 60 * 60 * 1000;

/**
 * Returns the folder `name` in `cache`, the folder of cache-folder.mjs, with the files that `build` writes. They are built only once: into
 * another folder, which is then moved into place whole, since several starts may build at the same time.
 */
export async function buildOnce(
  cache: string,
  name: string,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  await removeUnused(dirname(cache));
  const building = await mkdtemp(join(cache, "building-"));
  try {
    await build(building);
    await rename(building, folder);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    // Another start was faster.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

async function removeUnused(caches: string): Promise<void> {
  for (const name of await readdir(caches)) {
    const path = join(caches, name);
    // Another start may have removed it.
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > UNUSED_MS_MAX) await rm(path, { recursive: true, force: true });
  }
}
