import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { shortPath } from "./announcement.ts";
import { CliError } from "./output.ts";

/** Where wrangler builds the Worker. */
const DIRECTORY = join(import.meta.dirname, "../../.wrangler/tmp");

/** Throws CliError unless the Worker can be built: wrangler would wait for ever where it can't write. */
export async function requireBuildDirectory(): Promise<void> {
  try {
    await mkdir(DIRECTORY, { recursive: true });
    await rm(await mkdtemp(join(DIRECTORY, "probe-")), { recursive: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CliError(
      `${shortPath(DIRECTORY)} can't be written (${code}), and the Worker is built there. Make it yours, or move it away.`,
      { cause },
    );
  }
}
