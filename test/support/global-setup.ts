import { execFileSync } from "node:child_process";

/** Copies the files of /docs into the folder of assets that wrangler.toml names. */
export function setup(): void {
  execFileSync("npm", ["run", "--silent", "assets"], { stdio: ["ignore", "ignore", "inherit"] });
}
