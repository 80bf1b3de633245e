import { execFileSync } from "node:child_process";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { build } from "esbuild";
import { isHelpWanted } from "../flags.ts";
import { useAliases } from "../local/build/aliases.ts";
import { print, run } from "../output.ts";

const OUT = "dist/server.js";

const USAGE = "npm run build:server";
const HELP = `Bundles the server for people who host the service themselves into ${OUT}, and writes dist/assets. They run with migrations/ and
the production dependencies.

Usage: ${USAGE}

  --help   show this help`;

/** Gives bundled CommonJS packages the function with which they load Node's own modules. */
const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

await run(async () => {
  if (isHelpWanted(USAGE)) return print(HELP);
  // First, because they make the driver that the aliases name.
  execFileSync("npm", ["run", "--silent", "assets"], { stdio: ["ignore", "ignore", "inherit"] });
  const { outputFiles } = await build({
    entryPoints: ["src/server/main.ts"],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "esm",
    banner: { js: REQUIRE },
    // Native code can't be bundled, and pg looks for its native variant.
    external: ["@node-rs/argon2", "pg-native"],
    plugins: [await useAliases()],
    logLevel: "warning",
  });
  await writeAtomically(outputFiles[0]?.contents ?? new Uint8Array());
});

/** Writes the file so that a server that starts at the time reads either the whole old file or the whole new one. */
async function writeAtomically(content: Uint8Array): Promise<void> {
  await mkdir(dirname(OUT), { recursive: true });
  const unfinished = `${OUT}.${process.pid}`;
  await writeFile(unfinished, content);
  await rename(unfinished, OUT);
}
