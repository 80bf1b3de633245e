import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Fails on words and openings of comments and test titles that docs/contributing.md rules out, and on exported functions without a
 * doc comment, in every file that git tracks or would track.
 */

/** Files that the check skips: migrations, which are never edited, generated files, and lists of these words. */
const EXCLUDED =
  /^(migrations\/|src\/core\/security\/common-passwords\.generated\.ts|test\/fixtures\/previous-release\/database\.sql|src\/web\/(api\/types|i18n\/[^/]+\/de)\.ts$|docs\/(openapi\.json|glossary\.md)|lint\/words|package-lock\.json|LICENSE)/;
const READ = /\.(tsx?|mjs|sql|md|toml|yml|json|grit)$|^(Makefile|\.ci\/)/;

const WORDS =
  /\b(anew|at once|proof of late|of late|one's|there is no such|meanwhile|who(?:m)?ever|whatever|whichever|wherever|nobody|somebody|anybody|everybody|oneself|amounts? to|(?:is|are) none|is no [a-z]+|(?:for|of|to|by) who|mend(?:s|ed|ing)?|in vain|comes? along|thereby|hitherto)\b/gi;

/** A comment that begins with a question word or a stand-in instead of a verb or a noun. */
const OPENINGS =
  /(?:\/\*\*\s*(?:\*\s*)?|\/\/ |^ *-- )(?:What|How|Whether|Where|Of|The same|Who|Whom|Whose|Which|Why)\b/gm;

/** A doc comment of a function that does not begin with a verb in the third person, as "Returns". */
const FUNCTIONS =
  /\/\*\*\s*(?:\*\s*)?(?![A-Z][a-z]+s\b)[^\s*]\S*(?=(?:(?!\*\/)[\s\S])*\*\/\s*(?:export )?(?:(?:async )?function|const \w+ = (?:async )?(?:\([^()]*\)|\w+)(?:: [^=\n]+)? =>))/g;

/** A title of a test that does not begin with a verb in the third person, as "rejects". */
const TITLES = /^ *(?:it|test)(?:\.\w+(?:\([^()]*\))?)?\(\s*["'`](?![a-z]+s\b)[^"'`]*/gm;

/** A function that a file of `src/` exports without a doc comment. */
const UNDOCUMENTED =
  /(?<!\*\/\n)^export (?:(?:async )?function\*? \w+|const \w+ = (?:async )?(?:<[^>\n]*>)?\()/gm;

/** Returns each finding as `path:line: text`. */
function findIn(path: string): string[] {
  const text = readFileSync(path, "utf8");
  const patterns = [
    WORDS,
    OPENINGS,
    FUNCTIONS,
    ...(path.endsWith(".test.ts") ? [TITLES] : []),
    ...(/^src\/.*\.ts$/.test(path) ? [UNDOCUMENTED] : []),
  ];
  const found = patterns
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .sort((one, other) => one.index - other.index);
  return found.map(({ 0: words, index }) => {
    const line = text.slice(0, index).split("\n").length;
    return `${path}:${line}: ${words.replace(/\s+/g, " ")}`;
  });
}

const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
  encoding: "utf8",
});
const paths = listed.split("\0").filter((path) => READ.test(path) && !EXCLUDED.test(path));
const problems = paths.flatMap(findIn);
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
