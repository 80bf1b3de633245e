import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const CONFIGURATION = ["lefthook.yml", ".secretlintrc.json", "biome.json", "package.json"];

let clone: string;

/** Creates a small clone with installed hooks, in which type checks are quick. */
beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), "hooks-"));
  for (const name of CONFIGURATION) await cp(join(ROOT, name), join(clone, name));
  for (const name of ["lint", "src/cli"]) await cp(join(ROOT, name), join(clone, name), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(clone, "node_modules"));
  await writeFile(join(clone, ".gitignore"), "node_modules\n");
  for (const folder of [".", "src/web"]) {
    await mkdir(join(clone, folder), { recursive: true });
    await writeFile(
      join(clone, folder, "tsconfig.json"),
      '{ "compilerOptions": { "noEmit": true }, "include": ["*.ts"] }\n',
    );
    await writeFile(join(clone, folder, "begin.ts"), "export const begun = true;\n");
  }
  await run("git", "init", "--quiet");
  await git("add", ".");
  await git("commit", "--quiet", "--no-verify", "--message", "Begin");
  await run(join(ROOT, "node_modules/.bin/lefthook"), "install");
});
afterAll(() => rm(clone, { recursive: true, force: true }));
beforeEach(() => git("reset", "--quiet", "--hard"));

const git = (...args: string[]) =>
  run("git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args);

async function run(program: string, ...args: string[]) {
  // If a hook runs these tests, git's variables are for the project, not for the clone.
  const ours = Object.entries(process.env).filter(([variable]) => !/^(GIT_|LEFTHOOK)/.test(variable));
  return promisify(execFile)(program, args, { cwd: clone, env: Object.fromEntries(ours) });
}

/** Stages a file and commits it. Returns the output of the hooks if they reject it. */
async function commit(name: string, content: string, subject = "feat: add a file"): Promise<string> {
  await writeFile(join(clone, name), content);
  await git("add", name);
  return git("commit", "--message", subject).then(
    () => "",
    ({ stdout, stderr }) => String(stdout) + stderr,
  );
}

it("accepts a clean change", async () => {
  expect(await commit("clean.ts", "export const clean = true;\n")).toBe("");
});

it("formats committed files [HOOK-1]", async () => {
  expect(await commit("shape.ts", "export const shape = {a:1}\n")).toBe("");
  expect(await readFile(join(clone, "shape.ts"), "utf8")).toBe("export const shape = { a: 1 };\n");
  expect((await git("status", "--short")).stdout).toBe("");
});

it("rejects a commit subject that names no type", async () => {
  expect(await commit("clean.ts", "export const clean = 1;\n", "Change")).toContain(
    'must read "type(scope): imperative"',
  );
});

// Secrets are concatenated here, so that this file passes the hooks.
it.each([
  [
    "a secret",
    "secret.ts",
    `export const token = "ghp_${"x9Yz8Wq7Rt6".repeat(4).slice(0, 36)}";\n`,
    "GITHUB",
  ],
  [
    "a database's password",
    "notes.txt",
    `${"postgres"}://owner:npg_aB3dEf6hIj@db.example.com/app\n`,
    "PostgreSQL",
  ],
  ["a violation of a lint rule", "lint.ts", "export const lint: any = 1;\n", "noExplicitAny"],
  ["a type error", "types.ts", "export const types: string = 1;\n", "TS2322"],
  ["a merge conflict", "notes.txt", `${"<".repeat(7)} HEAD\n`, "merge conflict"],
  ["a large file", "large.txt", "x".repeat(1024 * 1024 + 1), "over 1 MiB"],
  ["no newline at the end", "notes.txt", "x", "no newline"],
])("rejects %s [HOOK-2]", async (_, name, content, reason) => {
  expect(await commit(name, content)).toContain(reason);
});
