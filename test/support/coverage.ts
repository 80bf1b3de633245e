import istanbul from "@vitest/coverage-istanbul";
import type { CoverageProviderModule } from "vitest/node";

/** Vitest's coverage by Istanbul, including the processes that tests start. */
const coverage: CoverageProviderModule = {
  ...istanbul,
  async getProvider() {
    // workerd loads this module too, and can't load the provider.
    const { FamilyCoverageProvider } = await import("./coverage-provider.ts");
    return new FamilyCoverageProvider();
  },
};

export default coverage;
