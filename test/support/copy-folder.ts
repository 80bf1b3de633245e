import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * Copies the contents of the folder `from` into the folder `to`, which is created if it is missing. For the 1,300 files of a database,
 * Node's own `cp` takes seven times as long.
 */
export async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await promisify(execFile)("cp", ["-a", `${from}/.`, to]);
}
