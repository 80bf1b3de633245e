import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import module from "node:module";
import { join } from "node:path";

/**
 * What coverage-provider.ts has every process of Node load first. No TypeScript: it is also loaded by npm and the like,
 * which it must neither slow down nor have print a warning.
 */

const { COVERAGE_SOURCES: sources = "", COVERAGE_COUNTS: counts = "" } = process.env;

if (/\/src\/cli\/[\w/-]+\.ts$/.test(process.argv[1] ?? "")) {
  module.registerHooks({
    load(url, context, nextLoad) {
      const source = url.endsWith(".ts") ? findInstrumented(new URL(url)) : undefined;
      return source ? { format: "module", source, shortCircuit: true } : nextLoad(url, context);
    },
  });
  process.on("exit", leaveCounts);
}

function findInstrumented(url) {
  const hash = createHash("sha256").update(readFileSync(url)).digest("hex");
  const path = join(sources, hash);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** Under its final name once it is whole: this process may be killed meanwhile. */
function leaveCounts() {
  const path = join(counts, `${process.pid}-${Date.now()}`);
  writeFileSync(path, JSON.stringify(globalThis.__VITEST_COVERAGE__ ?? {}));
  renameSync(path, `${path}.json`);
}
