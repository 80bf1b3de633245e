import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

type Driver = typeof import("@neondatabase/serverless");

/**
 * Loads a copy of Neon's driver with settings and parsers of its own. Those of the driver that the application loads are shared by all test
 * files of a process, and Drizzle changes its parsers.
 */
export async function loadDriver(): Promise<Driver> {
  const directory = await mkdtemp(join(tmpdir(), "driver-"));
  try {
    const path = join(directory, "neon.mjs");
    await copyFile(fileURLToPath(import.meta.resolve("@neondatabase/serverless")), path);
    return await import(/* @vite-ignore */ pathToFileURL(path).href);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Loads a copy of Neon's driver that asks the host and port of a database, as Neon's local proxies are asked. */
export async function loadLocalDriver(): Promise<Driver> {
  const driver = await loadDriver();
  driver.neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`;
  return driver;
}
