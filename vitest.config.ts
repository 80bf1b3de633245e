import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";
import { closeNeonDatabases } from "./test/support/neon-outbound.ts";
import { outbound } from "./test/support/outbound.ts";

/** To a command that a test runs, an empty variable is none; a developer's own must not reach it either. */
const outside = {
  // The lock on the local data is SQLite's, which Node calls experimental.
  execArgv: ["--disable-warning=ExperimentalWarning"],
  env: { AUTH_SECRET: "", DATABASE_URL: "", PORT: "", SIGNING_KEYS: "" },
  testTimeout: 60_000,
  hookTimeout: 90_000,
  // The development proxy in front of the Worker answers this when it loses its connection to the Worker on a busy machine.
  retry: { count: 1, condition: /: 500 Error: Network connection lost/ },
};

/**
 * Three kinds of tests: `worker` run inside workerd, with Postgres a fetch away as Neon is; `node` run commands, servers
 * and load from outside; `browser` need Chromium.
 */
export default defineConfig({
  test: {
    globalSetup: "./test/support/global-setup.ts",
    coverage: {
      provider: "custom",
      customProviderModule: "./test/support/coverage.ts",
      include: ["src/**/*.ts"],
      reporter: ["text-summary", "html"],
      thresholds: { lines: 90, branches: 90 },
    },
    projects: [
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: { outboundService: outbound },
          }),
          closeNeonDatabases(),
        ],
        test: {
          name: "worker",
          // Loading the Worker takes longer than the tests of most files, so all files of a run share one.
          isolate: false,
          include: ["test/{api,core,database,features,guard,http,jobs}/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 90_000,
        },
      },
      {
        test: {
          ...outside,
          name: "node",
          include: ["test/cli/**/*.test.ts", "test/e2e/**/*.test.ts", "test/bench/**/*.test.ts"],
        },
      },
      {
        test: {
          ...outside,
          // Unfolding all of /redoc, and a sample of /docs, takes a browser minutes on a busy machine.
          testTimeout: 600_000,
          // The development proxy loses a file of the page at times.
          retry: { count: 1, condition: /does not show the API: .*\b500: / },
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
        },
      },
    ],
  },
});
