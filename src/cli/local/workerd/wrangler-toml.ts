import { readFile } from "node:fs/promises";
import { parse } from "smol-toml";

/** The runtime's behavior that a Worker was written for. */
export interface Compatibility {
  date: string;
  flags: string[];
}

/** The parts of wrangler.toml that workerd needs. */
export interface WranglerToml {
  compatibility: Compatibility;
  /** True if the Worker has a queue, which plain workerd lacks. */
  hasQueue: boolean;
}

/** Returns the parts of the wrangler.toml at `path` that workerd needs. */
export async function readWranglerToml(path: string): Promise<WranglerToml> {
  const { compatibility_date, compatibility_flags, queues } = parse(await readFile(path, "utf8"));
  return {
    compatibility: {
      date: String(compatibility_date),
      flags: Array.isArray(compatibility_flags) ? compatibility_flags.map(String) : [],
    },
    hasQueue: queues !== undefined,
  };
}
