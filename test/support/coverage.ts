import istanbul from "@vitest/coverage-istanbul";
import type { CoverageProviderModule } from "vitest/node";

/** Vitest's coverage by Istanbul, including the processes that tests start. */
const coverage: CoverageProviderModule = {
  ...istanbul,
  async getProvider() {
    // workerd loads the rest of this module, and can't load that one.
    const { FamilyCoverageProvider } = await import("./coverage-provider.ts");
    return new FamilyCoverageProvider();
  },
};

export default coverage;
