import istanbul from "@vitest/coverage-istanbul";
import type { CoverageProviderModule } from "vitest/node";

/** Vitest's coverage by Istanbul, of the processes that tests start too. */
const coverage: CoverageProviderModule = {
  ...istanbul,
  async getProvider() {
    // The rest of this module is also for workerd, which can't load that.
    const { FamilyCoverageProvider } = await import("./coverage-provider.ts");
    return new FamilyCoverageProvider();
  },
};

export default coverage;
