import { spawnSync } from "node:child_process";
import { isHelpWanted } from "../flags.ts";
import { CliError, print, printDone, run } from "../output.ts";

const USAGE = "npm run audit";
const HELP = `Fails if a package has a known vulnerability of level high or above, or if the registry gives no report.

Usage: ${USAGE}

  --help   show this help`;

/** Output of `npm audit --json`: a report, or the failure of the request (`message`) or of npm itself (`error`). */
interface Answer {
  metadata?: { vulnerabilities?: Record<string, number> };
  message?: string;
  error?: { summary?: string };
}

const GRAVE = ["high", "critical"];

/** Matches the answers of a registry that has no audit endpoint. */
const NO_ENDPOINT = /^(404|405) /;

/** Exit code if the registry has no audit endpoint: EX_UNAVAILABLE of sysexits.h. */
const EXIT_UNAVAILABLE = 69;

/**
 * Fails if a package has a known vulnerability of level high or above, or if the registry gives no report: a check that did not run
 * must not pass. A registry without an audit endpoint leads to a separate exit code, for a CI gate that tolerates it.
 */
await run(async () => {
  if (isHelpWanted(USAGE)) return print(HELP);
  const { stdout, error } = spawnSync("npm", ["audit", "--audit-level=high", "--json"], { encoding: "utf8" });
  if (error) throw new CliError(`npm could not be started: ${error.message}`, { cause: error });
  const answer = parseAnswer(stdout);
  const counts = answer.metadata?.vulnerabilities;
  if (!counts) throw explainNoReport(answer);
  const grave = GRAVE.map((level) => `${counts[level] ?? 0} ${level}`).join(", ");
  if (GRAVE.some((level) => (counts[level] ?? 0) > 0)) {
    throw new CliError(
      `Packages have known vulnerabilities: ${grave}. Run npm audit for the list, and upgrade the packages.`,
    );
  }
  printDone("no package has a known vulnerability of level high or above");
});

function explainNoReport({ message, error }: Answer): CliError {
  if (message === undefined)
    return new CliError(`npm audit failed: ${error?.summary || "it gave no reason"}`);
  const reason = removeAddress(message);
  return NO_ENDPOINT.test(message)
    ? new CliError(`The audit did not run: the registry has no audit endpoint (${reason}).`, {
        exitCode: EXIT_UNAVAILABLE,
      })
    : new CliError(`The audit did not run: the request to the registry failed (${reason}). Try again.`);
}

function parseAnswer(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return {};
  }
}

/** Returns "405 Method Not Allowed - POST https://…" without the address, which may hold credentials. */
function removeAddress(reason: string): string {
  return reason.split(" - ", 1)[0]?.replaceAll(/https?:\/\/\S+/g, "…") ?? "";
}
