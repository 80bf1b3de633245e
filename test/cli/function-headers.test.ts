import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { FUNCTIONS_FOLDER, readFunctionFiles } from "../../src/cli/migrations/functions/files.ts";

const SOURCES = join(import.meta.dirname, "../../src");
const README = join(FUNCTIONS_FOLDER, "README.md");

/** A function with the comment above it. */
interface Described {
  path: string;
  header: string;
  statement: string;
}

const described: Described[] = [];
for (const { path, functions } of await readFunctionFiles()) {
  const text = await readFile(join(SOURCES, "..", path), "utf8");
  for (const statement of functions) {
    const [before = ""] = text
      .slice(0, text.indexOf(statement))
      .split("--> statement-breakpoint\n")
      .slice(-1);
    described.push({ path, header: before.replace(/^-- ?/gm, ""), statement });
  }
}

/** Returns the names of settings in calls of `name`; "?" for a call without a literal name. */
const settingsIn = (text: string, name: "set_config" | "current_setting") =>
  [...text.matchAll(new RegExp(`\\b${name}\\((?:'([\\w.]+)')?`, "g"))].map(([, setting]) => setting ?? "?");

const unique = (values: string[]) => [...new Set(values)].sort();

/** Returns the path of each function, with the result of `find` for it. */
const each = (find: (function_: Described) => unknown) =>
  described.map((function_) => [function_.path, find(function_)]);

/** Returns the names in the header's lines that begin with `words`. */
const namesAfter = (words: RegExp, header: string) =>
  header
    .split("\n")
    .filter((line) => words.test(line))
    .flatMap((line) => line.replace(words, "").replace(/\.$/, "").split(", "));

describe("the comment above each function", () => {
  it("describes the function in sentences", () => {
    const sentences = /^[A-Z][a-z]+s,? [^\n]+(\n[^\n]+)*\.$/;
    const others = described.filter(({ header }) => !sentences.test((header.split("\n\n")[0] ?? "").trim()));
    expect(others.map(({ path }) => path)).toEqual([]);
  });

  it("has its parameters, in order", () => {
    const listed = ({ header }: Described) =>
      [...header.matchAll(/^ {2}(p_\w+) {2}/gm)].map(([, name]) => name);
    const own = ({ statement }: Described) => {
      const [signature = ""] = statement.split(/\)\s+(?:RETURNS|LANGUAGE)\s/, 1);
      return [...signature.matchAll(/\bp_\w+/g)].map(([name]) => name);
    };
    expect(each(listed)).toEqual(each(own));
  });

  it("has the settings that the function reads and sets", () => {
    expect(each(({ header }) => namesAfter(/^Reads the settings? /, header))).toEqual(
      each(({ statement }) => unique(settingsIn(statement, "current_setting"))),
    );
    expect(each(({ header }) => namesAfter(/^Sets /, header))).toEqual(
      each(({ statement }) => unique(settingsIn(statement, "set_config"))),
    );
  });

  it("has the SQLSTATEs that the function raises itself", () => {
    const raised = (statement: string) =>
      [...statement.replace(/SQLSTATE '(PT\d{3})'/g, "").matchAll(/'(PT\d{3})'/g)].map(
        ([, code = ""]) => code,
      );
    const named = (header: string) =>
      [...(header.split("\nRaises\n")[1] ?? "").matchAll(/^ {2}(\w{5}) {2}/gm)].map(([, code]) => code);
    const missing = described.flatMap(({ path, header, statement }) =>
      raised(statement)
        .filter((code) => !named(header).includes(code))
        .map((code) => `${path}: ${code}`),
    );
    expect(missing).toEqual([]);
  });
});

describe("the rule for reaching a record", () => {
  it("exists in one function: no other names a permission for the records of all users", () => {
    const naming = described.filter(({ statement }) => /:\w*_any|'_any'/.test(statement));
    expect(naming.map(({ path }) => path)).toEqual(["src/database/functions/access/reaches_all.sql"]);
  });
});

describe("the code for permissions", () => {
  const withText = (text: string) =>
    described.filter(({ statement }) => statement.includes(text)).map(({ path }) => path.split("/").at(-1));

  it("handles wildcards in one function, and sets of scopes in two", () => {
    expect(withText("':*'")).toEqual(["wildcards_of.sql"]);
    expect(withText("ingest")).toEqual(["expand_scopes.sql", "scope_sets.sql"]);
  });
});

describe("docs and sources", () => {
  it("names files of functions, and no migration", async () => {
    const root = join(SOURCES, "..");
    const paths = ["README.md"];
    for (const folder of ["docs", "src"]) {
      const found = await readdir(join(root, folder), { recursive: true });
      paths.push(...found.filter((path) => /\.(md|ts|sql)$/.test(path)).map((path) => join(folder, path)));
    }
    const naming: string[] = [];
    for (const path of paths) {
      if (/migrations\/\d{4}/.test(await readFile(join(root, path), "utf8"))) naming.push(path);
    }
    expect(naming).toEqual([]);
  });
});

describe("the readme of the functions", () => {
  it("has every group", async () => {
    const entries = await readdir(FUNCTIONS_FOLDER, { withFileTypes: true });
    const groups = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const listed = (await readFile(README, "utf8")).matchAll(/^\| \[(\w+)\]\(\1\) \| /gm);
    expect([...listed].map(([, name]) => name)).toEqual(groups.sort());
  });

  it("has every setting, with each file that sets or reads it", async () => {
    const used: Record<string, { set: string[]; read: string[] }> = {};
    for (const path of await readdir(SOURCES, { recursive: true })) {
      if (!/\.(ts|sql)$/.test(path)) continue;
      const text = await readFile(join(SOURCES, path), "utf8");
      const file = relative(FUNCTIONS_FOLDER, join(SOURCES, path));
      for (const setting of settingsIn(text, "set_config")) use(setting).set.push(file);
      for (const setting of settingsIn(text, "current_setting")) use(setting).read.push(file);
    }
    function use(setting: string) {
      used[setting] ??= { set: [], read: [] };
      return used[setting];
    }
    const rows = (await readFile(README, "utf8")).matchAll(
      /^\| `([\w.]+)` \| (.*?) ?\| (.*?) ?\| \S.* \|$/gm,
    );
    const linked = (cell: string) => [...cell.matchAll(/\]\((.+?)\)/g)].map(([, path = ""]) => path).sort();
    const listed = Object.fromEntries(
      [...rows].map(([, setting, set = "", read = ""]) => [
        setting,
        { set: linked(set), read: linked(read) },
      ]),
    );
    const expected = Object.entries(used).map(([setting, { set, read }]) => [
      setting,
      { set: unique(set), read: unique(read) },
    ]);
    expect(listed).toEqual(Object.fromEntries(expected));
  });

  it("links only to existing files", async () => {
    const text = await readFile(README, "utf8");
    for (const [, path = ""] of text.matchAll(/\]\(([^)#]+)[)#]/g)) {
      const folder = await readdir(join(FUNCTIONS_FOLDER, dirname(path)));
      expect(folder).toContain(path.split("/").at(-1));
    }
  });
});
