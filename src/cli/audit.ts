import { spawnSync } from "node:child_process";
import { CliError, print, printDone, run } from "./output.ts";

/** What `npm audit --json` prints: a report, or what failed: the request (`message`), or npm (`error`). */
interface Answer {
  metadata?: { vulnerabilities?: Record<string, number> };
  message?: string;
  error?: { summary?: string };
}

const GRAVE = ["high", "critical"];

/**
 * Fails if a package that is used has a known hole of level high or above. Some registries offer no audit, and
 * there is none without a network: that is said, and does no harm.
 */
await run(async () => {
  const { stdout, error } = spawnSync("npm", ["audit", "--audit-level=high", "--json"], { encoding: "utf8" });
  if (error) throw new CliError(`npm can't be run: ${error.message}`, { cause: error });
  const answer = parse(stdout);
  const counts = answer.metadata?.vulnerabilities;
  if (!counts) {
    if (!answer.message)
      throw new CliError(`npm audit failed: ${answer.error?.summary || "it said nothing"}`);
    return print(`No audit: the registry offers none here (${withoutAddress(answer.message)}).`);
  }
  const grave = GRAVE.map((level) => `${counts[level] ?? 0} ${level}`).join(", ");
  if (GRAVE.some((level) => (counts[level] ?? 0) > 0)) {
    throw new CliError(`Packages have known holes: ${grave}. See npm audit, and upgrade.`);
  }
  printDone("no package has a known hole of level high or above");
});

function parse(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return {};
  }
}

/** "405 Method Not Allowed - POST https://…" without the address, which may hold credentials. */
function withoutAddress(reason: string): string {
  return reason.split(" - ", 1)[0]?.replaceAll(/https?:\/\/\S+/g, "…") ?? "";
}
