import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import { CliError } from "../../output.ts";
import { killGroup } from "../process-group.ts";
import { WRANGLER_ENVIRONMENT } from "../wrangler-environment.ts";
import { isBesideWrangler } from "./cache-folder.mjs";

const PROJECT = join(import.meta.dirname, "../../../..");
const ENTRY = join(import.meta.dirname, "../workerd/entry.ts");
const WRANGLER = join(
  dirname(createRequire(import.meta.url).resolve("wrangler/package.json")),
  "bin/wrangler.js",
);

/**
 * Bundles the Worker as a deployment does, into the folder `outdir`, but not minified, so that stacks are readable. Throws CliError with
 * the first error of the build. If `signal` aborts, the build ends.
 */
export async function runWrangler(outdir: string, signal: AbortSignal): Promise<void> {
  if (isBesideWrangler(outdir)) return bundleIn(PROJECT, outdir, signal);
  const links = await linkProject(dirname(outdir));
  try {
    await bundleIn(links, outdir, signal);
  } finally {
    await rm(links, { recursive: true, force: true });
  }
}

/** Returns a new folder in `parent` with links to everything in the project except `.wrangler`, where wrangler must write. */
async function linkProject(parent: string): Promise<string> {
  const folder = await mkdtemp(join(parent, "project-"));
  for (const name of await readdir(PROJECT)) {
    if (name !== ".wrangler") await symlink(join(PROJECT, name), join(folder, name));
  }
  return folder;
}

async function bundleIn(project: string, outdir: string, signal: AbortSignal): Promise<void> {
  const args = ["deploy", ENTRY, "--dry-run", "--outdir", outdir, "--minify=false"];
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", WRANGLER, ...args], {
    cwd: project,
    // A separate process group: wrangler starts other processes, which end with it.
    detached: true,
    env: {
      ...process.env,
      ...WRANGLER_ENVIRONMENT,
      WRANGLER_LOG: "error",
      XDG_CONFIG_HOME: join(project, ".wrangler"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => killGroup(child);
  signal.addEventListener("abort", stop, { once: true });
  const [stderr, stdout, [code]] = await Promise.all([
    text(child.stderr),
    text(child.stdout),
    once(child, "close"),
  ]);
  signal.removeEventListener("abort", stop);
  if (code !== 0) throw new CliError(`The Worker can't be loaded: ${findFirstError(stderr + stdout)}`);
}

/**
 * Returns the first error that a build printed, with its location. After a headline, esbuild prints `✘ [ERROR] text`, and then the location
 * on a separate line.
 */
function findFirstError(output: string): string {
  const plain = stripVTControlCharacters(output);
  const [, message = plain.trim().split("\n", 1)[0]] = /\[ERROR\] (?!Build failed)(.+)/.exec(plain) ?? [];
  const [, location] = /^ *(\S+:\d+:\d+):$/m.exec(plain) ?? [];
  return location === undefined ? `${message}` : `${location}: ${message}`;
}
