import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { shortPath } from "../announcement.ts";
import { CliError } from "../output.ts";

const PROJECT = join(import.meta.dirname, "../../..");
/** Directory where wrangler builds the Worker. */
const BUILD_DIRECTORY = join(PROJECT, ".wrangler/tmp");
/** Directory of the assets of /docs and /redoc, which are copied once. */
const ASSETS_DIRECTORY = join(PROJECT, "dist/assets");

/** Throws CliError unless the directories of the Worker and its assets are writable: otherwise wrangler would wait forever, or fail without a reason. */
export async function requireBuildDirectories(): Promise<void> {
  await requireBuildDirectory();
  await requireWritable(ASSETS_DIRECTORY, "the assets of /docs are copied there", async () => {
    await mkdir(ASSETS_DIRECTORY, { recursive: true });
  });
}

/** Throws CliError unless the directory of builds is writable. */
export async function requireBuildDirectory(): Promise<void> {
  await requireWritable(BUILD_DIRECTORY, "the Worker and the commands are built there", async () => {
    await mkdir(BUILD_DIRECTORY, { recursive: true });
    await rm(await mkdtemp(join(BUILD_DIRECTORY, "probe-")), { recursive: true });
  });
}

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
