import { execFileSync } from "node:child_process";
import { openTemplates } from "./data-templates.ts";

/** Copies the files of /docs into the folder of assets that wrangler.toml names. Returns the function that cleans up after all tests. */
export function setup(): Promise<() => Promise<void>> {
  execFileSync("npm", ["run", "--silent", "assets"], { stdio: ["ignore", "ignore", "inherit"] });
  return openTemplates();
}
