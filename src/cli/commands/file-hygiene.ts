import { readFileSync, statSync } from "node:fs";
import { CliError, run } from "../output.ts";

const MAX_BYTES = 1024 * 1024;
/** Generated file, which grows with the API. */
const UNLIMITED = "docs/openapi.json";
/** Written so that this file itself has no such marker. */
const CONFLICT_MARKER = /^(?:<{7}|>{7}|\|{7}) /m;
/** drizzle-kit writes migrations without a last newline, and their hashes must not change. */
const WITHOUT_LAST_NEWLINE = /^migrations\//;
/** Matches an AUTH_SECRET, which scanners for well-known secrets don't find, except the secrets of developers and tests. */
const OWN_SECRET =
  /\bAUTH_SECRET(?:_PREVIOUS)?["']?\s*[=:]\s*["']?(?!local-|8vJ2kPq0sT5xW7zB4nM1cR6yH9dF3gLa)[\w+/=-]{32,}/;

/** Rejects files that should not be committed. Their paths are the arguments. */
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
    ...(text.endsWith("\n") || WITHOUT_LAST_NEWLINE.test(path) ? [] : ["has no newline at the end"]),
    ...(CONFLICT_MARKER.test(text) ? ["has merge conflict markers"] : []),
    ...(OWN_SECRET.test(text) ? ["has an AUTH_SECRET that is not for local use"] : []),
  ];
}
