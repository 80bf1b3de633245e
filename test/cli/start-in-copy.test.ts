import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Command } from "../support/command.ts";
import { copyTemplate } from "../support/data-templates.ts";
import { copyProject, ODD_NAME, startIn } from "../support/project-copy.ts";

let directory: string;
let copy: string;
let system: Command | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "start-in-copy-"));
  copy = join(directory, ODD_NAME);
  await copyProject(copy);
});
afterEach(async () => {
  system?.process.kill("SIGTERM");
  await system?.ended;
  system = undefined;
  await rm(directory, { recursive: true, force: true });
});

/** Adds a database, whose creation would take longer than the rest of a test. */
const addDatabase = (state: "empty" | "migrated" = "migrated") => copyTemplate(join(copy, ".data"), state);

/** Environment of a start from a shell instead of npm. */
const BY_HAND = { npm_lifecycle_event: "" };

it("keeps everything inside the project by default, and prints short paths", async () => {
  await addDatabase("empty");
  system = startIn(copy, "start", ["--port", "0"], BY_HAND);
  await system.printed(/Ctrl-C/);
  const printed = system.output();
  expect(printed).toMatch(/^ {2}Data +\.data$/m);
  expect(printed).toMatch(/^ {2}Logs +logs$/m);
  expect(printed).toMatch(/^ {2}Next +npm run create-super-user, in another terminal$/m);
  expect((await readdir(join(copy, ".data"))).sort()).toEqual([
    "lock",
    "mail",
    "postgres",
    "running.json",
    "secret",
  ]);
  expect((await readdir(join(copy, "logs"))).filter((name) => name.endsWith(".log")).sort()).toEqual([
    "app.log",
    "error.log",
  ]);
});

it("shows the output of the process of wrangler in npm run dev, and writes it to the log", async () => {
  await addDatabase();
  const path = join(copy, "src/cli/local/worker-process.ts");
  await writeFile(
    path,
    `setInterval(() => console.error("Something odd happens."), 200);\n${await readFile(path)}`,
  );
  system = startIn(copy, "start", ["--watch", "--port", "0"]);
  await system.printed(/^[\d:]+ warn +Something odd happens\.$/m);
  await expect
    .poll(() => readFile(join(copy, "logs/app.log"), "utf8").catch(() => ""), { timeout: 10_000 })
    .toMatch(/^\{.*"level":"warn","module":"runtime","message":"Something odd happens\."\}$/m);
});

/** Makes a directory read-only for root too, as a read-only mount or another owner does for a user. Returns false if it can't. */
function makeReadOnly(path: string): boolean {
  if (process.getuid?.() !== 0) {
    chmodSync(path, 0o555);
    return true;
  }
  const mount = (...args: string[]) => spawnSync("mount", [...args, path]).status === 0;
  return mount("--bind", path) && mount("-o", "remount,ro,bind");
}

it("starts although .wrangler is read-only, and writes nothing to it", async (test) => {
  await addDatabase();
  const directory = join(copy, ".wrangler");
  await mkdir(directory);
  try {
    if (!makeReadOnly(directory)) return test.skip("This machine can't mount a directory.");
    system = startIn(copy, "start", ["--port", "0"]);
    await system.printed(/Ctrl-C/);
    const seeded = await startIn(copy, "seed").ended;
    expect(seeded).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining("the running database"),
    });
    expect(await readdir(directory)).toEqual([]);
    system.process.kill("SIGTERM");
    expect(await system.ended).toMatchObject({ code: 0, stderr: "" });
  } finally {
    spawnSync("umount", [directory]);
    chmodSync(directory, 0o755);
  }
});

it.each([
  [".wrangler", ".wrangler/tmp"],
  [".wrangler/tmp", ".wrangler/tmp"],
  ["dist", "dist/assets"],
])("fails with one line if %s can't be written", async (path, named) => {
  await mkdir(join(copy, dirname(path)), { recursive: true });
  // A file in place of the directory.
  await writeFile(join(copy, path), "");
  system = startIn(copy, "start", ["--port", "0"]);
  expect(await system.ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(`^error: ${named} can't be written \\(E\\w+\\)[^\\n]+\\n$`),
  });
});

it("fails with one line if the Worker throws when it is loaded", async () => {
  await addDatabase();
  await appendFile(join(copy, "src/worker.ts"), '\nthrow new Error("Not today");\n');
  system = startIn(copy, "start", ["--port", "0"]);
  expect(await system.ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: The Worker can't be loaded: [^\n]+\n$/),
  });
});

it("fails with one line if the main file of the Worker is missing", async () => {
  await addDatabase();
  await rm(join(copy, "src/worker.ts"));
  system = startIn(copy, "start", ["--port", "0"]);
  expect(await system.ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: The Worker can't be loaded: [^\n]*worker\.ts[^\n]*\n$/),
  });
});
