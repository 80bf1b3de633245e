import { cp, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { argumentsOf, type Command, startProcess } from "./command.ts";
import { copyFolder } from "./copy-folder.ts";

const PROJECT = join(import.meta.dirname, "../..");
const FOLDERS = ["src", "migrations"];
const FILES = ["docs/openapi.json", "drizzle.config.ts", "package.json", "tsconfig.json", "wrangler.toml"];

/** Name of a folder that needs encoding in a URL and quoting in a shell. */
export const ODD_NAME = "sp ace #ü%20&(1)";

/** Copies the project to `path`, with a link to its packages, for a test that changes it. */
export async function copyProject(path: string): Promise<void> {
  await mkdir(path);
  for (const name of FOLDERS) await copyFolder(join(PROJECT, name), join(path, name));
  for (const name of FILES) await cp(join(PROJECT, name), join(path, name));
  await symlink(join(PROJECT, "node_modules"), join(path, "node_modules"));
}

/** Starts a command in a copy of the project. */
export function startIn(
  path: string,
  name: string,
  args: string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Command {
  return startProcess(process.execPath, [...argumentsOf(path, name), ...args], {
    cwd: path,
    env: { ...process.env, ...environment },
  });
}
