import { CliError, print, run } from "../../src/cli/output.ts";
import { hash } from "./parts/hash.ts";
import { hostile } from "./parts/hostile.ts";
import { ingestion } from "./parts/ingestion.ts";
import { maintenance } from "./parts/maintenance.ts";
import { profile } from "./parts/profile.ts";
import { reports } from "./parts/reports.ts";
import { startUp } from "./parts/start-up.ts";
import { throughput } from "./parts/throughput.ts";
import { timing } from "./parts/timing.ts";
import { users } from "./parts/users.ts";
import type { Part } from "./support/part.ts";

/** All that the bench measures, in the order in which it does. */
const PARTS: Record<string, Part> = {
  throughput,
  users,
  "start-up": startUp,
  timing,
  hash,
  ingestion,
  hostile,
  maintenance,
  reports,
  profile,
};

const HELP = `Measures the system: ${Object.keys(PARTS).join(", ")}.

Usage: npm run bench [-- PART…]

Without a name, all parts, which takes ten minutes. BENCH_SHORT=1 makes a quick try of it. Each part prints
tables and writes dist/bench/PART.json; docs/performance.md explains them. Needs Linux.`;

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

await run(async () => {
  const names = process.argv.slice(2);
  if (names.includes("--help")) return print(HELP);
  const unknown = names.find((name) => !(name in PARTS));
  if (unknown !== undefined)
    throw new CliError(`There is no part ${unknown}: ${Object.keys(PARTS).join(", ")}.`);
  for (const [name, part] of Object.entries(PARTS)) {
    if (names.length === 0 || names.includes(name)) await part();
  }
});
