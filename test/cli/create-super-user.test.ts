import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { withDatabase } from "../../src/cli/local/connect.ts";
import { migrateUp } from "../../src/cli/migrations/migrations.ts";
import { type Command, runCommand, shellCommandOf, startProcess } from "../support/command.ts";
import { copyTemplate } from "../support/data-templates.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type System, startSystem } from "../support/system.ts";

const PASSWORD = "correct horse battery staple";
const named = (username: string) => ["--email", `${username}@example.com`, "--username", username];
const create = (args: string[], environment: NodeJS.ProcessEnv = { SUPERUSER_PASSWORD: PASSWORD }) =>
  runCommand("create-super-user", args, environment);

async function signIn(url: string, username: string) {
  const body = JSON.stringify({ username, password: PASSWORD });
  const response = await fetch(`${url}/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
  return response.json();
}

let directory: string;
let dataDir: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "create-super-user-"));
  dataDir = join(directory, "data");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("while npm start runs", () => {
  let system: System;
  let data: string[];
  beforeAll(async () => {
    system = await startSystem();
    data = ["--data", join(system.dataDir, "data")];
    await create([...named("taken"), ...data]);
  });
  afterAll(() => system.stop());

  it("creates a superuser who can sign in immediately [SUPERUSER-1]", async () => {
    expect(await create([...named("root"), ...data])).toEqual({
      code: 0,
      stdout: "✓ root <root@example.com> is now a superuser: the running database\n",
      stderr: "",
    });
    expect(await signIn(system.url, "root")).toMatchObject({ user: { is_superuser: true } });
  });

  it("reads values from the environment, and prefers flags", async () => {
    const environment = {
      SUPERUSER_EMAIL: "grace@example.com",
      SUPERUSER_USERNAME: "ignored",
      SUPERUSER_PASSWORD: PASSWORD,
    };
    const outcome = await create(["--username", "grace", ...data], environment);
    expect(outcome.stdout).toContain("grace <grace@example.com> is now a superuser");
  });

  it.each<[string, string[], NodeJS.ProcessEnv, RegExp]>([
    ["a bad email", ["--email", "root", "--username", "r2"], {}, /email: Invalid email address/],
    ["a short username", ["--email", "a@example.com", "--username", "a"], {}, /username: /],
    ["a common password", named("ada"), { SUPERUSER_PASSWORD: "password1" }, /password: .*most common/],
    [
      "the username as password",
      named("ada.lovelace"),
      { SUPERUSER_PASSWORD: "ada.lovelace" },
      /password: The username/,
    ],
    ["a taken email", ["--email", "TAKEN@example.com", "--username", "other"], {}, /email already exists/],
    [
      "a taken username",
      ["--email", "other@example.com", "--username", "Taken"],
      {},
      /username already exists/,
    ],
  ])(
    "rejects %s with one clear line, and creates no account [SUPERUSER-2]",
    async (_, args, environment, message) => {
      const outcome = await create([...args, ...data], { SUPERUSER_PASSWORD: PASSWORD, ...environment });
      expect(outcome).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
      expect(outcome.stderr).toMatch(/^error: [^\n]+\n$/);
    },
  );
});

it("opens the database itself if no process has it open", async () => {
  await copyTemplate(dataDir, "migrated");
  const outcome = await create([...named("root"), "--data", dataDir]);
  expect(outcome).toMatchObject({ code: 0, stderr: "" });
  expect(outcome.stdout).toMatch(/^✓ root <root@example.com> is now a superuser: embedded Postgres/);
  expect((await create([...named("root"), "--data", dataDir])).stderr).toContain("email already exists");
});

describe("with DATABASE_URL", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  it("creates the superuser in any PostgreSQL database, and leaves the local data alone", async () => {
    const databaseUrl = await server.createDatabase("app");
    const environment = { DATABASE_URL: databaseUrl, SUPERUSER_PASSWORD: PASSWORD };
    const early = await create([...named("root"), "--data", dataDir], environment);
    expect(early).toMatchObject({ code: 1, stderr: expect.stringMatching(/lacks \d+ migrations/) });
    await withDatabase((db) => migrateUp(db), { databaseUrl });
    expect(await create([...named("root"), "--data", dataDir], environment)).toMatchObject({ code: 0 });
    const { rows } = await withDatabase((db) => db.execute("select username, is_superuser from users"), {
      databaseUrl,
    });
    expect(rows).toEqual([{ username: "root", is_superuser: true }]);
  });
});

describe("without a terminal", () => {
  it("names the missing values", async () => {
    const outcome = await create(["--email", "root@example.com", "--data", dataDir], {});
    expect(outcome).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "error: Missing username and password, and no terminal to ask. Use --email and --username, and set SUPERUSER_PASSWORD.\n",
    });
  });

  it.each([
    ["--password", "secret words"],
    ["--password=secret words", ""],
  ])("rejects a password as a flag: %s", async (...flag) => {
    const outcome = await create([...named("root"), ...flag.filter(Boolean)], {});
    expect(outcome).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/--password is not a flag.*SUPERUSER_PASSWORD/),
    });
    expect(outcome.stderr).not.toContain("secret words");
  });
});

describe("on a terminal", () => {
  let terminals: Command[] = [];
  afterEach(async () => {
    for (const terminal of terminals) terminal.process.kill("SIGKILL");
    await Promise.all(terminals.map(({ ended }) => ended));
    terminals = [];
  });

  /** Runs the command on a new terminal, which `script` opens. */
  function open() {
    const command = `stty rows 40 cols 120; exec ${shellCommandOf("create-super-user")} --data '${dataDir}'`;
    const terminal = startProcess("script", ["-qfec", command, "/dev/null"], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    terminals.push(terminal);
    let answered = 0;
    return {
      ...terminal,
      text: () => stripVTControlCharacters(terminal.output()),
      /** Waits for a question after the last answer, then types. */
      async answer(question: RegExp, keys: string) {
        await expect.poll(() => terminal.output().slice(answered), { timeout: 20_000 }).toMatch(question);
        answered = terminal.output().length;
        terminal.process.stdin?.write(keys);
      },
    };
  }

  beforeEach(() => copyTemplate(dataDir, "migrated"));

  it("asks for all values, asks again after an invalid answer, and never shows the password", async () => {
    const terminal = open();
    await terminal.answer(/Email/, "someone\r");
    await terminal.answer(/Invalid email address/, "@example.com\r");
    await terminal.answer(/Username/, "ada\r");
    await terminal.answer(/Password/, "short\r");
    await terminal.answer(/at least 8 characters/, `${PASSWORD}\r`);
    await terminal.answer(/Confirm the password/, "something else\r");
    await terminal.answer(/Passwords don't match/, `${PASSWORD}\r`);
    expect((await terminal.ended).code).toBe(0);
    expect(terminal.text()).toContain("ada <someone@example.com> is now a superuser: embedded Postgres");
    expect(terminal.text()).not.toMatch(/correct horse|something else|short/);
  });

  it("creates no account when it is canceled", async () => {
    const terminal = open();
    await terminal.answer(/Email/, "ada@example.com\r");
    await terminal.answer(/Username/, "\u0003");
    expect((await terminal.ended).code).toBe(1);
    expect(terminal.text()).toContain("No account was created.");
  });
});
