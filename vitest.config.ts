import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";
import { closeNeonDatabases } from "./test/support/neon-outbound.ts";
import { outbound } from "./test/support/outbound.ts";

/** Test files that start whole systems or try every case: `npm test` leaves them out. */
const LONG = [
  "test/api/{answer-sizes,database-zone,deleted-lists,documented-errors,ends-of-access,hostile-text,ids,names}.test.ts",
  "test/api/{anonymous-bodies,organization-matrix,round-trips,sensitive,zones}.test.ts",
  "test/api/scopes/{agreement,worlds}.test.ts",
  "test/cli/{audit,build,create-super-user,create-super-user-refused,data-migrations,grant,help,hooks,local-database}.test.ts",
  "test/cli/{log-files,migrate-command,migrate-usage,migration-locks,migrations,mistyped,neon,neon-endpoint,neon-protocol,organize,planned-functions,postgres,seed,start,start-in-copy,upkeep}.test.ts",
  "test/cli/{vendor-command,worker-process,workerd-host}.test.ts",
  "test/database/{failures,faults}.test.ts",
  "test/deploy/{backup,image}.test.ts",
  "test/e2e/{activity-cost,address,attempts-cost,aw-client,docs,edge,expensive-reads,faults,fuzz,hosts,jwt-consumers,kills}.test.ts",
  "test/e2e/{invitation-races,lists,load,long-history,maintenance,openapi-lint,oracle,organization-races,partitions,previous-release,queue,races}.test.ts",
  "test/e2e/{readme,repository,runtime-role,anonymous-bodies,two-workers,wakatime,walk,web-ui,zones}.test.ts",
  "test/features/access/authz/{decisions,evaluation}.test.ts",
  "test/features/activity/{activity/limits,slots/queue}.test.ts",
  "test/features/compat/activitywatch/{buckets,limits,merging,query/budget,query/query}.test.ts",
  "test/features/compat/wakatime/{heartbeats,oracle,queue/queue,reports,slots}.test.ts",
  "test/features/identity/{auth/breached-passwords,auth/hash-turns,email-change/change,tokens/scope-sets,tokens/scopes}.test.ts",
  "test/features/identity/throttling/{actions,effects,kinds,mail-sites,others,sign-in}.test.ts",
  "test/features/organizations/{matrix,members/members,organizations/organizations}.test.ts",
  "test/features/platform/erasure/erasure.test.ts",
  "test/features/time/imports/formats.test.ts",
  "test/features/time/time-entries/consistency.test.ts",
  "test/guard/grants.test.ts",
  "test/http/query-parameters.test.ts",
  "test/jobs/maintenance.test.ts",
  "test/server/*.test.ts",
];

/** Test files that kill or overload whole systems, with timeouts that a busy machine would exceed. */
const ALONE = ["test/cli/neon-endpoint.test.ts", "test/e2e/{invitation-races,kills,load,races}.test.ts"];

/** Sizes in `npm run test:soak`. Other runs crash less than half as often, and try a tenth of the random cases or less. */
const SOAK = {
  FUZZ_REQUESTS: "15000",
  KILLS: "10",
  ORACLE_SEEDS: "0-999",
  QUERY_RUNS: "600",
  RACES: "200",
  REGEX_RUNS: "20000",
  WORLD_COMMANDS: "20000",
};

/** Sizes and seeds from the environment, which override the defaults; workerd can't read the process's environment. */
const OVERRIDES = Object.fromEntries(
  ["QUERY_RUNS", "QUERY_SEED", "REGEX_RUNS", "REGEX_SEED", "WORLD_COMMANDS", "WORLD_SEED"].flatMap((name) => {
    const value = process.env[name];
    return value ? [[name, value]] : [];
  }),
);

/** Settings of the developer that must not reach the commands in tests: commands treat an empty variable as unset. */
const NO_SETTINGS = { AUTH_SECRET: "", DATABASE_URL: "", PORT: "", SIGNING_KEYS: "" };

const nodeDefaults = {
  // The lock on the local data uses Node's SQLite, which is experimental.
  execArgv: ["--disable-warning=ExperimentalWarning"],
  // Loading what a file imports takes a second or two, so all files of a process share it.
  isolate: false,
  setupFiles: "./test/support/restore.ts",
  testTimeout: 60_000,
  hookTimeout: 90_000,
};

/**
 * Four test projects: `worker` runs inside workerd and reaches Postgres through fetch, like Neon; `node` runs commands and
 * servers from outside, and `node-alone` those that need the machine for themselves; `browser` requires Chromium.
 * `--mode quick` leaves out the long files.
 */
export default defineConfig(({ mode }) => {
  const exclude = mode === "quick" ? LONG : [];
  const sizes = mode === "soak" ? SOAK : {};
  return {
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
            setupFiles: "./test/support/restore.ts",
            include: ["test/{api,core,database,features,guard,http,jobs,parts}/**/*.test.ts"],
            exclude,
            env: { ...sizes, ...OVERRIDES },
            // One worker per core: vitest's default leaves one core idle.
            maxWorkers: "100%",
            testTimeout: 60_000,
            hookTimeout: 90_000,
          },
        },
        {
          test: {
            ...nodeDefaults,
            name: "node",
            include: ["test/{bench,cli,deploy,e2e,server,web}/**/*.test.ts"],
            exclude: [...exclude, ...ALONE],
            env: { ...NO_SETTINGS, ...sizes },
            maxWorkers: "100%",
            sequence: { groupOrder: 1 },
          },
        },
        {
          test: {
            ...nodeDefaults,
            name: "node-alone",
            include: ALONE,
            exclude,
            env: { ...NO_SETTINGS, ...sizes },
            maxWorkers: 1,
            sequence: { groupOrder: 2 },
          },
        },
        {
          test: {
            ...nodeDefaults,
            env: NO_SETTINGS,
            // On a busy machine, a browser takes minutes to expand all of /redoc and a sample of /docs.
            testTimeout: 600_000,
            name: "browser",
            sequence: { groupOrder: 3 },
            include: ["test/browser/**/*.test.ts"],
          },
        },
      ],
    },
  };
});
