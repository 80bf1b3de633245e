import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { shortPath } from "../announcement.ts";
import { CliError } from "../output.ts";
import { isBesideWrangler } from "./build/cache-folder.mjs";

const PROJECT = join(import.meta.dirname, "../../..");
/** Directory where wrangler builds the Worker. */
const BUILD_DIRECTORY = join(PROJECT, ".wrangler/tmp");
/** Directory of the assets of /docs and /redoc, which are copied once. */
const ASSETS_DIRECTORY = join(PROJECT, "dist/assets");

/**
 * Throws CliError unless the directories of builds into `cache` and of the assets are writable: otherwise wrangler would wait forever, or
 * fail without a reason.
 */
export async function requireBuildDirectories(cache: string): Promise<void> {
  await requireBuildDirectory(cache);
  await requireWritable(ASSETS_DIRECTORY, "the assets of /docs are copied there", async () => {
    await mkdir(ASSETS_DIRECTORY, { recursive: true });
  });
}

/** Throws CliError unless the directory is writable where a build into `cache` writes. */
export const requireBuildDirectory = (cache: string): Promise<void> =>
  isBesideWrangler(cache) ? requireWranglerDirectory() : requireTemporaryFiles(dirname(cache));

/** Throws CliError unless the directory is writable where wrangler builds in the project itself. */
export const requireWranglerDirectory = (): Promise<void> => requireTemporaryFiles(BUILD_DIRECTORY);

const requireTemporaryFiles = (directory: string): Promise<void> =>
  requireWritable(directory, "the Worker and the commands are built there", async () => {
    await mkdir(directory, { recursive: true });
    await rm(await mkdtemp(join(directory, "probe-")), { recursive: true });
  });

async function requireWritable(
  directory: string,
  purpose: string,
  attempt: () => Promise<void>,
): Promise<void> {
  try {
    await attempt();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CliError(
      `${shortPath(directory)} can't be written (${code}), but ${purpose}. Change its permissions, or move it away.`,
      { cause },
    );
  }
}
