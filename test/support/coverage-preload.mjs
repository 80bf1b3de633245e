import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import module from "node:module";
import { join } from "node:path";

// Every Node process that tests start loads this module first (see coverage-provider.ts). It is not TypeScript, because npm and other
// programs also load it, and it must not slow them down or make them print a warning.

const { COVERAGE_SOURCES: sources = "", COVERAGE_COUNTS: counts = "" } = process.env;

if (/\/src\/cli\/[\w/-]+\.ts$/.test(process.argv[1] ?? "")) {
  module.registerHooks({
    load(url, context, nextLoad) {
      const source = url.endsWith(".ts") ? findInstrumented(new URL(url)) : undefined;
      return source ? { format: "module", source, shortCircuit: true } : nextLoad(url, context);
    },
  });
  process.on("exit", writeCounts);
}

/** Returns the instrumented source of a file, or undefined if it is not instrumented. */
function findInstrumented(url) {
  const hash = createHash("sha256").update(readFileSync(url)).digest("hex");
  const path = join(sources, hash);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** Writes the counts, and renames the file when it is complete, since the process may be killed while it writes. */
function writeCounts() {
  const path = join(counts, `${process.pid}-${Date.now()}`);
  writeFileSync(path, JSON.stringify(globalThis.__VITEST_COVERAGE__ ?? {}));
  renameSync(path, `${path}.json`);
}
