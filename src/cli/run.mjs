import { spawnSync } from "node:child_process";
import { existsSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheFolder } from "./local/build/cache-folder.mjs";

/**
 * Runs the command that the first argument names, one of those in build-commands.ts, from a bundle that is built once for the present
 * sources. Loading several hundred files of TypeScript takes seconds and a hundred megabytes, and for the same reason this file is
 * JavaScript.
 */

const BUILD = join(import.meta.dirname, "local/build/build-commands.ts");

// Stacks then name the sources.
if (process.env.DEBUG === "true") process.setSourceMapsEnabled(true);
const [name] = process.argv.splice(2, 1);
const folder = cacheFolder();
const command = join(folder, `commands/${name}.js`);
if (existsSync(command)) utimesSync(folder, new Date(), new Date());
else build();
if (existsSync(command)) await import(pathToFileURL(command).href);

/** Builds in another process, whose memory is free afterwards, and which prints its errors. */
function build() {
  const { status } = spawnSync(process.execPath, [...process.execArgv, BUILD], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}
