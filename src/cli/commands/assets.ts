import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isHelpWanted } from "../flags.ts";
import { withoutPool } from "../neon-driver.ts";
import { print, run } from "../output.ts";
import { buildWebApp } from "../web-app.ts";

/**
 * Prepares the files that wrangler.toml names: copies the assets of /docs and /redoc, with their licenses, from npm packages, builds the
 * web app, and makes the database driver of the bundle. Files that are up to date are left alone, and any number of processes may do this concurrently.
 */

const USAGE = "npm run assets";
const HELP = `Copies the assets of /docs and /redoc from the installed packages to dist/assets, builds the web app there unless it is up to
date, and writes the database driver to dist/driver.

Usage: ${USAGE}

  --help   show this help`;

const DIST = fileURLToPath(new URL("../../../dist/", import.meta.url));
const TARGET = join(DIST, "assets/docs/assets");

const FILES = [
  "swagger-ui-dist/swagger-ui-bundle.js",
  "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt",
  "swagger-ui-dist/swagger-ui.css",
  "swagger-ui-dist/favicon-32x32.png",
  "swagger-ui-dist/LICENSE",
  "swagger-ui-dist/NOTICE",
  "redoc/bundles/redoc.standalone.js",
  "redoc/bundles/redoc.standalone.js.LICENSE.txt",
  "redoc/LICENSE",
];

/** Replacements in files: a text that the file must contain, and its replacement. */
const CHANGES: Record<string, [string, string][]> = {
  "redoc/bundles/redoc.standalone.js": [
    // The logo of Redocly, which is the only thing that it fetches from another host, becomes an empty image.
    [
      "https://cdn.redoc.ly/redoc/logo-mini.svg",
      "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==",
    ],
    // Some style elements are created before it reads its options. Without a nonce they would need 'unsafe-inline'.
    ["r.nc=void 0", "r.nc=document.currentScript.nonce"],
  ],
};

const { resolve } = createRequire(import.meta.url);

await run(async () => {
  if (isHelpWanted(USAGE)) return print(HELP);
  for (const file of FILES) await copy(file);
  await makeDriver();
  await buildWebApp();
});

async function makeDriver(): Promise<void> {
  const source = await readFile(fileURLToPath(import.meta.resolve("@neondatabase/serverless")), "utf8");
  await writeAtomically(join(DIST, "driver/neon-http.js"), Buffer.from(withoutPool(source)));
}

async function copy(file: string): Promise<void> {
  const [name = ""] = file.split("/");
  const source = join(dirname(resolve(`${name}/package.json`)), file.slice(name.length));
  // A name without an extension would be served without a Content-Type.
  const target = join(TARGET, name, basename(file).replace(/^[A-Z]+$/, "$&.txt"));
  await writeAtomically(target, applyChanges(file, await readFile(source)));
}

function applyChanges(file: string, content: Buffer): Buffer {
  const changes = CHANGES[file] ?? [];
  const text = changes.reduce((before, [from, to]) => {
    if (!before.includes(from))
      throw new Error(`${file} no longer contains ${from}. Update CHANGES for this version.`);
    return before.replaceAll(from, to);
  }, content.toString("latin1"));
  return Buffer.from(text, "latin1");
}

/** Writes a file so that a concurrent reader sees either the whole old file or the whole new one. */
async function writeAtomically(path: string, content: Buffer): Promise<void> {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(content)) return;
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, content);
  await rename(unfinished, path);
}
