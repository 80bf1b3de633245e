import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AUTH_SECRET, runServer, startBuiltServer } from "../support/built-server.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

let postgres: PostgresServer;
let folder: string;
let databaseUrl: string;
beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase("start");
  folder = await mkdtemp(join(tmpdir(), "secrets-"));
});
afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function writeSecret(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe("settings", () => {
  it("lists all invalid settings together, without their values", async () => {
    const { code, stderr } = await runServer([], {
      AUTH_SECRET: "short-secret-value",
      DATABASE_URL: "mysql://ada:password-value@host/name",
      HOST: "everywhere.example",
      PORT: "99999",
      TRUSTED_PROXIES: "10.0.0.0/99",
      SMTP_URL: "http://mail-value",
      METRICS_TOKEN: "token-value",
      LOG_LEVEL: "loud",
    });
    expect(code).toBe(1);
    for (const name of [
      "AUTH_SECRET",
      "DATABASE_URL",
      "HOST",
      "PORT",
      "TRUSTED_PROXIES",
      "SMTP_URL",
      "METRICS_TOKEN",
      "LOG_LEVEL",
    ])
      expect(stderr).toContain(`${name}: `);
    expect(stderr).not.toMatch(/-value|loud/);
  });

  it.each([
    ["0.0.0.0", {}, true],
    ["::", {}, true],
    ["192.0.2.1", {}, true],
    ["0.0.0.0", { ENVIRONMENT: "development" }, false],
    ["0.0.0.0", { TRUSTED_PROXIES: "none" }, false],
    ["0.0.0.0", { TRUSTED_PROXIES: "10.0.0.0/8, fd00::/8" }, false],
    ["127.0.0.2", {}, false],
    ["::1", {}, false],
  ])("decides on %s with %o whether TRUSTED_PROXIES is required: %s", async (HOST, given, isRequired) => {
    // The missing database stops the server in the other cases.
    const { code, stderr } = await runServer([], { AUTH_SECRET, HOST, ...given });
    expect(code).toBe(1);
    expect(stderr).toContain("DATABASE_URL: ");
    expect(stderr.includes("TRUSTED_PROXIES: is required")).toBe(isRequired);
  });

  it("refuses a secret that is set twice, a file that can't be read, and one that is empty", async () => {
    const { code, stderr } = await runServer([], {
      AUTH_SECRET,
      AUTH_SECRET_FILE: await writeSecret("twice", AUTH_SECRET),
      DATABASE_URL_FILE: join(folder, "missing"),
      METRICS_TOKEN_FILE: await writeSecret("empty", "\n"),
    });
    expect(code).toBe(1);
    expect(stderr).toContain("AUTH_SECRET: is also set by AUTH_SECRET_FILE");
    expect(stderr).toContain("DATABASE_URL_FILE: names a file that can't be read (ENOENT)");
    expect(stderr).toContain("METRICS_TOKEN_FILE: names an empty file");
  });

  it("refuses both ways to send mail together, and mail without a sender and an address for links", async () => {
    const { stderr } = await runServer([], {
      AUTH_SECRET,
      DATABASE_URL: databaseUrl,
      SMTP_URL: "smtp://127.0.0.1",
      MAIL_API_URL: "https://mail.example/emails",
      MAIL_API_KEY: "key",
    });
    for (const text of ["SMTP_URL: excludes MAIL_API_URL", "MAIL_FROM: is required", "APP_URL: is required"])
      expect(stderr).toContain(text);
  });

  it("refuses an unknown command and names the help, which it prints", async () => {
    const unknown = await runServer(["serv"], {});
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("--help") });
    const help = await runServer(["--help"], {});
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining("migrate") });
  });
});

describe("the schema", () => {
  it("refuses an outdated schema and names the command, which then upgrades it", async () => {
    const settings = { AUTH_SECRET, DATABASE_URL: databaseUrl, PORT: "0" };
    const refused = await runServer([], settings);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/The database lacks \d+ migrations\. Run node dist\/server\.js migrate/);
    const migrated = await runServer(["migrate"], {
      MIGRATION_DATABASE_URL_FILE: await writeSecret("url", `${databaseUrl}\n`),
    });
    expect(migrated).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("The database is up to date."),
    });
    expect(migrated.stdout).toContain("applied 0000_accounts");
    const server = await startBuiltServer(databaseUrl, { MIGRATION_DATABASE_URL: "" });
    expect(await server.stop()).toBe(0);
  });

  it("lets two instances that start on an empty database migrate it", async () => {
    const url = await postgres.createDatabase("both");
    const servers = await Promise.all([startBuiltServer(url), startBuiltServer(url)]);
    const applied = servers.flatMap(({ lines }) =>
      lines().flatMap(({ message, tag }) => (message === "Applied a migration" ? [tag] : [])),
    );
    expect(new Set(applied).size).toBe(applied.length);
    expect(applied).toContain("0000_accounts");
    for (const { url: address } of servers) expect((await fetch(`${address}/health/ready`)).status).toBe(200);
    expect(await Promise.all(servers.map(({ stop }) => stop()))).toEqual([0, 0]);
  });

  it("fails with one line if the database can't be reached, without the password", async () => {
    const { code, stderr } = await runServer([], {
      AUTH_SECRET,
      DATABASE_URL: "postgres://ada:secret-word@127.0.0.1:1/name",
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: PostgreSQL at 127\.0\.0\.1:1\/name refused the connection/);
    expect(stderr).not.toContain("secret-word");
  });
});

it("reads secrets from files, without the newline at their end", async () => {
  const server = await startBuiltServer(databaseUrl, {
    AUTH_SECRET: "",
    DATABASE_URL: "",
    AUTH_SECRET_FILE: await writeSecret("secret", `${AUTH_SECRET}\n`),
    DATABASE_URL_FILE: await writeSecret("database", databaseUrl),
    METRICS_TOKEN_FILE: await writeSecret("token", "0123456789abcdef\r\n"),
  });
  const headers = { Authorization: "Bearer 0123456789abcdef" };
  expect((await fetch(`${server.url}/metrics`, { headers })).status).toBe(200);
  expect(await server.stop()).toBe(0);
});
