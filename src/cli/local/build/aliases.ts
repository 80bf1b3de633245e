import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { parse } from "smol-toml";

const PROJECT = join(import.meta.dirname, "../../../..");

/** Returns the plugin that replaces the modules which wrangler.toml replaces in the Worker: parts of libraries that no request uses. */
export async function useAliases(): Promise<Plugin> {
  const { alias } = parse(await readFile(join(PROJECT, "wrangler.toml"), "utf8"));
  const files = new Map(Object.entries(alias as Record<string, string>));
  return {
    name: "use-aliases",
    setup({ onResolve }) {
      onResolve({ filter: /./ }, ({ path }) => {
        const file = files.get(path);
        return file === undefined ? undefined : { path: join(PROJECT, file) };
      });
    },
  };
}
