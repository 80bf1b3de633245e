import { readFileSync } from "node:fs";

/**
 * Fails unless the subject of a commit message reads `type(scope): imperative`, in at most 72 characters. The commit hook gives the
 * path of the message; subjects that git itself writes pass.
 */
const TYPES = "build|chore|docs|feat|fix|perf|refactor|revert|style|test";
const SUBJECT = new RegExp(`^(?:${TYPES})(?:\\([\\w.,/ -]+\\))?!?: [a-z].*[^.\\s]$`);
const WRITTEN_BY_GIT = /^(?:Merge |Revert "|(?:fixup|squash|amend)! )/;

const [path = ""] = process.argv.slice(2);
const [subject = ""] = readFileSync(path, "utf8").split("\n", 1);
const problems = [
  ...(SUBJECT.test(subject)
    ? []
    : [`must read "type(scope): imperative", of the types ${TYPES.replaceAll("|", ", ")}`]),
  ...(subject.length > 72 ? [`must have at most 72 characters, and has ${subject.length}`] : []),
];
if (!WRITTEN_BY_GIT.test(subject) && problems.length > 0) {
  for (const problem of problems) process.stderr.write(`The subject of the commit ${problem}.\n`);
  process.exitCode = 1;
}
