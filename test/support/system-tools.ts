import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const DEBIAN_POSTGRES = "/usr/lib/postgresql";

/**
 * Returns the folder of PostgreSQL's programs, `pg_dump` included, which the embedded PostgreSQL lacks: PG_BIN, or that of Debian's
 * packages. Returns undefined if the machine has none. Throws in CI, which installs them.
 */
export function findPostgresTools(): string | undefined {
  const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES).sort().reverse() : [];
  const folders = [
    process.env.PG_BIN ?? "",
    ...versions.map((version) => join(DEBIAN_POSTGRES, version, "bin")),
  ];
  const found = folders.find((folder) =>
    ["postgres", "pg_dump"].every((name) => existsSync(join(folder, name))),
  );
  return required("pg_dump", found);
}

/**
 * Returns the path of a program of the system, or undefined if the machine lacks it. Throws in CI, which installs all programs that are not
 * optional.
 */
export function findProgram(name: string, { isOptional = false } = {}): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin"];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  return isOptional ? found : required(name, found);
}

function required(name: string, path: string | undefined): string | undefined {
  if (path === undefined && process.env.CI) throw new Error(`${name} is not installed. See .ci/run.`);
  return path;
}
