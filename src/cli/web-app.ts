import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { InlineConfig, Plugin } from "vite";
import { WARM_UP, writeShells } from "./web-app-shells.ts";

const PROJECT = join(import.meta.dirname, "../..");
const SOURCES = join(PROJECT, "src/web");
const DIST = join(PROJECT, "dist");
const BUILT = join(DIST, "assets/app");
/** File with the hash of the sources of the present build. */
const STAMP = join(DIST, "web-app.hash");

/** Files outside `src/web` that the build depends on. */
const CONFIGURATION = [
  "package-lock.json",
  "tsconfig.json",
  "src/cli/web-app.ts",
  "src/cli/web-app-shells.ts",
  "src/features/platform/web/shells.ts",
];

/** Base path of the app. */
const BASE = "/app/";

/** Imports a file as text, also if the path of the project contains `#`, from which on Vite ignores a path. */
const rawTexts: Plugin = {
  name: "raw-texts",
  enforce: "pre",
  async load(id) {
    if (!id.endsWith("?raw")) return undefined;
    return `export default ${JSON.stringify(await readFile(id.slice(0, -"?raw".length), "utf8"))}`;
  },
};

/** Returns the configuration with which Vite builds and serves the app. */
export function webAppConfig(): InlineConfig {
  return {
    configFile: false,
    root: SOURCES,
    base: BASE,
    logLevel: "warn",
    plugins: [rawTexts],
    // Vite would keep what it prepares for development in node_modules otherwise.
    cacheDir: join(PROJECT, ".wrangler/vite"),
    build: {
      target: "es2023",
      // The first browsers with light-dark(), of 2024. For older ones, each color would be two variables.
      cssTarget: ["chrome123", "firefox120", "safari17.5"],
      // Scripts of its own in the page, which the policy forbids, and which current browsers don't need.
      modulePreload: { polyfill: false },
      // Files in the page itself need `data:` in the policy.
      assetsInlineLimit: 0,
      cssCodeSplit: true,
      reportCompressedSize: false,
      // One file for all that every page needs, and one for what the timer and lists of entries share: a file each for the parts would be
      // thirty requests, and compress less well.
      rolldownOptions: {
        input: ["index.html", WARM_UP].map((name) => join(SOURCES, name)),
        output: {
          codeSplitting: {
            groups: [
              { name: "app", test: isShared },
              { name: "timer", test: TIMER, minShareCount: 3 },
            ],
          },
        },
      },
    },
  };
}

/** Modules of every page: all of some folders, except what only the timer and the pages of entries need. */
const SHARED =
  /\/(?:node_modules\/(?!uqr)|src\/web\/(?:api|data|ui|pages\/preferences\/data|i18n\/(?:base\/en|formats|index)|[^/]+$))/;
const NOT_SHARED =
  /\/uqr\/|\/src\/web\/(?:data\/(?:days|entries|names|outbox)|ui\/(?:clock|digits|typed|weekday|zone)|warm-up)\b/;

/** Modules that the timer and the pages of entries share, if they are in more than two of these. */
const TIMER = /\/src\/web\/(?:timer|data|ui|i18n\/timer\/(?!de))/;

/** Returns whether a module belongs to the file that every page needs. */
const isShared = (id: string): boolean => SHARED.test(id) && !NOT_SHARED.test(id);

/** Returns whether the app was built from the present sources. */
export async function isWebAppCurrent(): Promise<boolean> {
  return (await readFile(STAMP, "utf8").catch(() => "")) === hashOfSources();
}

/**
 * Builds the app into dist/assets/app, unless that was done for the present sources. Another process that reads the files sees those of the
 * old build or of the new one.
 */
export async function buildWebApp(): Promise<void> {
  if (await isWebAppCurrent()) return;
  const { build } = await import("vite");
  const hash = hashOfSources();
  const config = webAppConfig();
  const building = join(DIST, `web-app.${process.pid}`);
  await inProduction(() =>
    build({ ...config, build: { ...config.build, outDir: building, emptyOutDir: true, manifest: true } }),
  );
  await writeShells(building, BASE);
  await mkdir(join(DIST, "assets"), { recursive: true });
  const former = `${building}.former`;
  await rename(BUILT, former).catch(() => {});
  // Another process may have been faster.
  await rename(building, BUILT).catch(() => {});
  for (const folder of [former, building]) await rm(folder, { recursive: true, force: true });
  await writeFile(`${STAMP}.${process.pid}`, hash);
  await rename(`${STAMP}.${process.pid}`, STAMP);
}

/** Runs a build as in production: under the NODE_ENV of tests, Vite would write code for debugging, which is a tenth larger. */
async function inProduction(build: () => Promise<unknown>): Promise<void> {
  const { NODE_ENV: former } = process.env;
  process.env.NODE_ENV = "production";
  try {
    await build();
  } finally {
    if (former === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = former;
  }
}

function hashOfSources(): string {
  const entries = readdirSync(SOURCES, { withFileTypes: true, recursive: true });
  const sources = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash("sha256");
  // Copies of the project may lack the lock file.
  const configuration = CONFIGURATION.map((name) => join(PROJECT, name)).filter((path) => existsSync(path));
  for (const path of [...sources.sort(), ...configuration]) {
    const content = readFileSync(path);
    hash.update(`\0${relative(PROJECT, path)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}
