import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import {
  copyPreviousRelease,
  FIXTURE_SECRET,
  loadFixture,
  readFixtureCredentials,
} from "../support/previous-release.ts";
import { sendSmokeRequests } from "../support/smoke.ts";
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

/** Starts a release on a database of the previous release with the schema of this one, and sends a first request to each part. */
async function statusesOf(name: string, project?: string) {
  const url = await server.createDatabase(name);
  await loadFixture(url);
  const system = await startSystem({ AUTH_SECRET: FIXTURE_SECRET, DATABASE_URL: url }, project);
  try {
    const { password, token, key, feed } = await readFixtureCredentials();
    const statuses = await sendSmokeRequests(
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

it("lets the previous release's maintenance remove old audit events as the owner of the tables", async () => {
  const url = await server.createDatabase("maintained");
  await loadFixture(url);
  const client = new pg.Client(url);
  await client.connect();
  const project = join(directory, "maintaining");
  await copyPreviousRelease(project);
  try {
    await client.query(`
      insert into audit_events (occurred_at, action, target_type, details)
      values (now() - interval '400 days', 'boat.sailed', 'boat', '{}')`);
    await (await startSystem({ AUTH_SECRET: FIXTURE_SECRET, DATABASE_URL: url }, project)).stop();
    const { rowCount } = await client.query("select from audit_events where action = 'boat.sailed'");
    expect(rowCount).toBe(0);
  } finally {
    await client.end();
  }
});

it("serves this release on the data of the previous one", async () => {
  expect(failuresIn(await statusesOf("current"))).toEqual([]);
});
