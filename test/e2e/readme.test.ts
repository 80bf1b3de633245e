import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type System, startSystem } from "../support/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

/** Returns the block of README.md with the label `tour`. */
async function tour(): Promise<string> {
  const readme = await readFile(resolve(import.meta.dirname, "../../README.md"), "utf8");
  const [, script] = /```sh tour\n(.*?)```/s.exec(readme) ?? [];
  if (script === undefined) throw new Error("README.md has no tour");
  return script;
}

it("runs README's tour in a shell [DOCS-1]", async () => {
  const script = (await tour()).replace("http://127.0.0.1:8500", system.url);
  const { stdout, stderr } = await promisify(execFile)("bash", ["-e", "-c", script]);
  expect(stderr).toBe("");
  const answers = stdout.split(/(?<=\})(?=\{)/).map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(
    answers.map(
      ({ error, message, username, description, entries }) =>
        error ?? message ?? username ?? description ?? entries,
    ),
  ).toEqual([
    expect.stringMatching(/^ada\d+$/),
    "Write the report",
    "Write the report",
    1,
    "Logout successful",
    "INVALID_TOKEN",
  ]);
});

it("lists exactly the existing settings in docs/configuration.md", async () => {
  const guide = await readFile(resolve(import.meta.dirname, "../../docs/configuration.md"), "utf8");
  const sources = await Promise.all(
    ["core/config.ts", "server/settings.ts"].map((path) =>
      readFile(resolve(import.meta.dirname, "../../src", path), "utf8"),
    ),
  );
  const settings = new Set(
    sources.flatMap((source) => [...source.matchAll(/^ {2,4}([A-Z0-9_]+):/gm)].map(([, name]) => name)),
  );
  // A setting of Node itself.
  settings.add("UV_THREADPOOL_SIZE");
  const documented = [...guide.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, names = ""]) =>
    [...names.matchAll(/`([A-Z0-9_]+)`/g)].map(([, name]) => name),
  );
  expect(documented.sort()).toEqual([...settings].sort());
});

it("names only existing scripts in README.md [DOCS-2]", async () => {
  const readme = await readFile(resolve(import.meta.dirname, "../../README.md"), "utf8");
  const manifest = JSON.parse(await readFile(resolve(import.meta.dirname, "../../package.json"), "utf8"));
  const named = [...readme.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name);
  for (const name of named) expect(Object.keys(manifest.scripts)).toContain(name);
});

it("runs existing scripts in every make target, and lists it in `make help`", async () => {
  const root = resolve(import.meta.dirname, "../..");
  const makefile = await readFile(resolve(root, "Makefile"), "utf8");
  const manifest = JSON.parse(await readFile(resolve(root, "package.json"), "utf8"));
  const targets = /\.PHONY: (.*)/.exec(makefile)?.[1]?.split(" ") ?? [];
  const { stdout: help } = await promisify(execFile)("make", ["help"], { cwd: root });
  expect(help.match(/^\S+/gm)).toEqual(targets);
  for (const target of targets) {
    const { stdout } = await promisify(execFile)("make", ["-n", target, "name=any"], { cwd: root });
    const scripts = [...stdout.matchAll(/npm (?:run )?([\w:-]+)/g)].map(([, script]) => script);
    for (const script of scripts) expect(["ci", ...Object.keys(manifest.scripts)]).toContain(script);
  }
});
