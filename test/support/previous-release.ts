import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import pg from "pg";
import { copyFolder } from "./copy-folder.ts";

const PROJECT = resolve(import.meta.dirname, "../..");
const FIXTURE = join(PROJECT, "test/fixtures/previous-release");

const PARTS = ["src", "migrations", "package.json", "tsconfig.json", "wrangler.toml", "drizzle.config.ts"];

/** Commit of the previous release, whose Worker must work with the schema of this release. */
export const PREVIOUS_RELEASE = "446079e2eb1ab6f38777376b6ed8387971180fe8";

/** Secret with which the fixture's database was written. */
export const FIXTURE_SECRET = "local-secret-of-the-fixture-database-0123456789";

/** Returns the credentials of the account in the fixture. */
export async function readFixtureCredentials() {
  return JSON.parse(await readFile(join(FIXTURE, "credentials.json"), "utf8")) as {
    password: string;
    token: string;
    key: string;
    feed: string;
  };
}

/** Loads the database of the previous release into the empty database at `url`. */
export async function loadFixture(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(await readFile(join(FIXTURE, "database.sql"), "utf8"));
    await client.query("update public.personal_tokens set expires_at = now() + interval '1 day'");
  } finally {
    await client.end();
  }
}

/**
 * Writes the previous release to `path`, with the migrations of this release, so that it runs on the schema that exists after this
 * release is deployed.
 */
export async function copyPreviousRelease(path: string): Promise<void> {
  await copyRelease(PREVIOUS_RELEASE, path);
  await rm(join(path, "migrations"), { recursive: true });
  await copyFolder(join(PROJECT, "migrations"), join(path, "migrations"));
}

/** Writes the sources of the release `commit` to `path`. Throws if the history of the checkout does not contain the commit. */
export async function copyRelease(commit: string, path: string): Promise<void> {
  await mkdir(path);
  const archive = execFileSync("git", ["archive", commit, ...PARTS], {
    cwd: PROJECT,
    maxBuffer: 64 * 1024 * 1024,
  });
  execFileSync("tar", ["-x", "-C", path], { input: archive });
  await symlink(join(PROJECT, "node_modules"), join(path, "node_modules"));
}
