import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { IstanbulCoverageProvider } from "@vitest/coverage-istanbul/dist/provider.js";
import type { ReportContext } from "vitest/node";

const PRELOAD = pathToFileURL(join(import.meta.dirname, "coverage-preload.mjs"));

/**
 * Also measures the coverage of commands in child processes, which Vitest doesn't see: they load instrumented sources, and write their
 * counts when they end. Files that Vitest loads are instrumented in the same way, so that the counts of a file can be added up.
 */
export class FamilyCoverageProvider extends IstanbulCoverageProvider {
  /** Folder of the instrumented source files, named by the hashes of the originals, so that copies of a file count as well. */
  private get sources(): string {
    return join(this.coverageFilesDirectory, "sources");
  }

  /** Folder of the counts that each process writes. */
  private get counts(): string {
    return join(this.coverageFilesDirectory, "counts");
  }

  override async clean(clean?: boolean): Promise<void> {
    await super.clean(clean);
    await Promise.all([mkdir(this.sources), mkdir(this.counts)]);
    for (const path of await this.getUntestedFiles([])) {
      const hash = createHash("sha256").update(readFileSync(path)).digest("hex");
      await writeFile(join(this.sources, hash), this.instrument(path));
    }
    // Every process that Vitest starts from here on inherits it.
    const { NODE_OPTIONS = "" } = process.env;
    if (!NODE_OPTIONS.includes(PRELOAD.href)) {
      process.env.NODE_OPTIONS = `${NODE_OPTIONS} --import=${PRELOAD}`.trim();
    }
    process.env.COVERAGE_SOURCES = this.sources;
    process.env.COVERAGE_COUNTS = this.counts;
  }

  override onFileTransform(_code: string, id: string) {
    if (!this.requiresTransform(id)) return undefined;
    const noMap = { mappings: "" } as const;
    return { code: this.instrument(id.split("?", 1)[0] ?? id), map: noMap };
  }

  override async generateCoverage(context: ReportContext) {
    const coverage = await super.generateCoverage(context);
    for (const name of await readdir(this.counts)) {
      if (name.endsWith(".json")) coverage.merge(JSON.parse(await readFile(join(this.counts, name), "utf8")));
    }
    return coverage;
  }

  /** Instruments a file without its types, as Node runs it: the rest keeps its position. */
  private instrument(path: string): string {
    return this.instrumenter.instrumentSync(stripTypeScriptTypes(readFileSync(path, "utf8")), path);
  }
}
