import { readFileSync, statSync } from "node:fs";
import { CliError, run } from "../output.ts";

const MAX_BYTES = 1024 * 1024;
/** Generated, and as large as the API. */
const UNLIMITED = "docs/openapi.json";
/** Written so that this file has none itself. */
const CONFLICT_MARKER = /^(?:<{7}|>{7}|\|{7}) /m;
/** drizzle-kit writes these without, and a migration is known by its hash. */
const WITHOUT_LAST_NEWLINE = /^migrations\//;
/** What scanners for well-known secrets don't know: our own, but those for developers and of the tests. */
const OWN_SECRET =
  /\bAUTH_SECRET(?:_PREVIOUS)?["']?\s*[=:]\s*["']?(?!local-|8vJ2kPq0sT5xW7zB4nM1cR6yH9dF3gLa)[\w+/=-]{32,}/;

/** Refuses files that should not be committed; their paths are the arguments. */
await run(async () => {
  const problems = process.argv.slice(2).flatMap((path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile()) return [];
    if (stats.size > MAX_BYTES && path !== UNLIMITED) return [`${path} is over 1 MiB`];
    return problemsIn(path, readFileSync(path)).map((problem) => `${path} ${problem}`);
  });
  if (problems.length > 0) throw new CliError(problems.join("; "));
});

function problemsIn(path: string, content: Buffer): string[] {
  if (content.length === 0 || content.includes(0)) return [];
  const text = content.toString();
  return [
    ...(text.endsWith("\n") || WITHOUT_LAST_NEWLINE.test(path) ? [] : ["has no newline at its end"]),
    ...(CONFLICT_MARKER.test(text) ? ["has the marks of a merge conflict"] : []),
    ...(OWN_SECRET.test(text) ? ["has an AUTH_SECRET that is not a local one"] : []),
  ];
}
