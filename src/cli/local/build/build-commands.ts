import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BuildFailure, build, type Plugin } from "esbuild";
import { CliError, run } from "../../output.ts";
import { requireBuildDirectory } from "../build-directory.ts";
import { buildOnce } from "./cache.ts";
import { cacheFolder } from "./cache-folder.mjs";

/** A program that bundles the commands, with all modules that they import, for run.mjs. */

const COMMANDS = join(import.meta.dirname, "../../commands");
/** Commands that load the code of the Worker. */
const NAMES = ["create-super-user", "db", "grant", "migrate", "organize", "seed", "signing-keys", "start"];
/** Only the messages of zod in English, as in wrangler.toml. */
const ENGLISH = join(import.meta.dirname, "../../../../node_modules/zod/v4/locales/en.js");

/** Packages with files besides their modules, and an optional part of pg. */
const EXTERNAL = ["@electric-sql/pglite", "@node-rs/argon2", "pg-native", "vite"];

/** Packages in the older format of modules need the function that Node gives to these. */
const REQUIRE =
  'import { createRequire as createBundleRequire } from "node:module"; const require = createBundleRequire(import.meta.url);';

/** Modules find their files by their own location, which must stay that of the source. */
const keepLocations: Plugin = {
  name: "keep-locations",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      loader: "ts",
      contents: (await readFile(path, "utf8"))
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)),
    }));
  },
};

const useEnglish: Plugin = {
  name: "use-english",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/locales\/index\.js$/ }, () => ({ path: ENGLISH }));
  },
};

await run(async () => {
  const cache = cacheFolder();
  await requireBuildDirectory(cache);
  await buildOnce(cache, "commands", (folder) => buildCommands(folder, cache));
});

async function buildCommands(folder: string, cache: string): Promise<void> {
  await build({
    entryPoints: NAMES.map((name) => join(COMMANDS, `${name}.ts`)),
    outdir: folder,
    bundle: true,
    // Modules that are imported later are loaded later.
    splitting: true,
    format: "esm",
    platform: "node",
    external: EXTERNAL,
    sourcemap: "linked",
    banner: { js: REQUIRE },
    // The build knows its folder, so it need not hash its sources again.
    define: { "process.env.BUILD_CACHE": JSON.stringify(cache) },
    plugins: [keepLocations, useEnglish],
    logLevel: "silent",
  }).catch((failure: BuildFailure) => {
    throw new CliError(`The commands can't be built: ${describe(failure)}`, { cause: failure });
  });
}

function describe({ errors: [first], message }: BuildFailure): string {
  if (!first) return message;
  const { text, location } = first;
  return location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text;
}
