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
 * Counts what commands do in processes of their own, which Vitest doesn't see: they load the instrumented source in
 * place of the source, and leave their counts when they end. Instrumented in the same way is what Vitest itself loads,
 * so that counts of one file can be added up.
 */
export class FamilyCoverageProvider extends IstanbulCoverageProvider {
  /** Every file of the source, instrumented, under the hash of what it is made of: a copy of it counts as well. */
  private get sources(): string {
    return join(this.coverageFilesDirectory, "sources");
  }

  /** What each process leaves. */
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
    // From here, all that Vitest starts inherits it.
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

  /** Without its types, as Node itself runs it: all that is left stays where it was. */
  private instrument(path: string): string {
    return this.instrumenter.instrumentSync(stripTypeScriptTypes(readFileSync(path, "utf8")), path);
  }
}
