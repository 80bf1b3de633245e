import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BuiltServer, runServer, startBuiltServer } from "../support/built-server.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

const PASSWORD = "correct horse battery staple";
const ROLE = "tracker_app";

let postgres: PostgresServer;
let server: BuiltServer;
let folder: string;
/** URL of the database for the role of the server, which owns nothing. */
let runtimeUrl: string;
beforeAll(async () => {
  postgres = await startPostgres();
  folder = await mkdtemp(join(tmpdir(), "commands-"));
  const ownerUrl = await postgres.createDatabase("commands");
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`create role ${ROLE} login password '${ROLE}'`);
  await client.end();
  const migrated = await runServer(["migrate", "--runtime-role", ROLE], { MIGRATION_DATABASE_URL: ownerUrl });
  expect(migrated.code).toBe(0);
  runtimeUrl = Object.assign(new URL(ownerUrl), { username: ROLE, password: ROLE }).href;
  server = await startBuiltServer(runtimeUrl, { MIGRATION_DATABASE_URL: "", ENVIRONMENT: "development" });
});
afterAll(async () => {
  await server?.stop();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function writeSecret(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function signIn(username: string) {
  const answer = await fetch(`${server.url}/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password: PASSWORD, token_delivery: "body" }),
  });
  const { access_token: token } = (await answer.json()) as { access_token?: string };
  return { status: answer.status, headers: { Authorization: `Bearer ${token}` } };
}

it("creates a superuser who can sign in, with secrets from files and the role of the server", async () => {
  const created = await runServer(
    ["create-super-user", "--email", "root@example.com", "--username", "root"],
    {
      DATABASE_URL_FILE: await writeSecret("database", `${runtimeUrl}\n`),
      SUPERUSER_PASSWORD_FILE: await writeSecret("password", `${PASSWORD}\n`),
    },
  );
  expect(created.stderr).toBe("");
  expect(created).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/root <root@example\.com> is now a superuser: PostgreSQL \S+ at 127/),
  });
  const { headers } = await signIn("root");
  const me = await fetch(`${server.url}/auth/me`, { headers });
  expect(await me.json()).toMatchObject({ username: "root", is_superuser: true });
});

it("refuses a second account of that name, a password as a flag, and missing values without a terminal", async () => {
  const root = ["create-super-user", "--email", "root@example.com", "--username", "root"];
  const settings = { DATABASE_URL: runtimeUrl };
  const again = await runServer(root, { ...settings, SUPERUSER_PASSWORD: PASSWORD });
  expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: .*exists/i) });
  const flag = await runServer([...root, "--password", PASSWORD], settings);
  expect(flag).toMatchObject({ code: 1, stderr: expect.stringContaining("--password is not a flag") });
  const missing = await runServer(root, settings);
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("Missing password") });
});

it("grants a role and revokes it, from the next request on", async () => {
  const body = { username: "ada", email: "ada@example.com", password: PASSWORD };
  await fetch(`${server.url}/auth/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const { headers } = await signIn("ada");
  const listUsers = async () => (await fetch(`${server.url}/auth/users`, { headers })).status;
  const settings = { DATABASE_URL: runtimeUrl };
  expect(await listUsers()).toBe(403);
  const granted = await runServer(["grant", "--user", "ada", "--role", "admin"], settings);
  expect(granted).toMatchObject({ code: 0, stdout: expect.stringContaining("ada has the role admin") });
  expect(await listUsers()).toBe(200);
  const revoked = await runServer(["grant", "--user", "ada", "--role", "admin", "--revoke"], settings);
  expect(revoked).toMatchObject({ code: 0, stdout: expect.stringContaining("no longer has") });
  expect(await listUsers()).toBe(403);
});

it("prints signing keys, and the next step of their rotation, with the present keys from a file", async () => {
  const first = await runServer(["signing-keys"], {});
  expect(first.code).toBe(0);
  const present = await writeSecret("keys", first.stdout);
  const second = await runServer(["signing-keys"], { SIGNING_KEYS_FILE: present });
  const [{ keys: before }, { keys: after }] = [JSON.parse(first.stdout), JSON.parse(second.stdout)];
  expect(after).toHaveLength(2);
  expect(after[0]).toEqual(before[0]);
  const next = await runServer(["signing-keys", "--sign-with-last"], {
    SIGNING_KEYS_FILE: await writeSecret("next", second.stdout),
  });
  expect(JSON.parse(next.stdout).keys).toEqual(after.toReversed());
});

it.each([
  [["create-super-user"], "DATABASE_URL"],
  [["grant", "--user", "ada", "--role", "admin"], "DATABASE_URL"],
])("names the setting that %o lacks", async (args, setting) => {
  const { code, stderr } = await runServer(args, {
    SUPERUSER_EMAIL: "new@example.com",
    SUPERUSER_USERNAME: "new",
    SUPERUSER_PASSWORD: PASSWORD,
  });
  expect([code, stderr]).toEqual([1, expect.stringContaining(`Set ${setting} `)]);
});

it("refuses to change a database that lacks migrations, and names the command", async () => {
  const { code, stderr } = await runServer(["grant", "--user", "ada", "--role", "admin"], {
    DATABASE_URL: await postgres.createDatabase("outdated"),
  });
  expect([code, stderr]).toEqual([1, expect.stringContaining("Run node dist/server.js migrate")]);
});

it.each(["migrate", "create-super-user", "grant", "signing-keys"])(
  "prints the help of %s, and refuses an unknown flag",
  async (name) => {
    const help = await runServer([name, "--help"], {});
    expect([help.code, help.stdout]).toEqual([
      0,
      expect.stringContaining(`Usage: node dist/server.js ${name} [`),
    ]);
    const unknown = await runServer([name, "--unknown"], {});
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("--unknown")]);
  },
);
