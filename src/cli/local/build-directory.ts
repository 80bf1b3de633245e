import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { shortPath } from "../announcement.ts";
import { CliError } from "../output.ts";

const PROJECT = join(import.meta.dirname, "../../..");
/** Where wrangler builds the Worker. */
const BUILD_DIRECTORY = join(PROJECT, ".wrangler/tmp");
/** Where the pages of /docs and /redoc are copied to, and left as they are once they are there. */
const ASSETS_DIRECTORY = join(PROJECT, "dist/assets");

/** Throws CliError unless the Worker can be built: wrangler would wait for ever where it can't write, or not say why it failed. */
export async function requireBuildDirectories(): Promise<void> {
  await requireWritable(BUILD_DIRECTORY, "the Worker is built there", async () => {
    await mkdir(BUILD_DIRECTORY, { recursive: true });
    await rm(await mkdtemp(join(BUILD_DIRECTORY, "probe-")), { recursive: true });
  });
  await requireWritable(ASSETS_DIRECTORY, "the pages of /docs are copied there", async () => {
    await mkdir(ASSETS_DIRECTORY, { recursive: true });
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
      `${shortPath(directory)} can't be written (${code}), and ${purpose}. Make it yours, or move it away.`,
      { cause },
    );
  }
}
