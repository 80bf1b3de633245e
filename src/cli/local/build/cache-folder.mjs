import { createHash } from "node:crypto";
import { accessSync, constants, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const PROJECT = join(import.meta.dirname, "../../../..");

/** Folder of builds, and the one in its place if a folder is read-only that a build in `.wrangler` writes to. */
const BUILDS = join(PROJECT, ".wrangler/start");
const OTHER_BUILDS = join(PROJECT, "dist/start");
const WRITTEN = [BUILDS, join(PROJECT, ".wrangler/tmp"), join(PROJECT, ".wrangler")];

/** Folders whose files no build contains: the web app is built separately (src/cli/web-app.ts), and migrations contain the functions. */
const APART = ["src/web/", "src/database/functions/"].map((folder) => join(PROJECT, folder));

/** Files outside `src/` that a build depends on. The second lock file says what is installed. */
const CONFIGURATION = [
  "package.json",
  "package-lock.json",
  "node_modules/.package-lock.json",
  "tsconfig.json",
  "wrangler.toml",
];

/**
 * Returns the folder for builds of the present sources, named by a hash of all files that a build depends on, and of the path of the project,
 * which a build contains. It is in `.wrangler`, or in `dist` if `.wrangler` is read-only.
 */
export function cacheFolder() {
  return join(WRITTEN.some(isReadOnly) ? OTHER_BUILDS : BUILDS, hashOfSources());
}

/** Returns whether a folder is in `.wrangler`, where wrangler also writes its own files while it builds. */
export const isBesideWrangler = (folder) => folder.startsWith(BUILDS);

function isReadOnly(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return false;
  } catch ({ code }) {
    return ["EACCES", "EPERM", "EROFS"].includes(code);
  }
}

function hashOfSources() {
  const hash = createHash("sha256").update(PROJECT);
  for (const path of [...sources(), ...CONFIGURATION.map((name) => join(PROJECT, name))]) {
    const content = readIfPresent(path);
    hash.update(`\0${relative(PROJECT, path)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 32);
}

function sources() {
  const entries = readdirSync(join(PROJECT, "src"), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !APART.some((folder) => path.startsWith(folder)))
    .sort();
}

/** Copies of the project may lack some of these files. */
function readIfPresent(path) {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.of();
  }
}
