import { readFile } from "node:fs/promises";

/** Returns the text of a file, or undefined if the file does not exist. Throws if it exists and can't be read. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
