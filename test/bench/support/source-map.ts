import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundle } from "./bundle.ts";

/** Tells of a line of a bundle that was not minified which file it came from: esbuild writes that before each. */
export function filesOf({ directory, main }: Bundle): (line: number) => string {
  const files: string[] = [];
  let file = "the bundle";
  for (const line of readFileSync(join(directory, main), "utf8").split("\n")) {
    const [, named] = /^\/\/ ((?:\.\.\/)*(?:src|node_modules|test)\/\S+)$/.exec(line) ?? [];
    if (named !== undefined) file = named;
    files.push(file);
  }
  return (line) => files[line] ?? file;
}

/** Whose code a file is: a package's name, a folder of ours, or what V8 calls what is no code of either. */
export function ownerOf(file: string): string {
  const [, inPackage] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  if (inPackage !== undefined) return inPackage;
  const [, ours] = /(src\/\w+)/.exec(file) ?? [];
  if (ours !== undefined) return ours;
  if (/bench\/baseline/.test(file)) return "the baseline";
  if (file.startsWith("node:")) return "node";
  return file;
}
