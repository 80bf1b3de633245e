import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { CliError } from "../../output.ts";
import { isWebAppCurrent } from "../../web-app.ts";
import { buildOnce } from "./cache.ts";
import { runWrangler } from "./wrangler.ts";

const PROJECT = join(import.meta.dirname, "../../../..");
/** Folder of the static files, which are copied from packages or built. */
export const ASSETS = join(PROJECT, "dist/assets");
const COPY_ASSETS = join(PROJECT, "src/cli/commands/assets.ts");

/** The modules of the Worker in one folder. */
export interface Bundle {
  folder: string;
  main: string;
  modules: string[];
}

/**
 * Returns the Worker's bundle in `cache`, and builds it unless an earlier start did, which saves the seconds that wrangler takes. Throws
 * CliError with the first error of the build. If `signal` aborts, the build ends.
 */
export async function prepareBundle(cache: string, signal: AbortSignal): Promise<Bundle> {
  const folder = await buildOnce(cache, "worker", (building) => runWrangler(building, signal));
  if (!existsSync(join(ASSETS, "docs")) || !(await isWebAppCurrent()))
    await promisify(execFile)(process.execPath, [COPY_ASSETS], { signal });
  const modules = (await readdir(folder)).filter((file) => /\.(js|wasm)$/.test(file));
  const main = modules.find((file) => file.endsWith(".js"));
  if (main === undefined) throw new CliError("The Worker can't be loaded: the build wrote no module.");
  return { folder, main, modules };
}
