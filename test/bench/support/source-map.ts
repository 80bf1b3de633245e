import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A file that esbuild bundled without minifying it. */
export interface BundleFile {
  directory: string;
  main: string;
}

/** Returns a function that maps a line of an unminified bundle to its source file, which esbuild writes before each file's code. */
export function filesOf({ directory, main }: BundleFile): (line: number) => string {
  const files: string[] = [];
  let file = "the bundle";
  for (const line of readFileSync(join(directory, main), "utf8").split("\n")) {
    const [, named] = /^\/\/ ((?:\.\.\/)*(?:src|node_modules|test|dist)\/\S+)$/.exec(line) ?? [];
    if (named !== undefined) file = named;
    files.push(file);
  }
  return (line) => files[line] ?? file;
}

/** Returns the owner of a file's code: the name of a package, a folder of this project, or V8's name for time outside both. */
export function ownerOf(file: string): string {
  const [, inPackage] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  if (inPackage !== undefined) return inPackage;
  if (file.startsWith("dist/driver")) return "@neondatabase/serverless";
  const [, ours] = /(src\/\w+)/.exec(file) ?? [];
  if (ours !== undefined) return ours;
  if (/bench\/baseline/.test(file)) return "the baseline";
  if (file.startsWith("node:")) return "node";
  return file;
}
