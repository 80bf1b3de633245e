import { execFileSync } from "node:child_process";

/** Puts the files of /docs in place, which wrangler.toml names as the Worker's assets. */
export function setup(): void {
  execFileSync("npm", ["run", "--silent", "assets"], { stdio: ["ignore", "ignore", "inherit"] });
}
