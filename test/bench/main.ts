import { CliError, print, run } from "../../src/cli/output.ts";
import { hash } from "./parts/hash.ts";
import { hostile } from "./parts/hostile.ts";
import { ingestion } from "./parts/ingestion.ts";
import { maintenance } from "./parts/maintenance.ts";
import { organizations } from "./parts/organizations.ts";
import { profile } from "./parts/profile.ts";
import { reports } from "./parts/reports.ts";
import { signIn } from "./parts/sign-in.ts";
import { startUp } from "./parts/start-up.ts";
import { throughput } from "./parts/throughput.ts";
import { timing } from "./parts/timing.ts";
import { users } from "./parts/users.ts";
import { web } from "./parts/web.ts";
import type { Part } from "./support/part.ts";

/** The parts of the benchmark, in the order in which they run. */
const PARTS: Record<string, Part> = {
  throughput,
  users,
  "start-up": startUp,
  timing,
  hash,
  signin: signIn,
  ingestion,
  hostile,
  maintenance,
  reports,
  organizations,
  profile,
  web,
};

const HELP = `Measures the performance of the system. Parts: ${Object.keys(PARTS).join(", ")}.

Usage: npm run bench [-- PART…]

Without a name, all parts run, which takes about twenty minutes. BENCH_SHORT=1 makes a quick trial. Each part prints
tables and writes dist/bench/PART.json; docs/performance.md explains them. Requires Linux.`;

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

await run(async () => {
  const names = process.argv.slice(2);
  if (names.includes("--help")) return print(HELP);
  const unknown = names.find((name) => !(name in PARTS));
  if (unknown !== undefined)
    throw new CliError(`Unknown part "${unknown}". The parts are ${Object.keys(PARTS).join(", ")}.`);
  for (const [name, part] of Object.entries(PARTS)) {
    if (names.length === 0 || names.includes(name)) await part();
  }
});
