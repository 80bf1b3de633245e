import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import {
  copyPreviousRelease,
  FIXTURE_SECRET,
  loadFixture,
  readFixtureCredentials,
} from "../support/previous-release.ts";
import { askFirstQuestions } from "../support/smoke.ts";
import { startSystem } from "../support/system.ts";

let directory: string;
let server: PostgresServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "previous-release-"));
  server = await startPostgres();
});
afterAll(async () => {
  await server?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Starts a release on a database that the previous one left, migrated to this one's schema, and asks it the first questions. */
async function statusesOf(name: string, project?: string) {
  const url = await server.createDatabase(name);
  await loadFixture(url);
  const system = await startSystem({ AUTH_SECRET: FIXTURE_SECRET, DATABASE_URL: url }, project);
  try {
    const { password, token, key, feed } = await readFixtureCredentials();
    const statuses = await askFirstQuestions(
      system.url,
      { username: "ada", password, token, key },
      { username: "root", password },
    );
    const calendar = await fetch(system.url + new URL(feed).pathname);
    return { ...statuses, "GET a calendar feed": calendar.status };
  } finally {
    await system.stop();
  }
}

const failuresIn = (statuses: Record<string, number>) =>
  Object.entries(statuses).filter(([, status]) => status >= 300);

it("serves the previous release's Worker on this release's schema", async () => {
  const project = join(directory, "project");
  await copyPreviousRelease(project);
  const statuses = await statusesOf("previous", project);
  expect(Object.keys(statuses).length).toBeGreaterThan(25);
  expect(failuresIn(statuses)).toEqual([]);
});

it("serves this release on the data of the previous one", async () => {
  expect(failuresIn(await statusesOf("current"))).toEqual([]);
});
