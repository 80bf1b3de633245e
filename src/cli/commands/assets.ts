import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isHelpWanted } from "../flags.ts";
import { print, run } from "../output.ts";

/**
 * Copies what /docs and /redoc load, licences included, out of its npm packages to where wrangler.toml serves
 * it from. What is there already is left alone, and any number of processes may do this at once.
 */

const USAGE = "npm run assets";
const HELP = `Copies what /docs and /redoc load out of the installed packages to dist/assets.

Usage: ${USAGE}

  --help   shows this`;

const TARGET = fileURLToPath(new URL("../../../dist/assets/docs/assets/", import.meta.url));

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

/** What can't stay in a file as it is: a text that must be in it, and what takes its place. */
const CHANGES: Record<string, [string, string][]> = {
  "redoc/bundles/redoc.standalone.js": [
    // The maker's logo is the only thing it fetches from elsewhere: an empty image.
    [
      "https://cdn.redoc.ly/redoc/logo-mini.svg",
      "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==",
    ],
    // The nonce for its style elements, some of which it makes before it takes options: else 'unsafe-inline'.
    ["r.nc=void 0", "r.nc=document.currentScript.nonce"],
  ],
};

const { resolve } = createRequire(import.meta.url);

await run(async () => {
  if (isHelpWanted(USAGE)) return print(HELP);
  for (const file of FILES) await copy(file);
});

async function copy(file: string): Promise<void> {
  const [name = ""] = file.split("/");
  const source = join(dirname(resolve(`${name}/package.json`)), file.slice(name.length));
  // A name without an extension would be served without a Content-Type.
  const target = join(TARGET, name, basename(file).replace(/^[A-Z]+$/, "$&.txt"));
  await put(target, change(file, await readFile(source)));
}

function change(file: string, content: Buffer): Buffer {
  const changes = CHANGES[file] ?? [];
  const text = changes.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`${file} has no ${from} any more: look how it is done now.`);
    return before.replaceAll(from, to);
  }, content.toString("latin1"));
  return Buffer.from(text, "latin1");
}

/** Whoever reads the file meanwhile sees the old one or the new one, whole. */
async function put(path: string, content: Buffer): Promise<void> {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(content)) return;
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, content);
  await rename(unfinished, path);
}
