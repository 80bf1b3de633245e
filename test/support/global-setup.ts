import { execFileSync } from "node:child_process";

/** Builds the files of /docs, which wrangler.toml names as the Worker's assets. */
export function setup(): void {
  execFileSync("npm", ["run", "--silent", "assets"], { stdio: ["ignore", "ignore", "inherit"] });
}
