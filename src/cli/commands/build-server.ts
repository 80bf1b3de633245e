import { rmSync } from "node:fs";
import { build } from "esbuild";
import { isHelpWanted } from "../flags.ts";
import { print, run } from "../output.ts";

const OUT = "dist/server.js";

const USAGE = "npm run build:server";
const HELP = `Bundles the server for people who host the service themselves into ${OUT}. It runs with dist/assets, migrations/ and the
production dependencies.

Usage: ${USAGE}

  --help   show this help`;

/** Gives bundled CommonJS packages the function with which they load Node's own modules. */
const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

await run(async () => {
  if (isHelpWanted(USAGE)) return print(HELP);
  rmSync(OUT, { force: true });
  await build({
    entryPoints: ["src/server/main.ts"],
    outfile: OUT,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    banner: { js: REQUIRE },
    // Native code can't be bundled, and pg looks for its native variant.
    external: ["@node-rs/argon2", "pg-native"],
    logLevel: "warning",
  });
});
