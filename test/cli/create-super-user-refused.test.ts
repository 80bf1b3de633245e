import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withDatabase } from "../../src/cli/local/connect.ts";
import { type Command, runCommand, shellCommandOf, startCommand, startProcess } from "../support/command.ts";
import { copyTemplate } from "../support/data-templates.ts";

const PASSWORD = "correct horse battery staple";
const ROOT = ["--email", "root@example.com", "--username", "root"];

let directory: string;
let dataDir: string;
/** Process that has the database open, which has a superuser. */
let database: Command;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "create-super-user-"));
  dataDir = join(directory, "data");
  await copyTemplate(dataDir, "migrated");
  database = startCommand("db", ["--port", "0", "--data", dataDir]);
  await database.printed(/Ctrl-C/);
  const created = await create(ROOT, { SUPERUSER_PASSWORD: PASSWORD });
  expect(created.code).toBe(0);
});
afterAll(async () => {
  database.process.kill("SIGTERM");
  await database.ended;
  await rm(directory, { recursive: true, force: true });
});

const create = (args: string[], environment: NodeJS.ProcessEnv) =>
  runCommand("create-super-user", ["--data", dataDir, ...args], environment);

async function usernames() {
  const { rows } = await withDatabase((db) => db.execute("select username from users"), { dataDir });
  return rows.map(({ username }) => username);
}

it("names the value that is missing or empty", async () => {
  expect(await create(ROOT, {})).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: Missing password, and no terminal to ask\. Use --email/),
  });
  expect(
    await create(["--username", "ada"], { SUPERUSER_EMAIL: "", SUPERUSER_PASSWORD: PASSWORD }),
  ).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: Missing email, and no terminal /),
  });
  expect(await usernames()).toEqual(["root"]);
});

it("asks on a terminal only for missing values, and shows that no account was created", async () => {
  const flags = "--email root@example.com --username someone";
  const node = `${shellCommandOf("create-super-user")} --data '${dataDir}' ${flags}`;
  const terminal = startProcess("script", ["-qfec", `stty rows 40 cols 120; exec ${node}`, "/dev/null"], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  await terminal.printed(/Password/);
  terminal.process.stdin?.write(`${PASSWORD}\r`);
  await terminal.printed(/Confirm the password/);
  terminal.process.stdin?.write(`${PASSWORD}\r`);
  expect((await terminal.ended).code).toBe(1);
  const shown = stripVTControlCharacters(terminal.output());
  expect(shown).not.toMatch(/Email|Username|correct horse/);
  expect(shown).toMatch(/No account was created\s.*error: .*email already exists/s);
  expect(await usernames()).toEqual(["root"]);
});
