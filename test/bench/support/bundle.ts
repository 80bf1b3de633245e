import { execFile } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { readWranglerToml } from "../../../src/cli/local/workerd/wrangler-toml.ts";

/** Folder for all output of the benchmark; git ignores it. */
export const OUT = resolve(import.meta.dirname, "../../../dist/bench");

/** A Worker's modules in a directory, as a deployment uploads them. */
export interface Bundle {
  directory: string;
  main: string;
  modules: string[];
  bytes: number;
  gzipBytes: number;
}

/** Builds the Worker of wrangler.toml, or the Worker with the entry point `entry`. */
export async function buildBundle(
  name: string,
  { entry, minify = true }: { entry?: string; minify?: boolean } = {},
): Promise<Bundle> {
  const directory = join(OUT, name);
  // Removes the files of an earlier build, which would be measured too.
  await rm(directory, { recursive: true, force: true });
  const options = ["--dry-run", "--outdir", directory, `--minify=${minify}`];
  await promisify(execFile)("wrangler", ["deploy", ...(entry === undefined ? [] : [entry]), ...options], {
    env: { ...process.env, CLOUDFLARE_CF_FETCH_ENABLED: "false", WRANGLER_SEND_METRICS: "false" },
  });
  const modules = (await readdir(directory)).filter((file) => /\.(js|wasm)$/.test(file));
  const main = modules.find((file) => file.endsWith(".js"));
  if (main === undefined) throw new Error(`The build wrote no module to ${directory}.`);
  const contents = await Promise.all(modules.map((file) => readFile(join(directory, file))));
  return {
    directory,
    main,
    modules,
    bytes: contents.reduce((sum, { length }) => sum + length, 0),
    gzipBytes: contents.reduce((sum, content) => sum + gzipSync(content).length, 0),
  };
}

/** Writes a configuration for workerd to run `bundle` directly, without wrangler's development proxies. */
export async function writeConfig(
  { directory, main, modules }: Bundle,
  { port, bindings }: { port: number; bindings: Record<string, string> },
): Promise<string> {
  const text = (value: string) => JSON.stringify(value);
  const { compatibility } = await readWranglerToml(resolve(import.meta.dirname, "../../../wrangler.toml"));
  const others = modules.filter((file) => file !== main);
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [
    (name = ${text(main)}, esModule = embed ${text(main)}),
    ${others.map((file) => `(name = ${text(`./${file}`)}, wasm = embed ${text(file)}),`).join("\n    ")}
  ],
  compatibilityDate = ${text(compatibility.date)},
  compatibilityFlags = [${compatibility.flags.map(text).join(", ")}],
  bindings = [
    ${Object.entries(bindings)
      .map(([name, value]) => `(name = ${text(name)}, text = ${text(value)}),`)
      .join("\n    ")}
  ],
);
`;
  const path = join(directory, "config.capnp");
  await writeFile(path, config);
  return path;
}
