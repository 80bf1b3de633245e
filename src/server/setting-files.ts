import { readFileSync } from "node:fs";

/** Settings that may be in a file, whose path is in the variable of that name with `_FILE` (as Docker's secrets are). */
const IN_FILES = [
  "AUTH_SECRET",
  "AUTH_SECRET_PREVIOUS",
  "DATABASE_URL",
  "MAIL_API_KEY",
  "METRICS_TOKEN",
  "MIGRATION_DATABASE_URL",
  "SIGNING_KEYS",
  "SMTP_URL",
  "SUPERUSER_PASSWORD",
];

/** Variables of a process, by name. */
export type Environment = Record<string, string | undefined>;

/**
 * Returns `environment` with the contents of the files that its `…_FILE` variables name, without the newline at their end, and a list of
 * problems with these.
 */
export function readSettingFiles(environment: Environment): { environment: Environment; problems: string[] } {
  const read: Environment = {};
  const problems: string[] = [];
  for (const name of IN_FILES) {
    const path = environment[`${name}_FILE`];
    if (!path) continue;
    if (environment[name]) problems.push(`${name}: is also set by ${name}_FILE: set one of them`);
    else read[name] = readText(path, `${name}_FILE`, problems);
  }
  return { environment: { ...environment, ...read }, problems };
}

function readText(path: string, name: string, problems: string[]): string | undefined {
  try {
    const text = readFileSync(path, "utf8").replace(/\r?\n$/, "");
    if (text === "") problems.push(`${name}: names an empty file`);
    return text;
  } catch (error) {
    problems.push(`${name}: names a file that can't be read (${(error as NodeJS.ErrnoException).code})`);
    return undefined;
  }
}
