import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { isHelpWanted } from "../flags.ts";
import { DOCUMENT_PATH, formatOpenApiDocument } from "../openapi-document.ts";
import { CliError, print, run } from "../output.ts";

const OUT = "dist/worker";

/** What a deploy may weigh, compressed: start-up time grows with it. */
const MAX_KIB = 450;

const USAGE = "npm run build";
const HELP = `Writes docs/openapi.json, bundles the Worker as a deploy would, and fails if it is over ${MAX_KIB} KiB compressed.

Usage: ${USAGE}

  --help   shows this`;

/** Writes docs/openapi.json, bundles the Worker as a deploy would, and fails if it has grown beyond MAX_KIB. */
await run(async () => {
  if (isHelpWanted(USAGE)) return print(HELP);
  writeFileSync(DOCUMENT_PATH, await formatOpenApiDocument());
  // What an earlier release built under another name would be weighed with it.
  rmSync(OUT, { recursive: true, force: true });
  execFileSync("wrangler", ["deploy", "--dry-run", "--outdir", OUT], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const modules = readdirSync(OUT).filter((file) => /\.(js|wasm)$/.test(file));
  const bytes = modules.reduce((sum, file) => sum + gzipSync(readFileSync(join(OUT, file))).length, 0);
  const kib = Math.ceil(bytes / 1024);
  console.log(`The Worker's bundle: ${kib} KiB compressed (at most ${MAX_KIB}).`);
  if (kib > MAX_KIB) throw new CliError(`The bundle is over ${MAX_KIB} KiB.`);
});
