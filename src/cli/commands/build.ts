import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { isHelpWanted } from "../flags.ts";
import { DOCUMENT_PATH, formatOpenApiDocument } from "../openapi-document.ts";
import { CliError, print, run } from "../output.ts";
import { formatWebTypes, WEB_TYPES_PATH } from "../web-types.ts";

const OUT = "dist/worker";

/** Largest size of the bundle, compressed: start-up time grows with it. */
const MAX_KIB = 360;

const USAGE = "npm run build";
const HELP = `Writes docs/openapi.json and the web app's types of the API, bundles the Worker as a deployment does, and builds
dist/server.js. Fails if the Worker's bundle is over ${MAX_KIB} KiB compressed.

Usage: ${USAGE}

  --help   show this help`;

await run(async () => {
  if (isHelpWanted(USAGE)) return print(HELP);
  const document = await formatOpenApiDocument();
  writeFileSync(DOCUMENT_PATH, document);
  writeFileSync(WEB_TYPES_PATH, formatWebTypes(document));
  // Files that an earlier release built under other names would be counted as well.
  rmSync(OUT, { recursive: true, force: true });
  execFileSync("wrangler", ["deploy", "--dry-run", "--outdir", OUT], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const modules = readdirSync(OUT).filter((file) => /\.(js|wasm)$/.test(file));
  const bytes = modules.reduce((sum, file) => sum + gzipSync(readFileSync(join(OUT, file))).length, 0);
  const kib = Math.ceil(bytes / 1024);
  console.log(`Worker bundle: ${kib} KiB compressed (at most ${MAX_KIB}).`);
  if (kib > MAX_KIB) throw new CliError(`The bundle is over ${MAX_KIB} KiB.`);
  execFileSync("npm", ["run", "--silent", "build:server"], { stdio: "inherit" });
});
