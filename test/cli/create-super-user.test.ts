import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { clientFor, withDatabase } from "../../src/cli/local/connect.ts";
import { openLocalDatabase } from "../../src/cli/local/local-database.ts";
import { migrateUp } from "../../src/cli/migrations/migrations.ts";
import { type Command, runCommand, startProcess } from "../support/command.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type System, startSystem } from "../support/system.ts";

const SCRIPT = join(import.meta.dirname, "../../src/cli/commands/create-super-user.ts");
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
/** A data directory that nobody has open, with a migrated database. */
let used: string;
beforeAll(async () => {
  used = await mkdtemp(join(tmpdir(), "create-super-user-"));
  const database = await openLocalDatabase({ dataDir: used });
  await migrateUp(clientFor(database));
  await database.close();
});
afterAll(() => rm(used, { recursive: true, force: true }));
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

  it("makes a superuser who can sign in at once [SUPERUSER-1]", async () => {
    expect(await create([...named("root"), ...data])).toEqual({
      code: 0,
      stdout: "✓ root <root@example.com> is a superuser now: the running database\n",
      stderr: "",
    });
    expect(await signIn(system.url, "root")).toMatchObject({ user: { is_superuser: true } });
  });

  it("takes all of it from the environment, too, and flags first", async () => {
    const environment = {
      SUPERUSER_EMAIL: "grace@example.com",
      SUPERUSER_USERNAME: "ignored",
      SUPERUSER_PASSWORD: PASSWORD,
    };
    const outcome = await create(["--username", "grace", ...data], environment);
    expect(outcome.stdout).toContain("grace <grace@example.com> is a superuser now");
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
    "refuses %s with one clear line, and makes nothing [SUPERUSER-2]",
    async (_, args, environment, message) => {
      const outcome = await create([...args, ...data], { SUPERUSER_PASSWORD: PASSWORD, ...environment });
      expect(outcome).toEqual({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
      expect(outcome.stderr).toMatch(/^error: [^\n]+\n$/);
    },
  );
});

it("works alone, on the database that nobody has open", async () => {
  await cp(used, dataDir, { recursive: true });
  const outcome = await create([...named("root"), "--data", dataDir]);
  expect(outcome).toMatchObject({ code: 0, stderr: "" });
  expect(outcome.stdout).toMatch(/^✓ root <root@example.com> is a superuser now: embedded Postgres/);
  expect((await create([...named("root"), "--data", dataDir])).stderr).toContain("email already exists");
});

describe("with DATABASE_URL", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  it("works on any PostgreSQL, and leaves the local data alone", async () => {
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
  it("names what it isn't told", async () => {
    const outcome = await create(["--email", "root@example.com", "--data", dataDir], {});
    expect(outcome).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "error: There is no terminal to ask for username and password: use --email and --username, and SUPERUSER_PASSWORD in the environment.\n",
    });
  });

  it.each([
    ["--password", "secret words"],
    ["--password=secret words", ""],
  ])("never takes a password as a flag: %s", async (...flag) => {
    const outcome = await create([...named("root"), ...flag.filter(Boolean)], {});
    expect(outcome).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/not given as a flag.*SUPERUSER_PASSWORD/),
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

  /** Runs the command on a terminal of its own, which `script` makes. */
  function open() {
    const command = `stty rows 40 cols 120; exec '${process.execPath}' --disable-warning=ExperimentalWarning '${SCRIPT}' --data '${dataDir}'`;
    const terminal = startProcess("script", ["-qfec", command, "/dev/null"], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    terminals.push(terminal);
    let seen = 0;
    return {
      ...terminal,
      text: () => stripVTControlCharacters(terminal.output()),
      /** Waits for what it asks after the last answer, then types. */
      async answer(question: RegExp, keys: string) {
        await expect.poll(() => terminal.output().slice(seen), { timeout: 20_000 }).toMatch(question);
        seen = terminal.output().length;
        terminal.process.stdin?.write(keys);
      },
    };
  }

  beforeEach(() => cp(used, dataDir, { recursive: true }));

  it("asks for all, again where an answer won't do, and never shows the password", async () => {
    const terminal = open();
    await terminal.answer(/Email/, "nobody\r");
    await terminal.answer(/Invalid email address/, "@example.com\r");
    await terminal.answer(/Username/, "ada\r");
    await terminal.answer(/Password/, "short\r");
    await terminal.answer(/at least 8 characters/, `${PASSWORD}\r`);
    await terminal.answer(/password again/, "something else\r");
    await terminal.answer(/is not the same/, `${PASSWORD}\r`);
    expect((await terminal.ended).code).toBe(0);
    expect(terminal.text()).toContain("ada <nobody@example.com> is a superuser now: embedded Postgres");
    expect(terminal.text()).not.toMatch(/correct horse|something else|short/);
  });

  it("makes nothing when it is cancelled", async () => {
    const terminal = open();
    await terminal.answer(/Email/, "ada@example.com\r");
    await terminal.answer(/Username/, "\u0003");
    expect((await terminal.ended).code).toBe(1);
    expect(terminal.text()).toContain("No account was made.");
  });
});
