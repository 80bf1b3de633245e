import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { experimental_getWranglerCommands } from "wrangler";
import { ERRORS } from "../../src/core/errors.ts";
import { CATALOGUE, DEFAULT_ROLES, PERMISSIONS } from "../../src/core/permissions.ts";
import { encodePersonalToken, newPersonalToken } from "../../src/core/security/personal-token.ts";
import { ApiError, call, register } from "../examples/errors.ts";
import { blocksOf, codesIn, GUIDES, ROOT, readText, rowsOf, sectionOf } from "../support/guides.ts";
import { type System, startSystem } from "../support/system.ts";

const run = promisify(execFile);

/** A command of wrangler, or a group of commands. */
type CommandNode = ReturnType<typeof experimental_getWranglerCommands>["registry"];

/** An administrator for the examples. */
const SUPERUSER = {
  SUPERUSER_EMAIL: "root@example.com",
  SUPERUSER_USERNAME: "root",
  SUPERUSER_PASSWORD: "correct horse battery staple",
};

let system: System;
beforeAll(async () => {
  system = await startSystem(SUPERUSER);
});
afterAll(() => system?.stop());

/** Runs the shell examples of a guide as one script. Returns their output, and the codes that comments promise. */
async function runExamples(path: string) {
  const script = blocksOf(path)
    .filter(({ language, label }) => language === "sh" && label === "run")
    .map(({ code }) => code)
    .join("\n");
  const { stdout } = await run("bash", ["-e", "-c", script], {
    env: { ...process.env, ...SUPERUSER, API: system.url },
  });
  const answers = stdout.split(/(?<=[\]}])(?=[[{])/).map((text) => JSON.parse(text) as { error?: string });
  const promised = [...script.matchAll(/# ([A-Z_]+)$/gm)].map(([, code]) => code);
  return { answers, refusals: answers.flatMap(({ error }) => error ?? []), promised };
}

describe("every guide", () => {
  it.each(GUIDES)("has only valid links in %s", (path) => {
    const links = [...readText(path).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].flatMap(
      ([, link]) => link ?? [],
    );
    const local = links.filter((link) => !/^https?:/.test(link));
    expect(local.filter((link) => !existsSync(join(ROOT, dirname(path), link)))).toEqual([]);
  });

  it.each(GUIDES)("has only existing scripts, files and examples in %s [DOCS-3]", (path) => {
    const text = readText(path);
    const scripts = Object.keys(JSON.parse(readText("package.json")).scripts);
    const named = [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].flatMap(([, name]) => name ?? []);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
    const files = codesIn(text).filter((code) => /^(src|test|migrations|docs)\/[\w./-]+\.\w+$/.test(code));
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    for (const { label, code } of blocksOf(path).filter(({ label }) => /^(?:src|test)\//.test(label))) {
      // Paths of a feature are relative to src/features/.
      expect(code, label).toBe(readText(label).replaceAll("../../../src/", "../../../"));
    }
  });

  it.each(GUIDES)(
    "links to files of functions instead of migrations, which may be outdated, in %s",
    (path) => {
      expect(readText(path)).not.toMatch(/migrations\/0/);
    },
  );

  it("is linked from README.md, directly or through another guide", () => {
    const readme = readText("README.md");
    const lost = GUIDES.slice(1).filter(
      (path) => !path.startsWith("docs/decisions/") && !readme.includes(path),
    );
    expect(lost).toEqual([]);
  });
});

describe("docs/error-handling.md", () => {
  it("lists exactly the existing codes, with their statuses", () => {
    const rows = rowsOf(sectionOf("docs/error-handling.md", "All codes")).flatMap(([code, status]) =>
      codesIn(code).map((name) => [name, Number(status)]),
    );
    expect(rows).toEqual(Object.entries(ERRORS).map(([code, { status }]) => [code, status]));
  });

  it("shows the output of curl", async () => {
    const { refusals, promised } = await runExamples("docs/error-handling.md");
    expect(refusals).toEqual(promised);
    expect(promised).toHaveLength(6);
  });

  it("has a client that throws the error of the API", async () => {
    const refused = call(new Request(`${system.url}/auth/me`));
    await expect(refused).rejects.toMatchObject({ status: 401, refusal: { error: "INVALID_TOKEN" } });
    expect((await call(new Request(`${system.url}/health`))).status).toBe(200);
  });

  it("has a form that shows errors at their fields [DOCS-5]", async () => {
    const shown: string[] = [];
    const submit = (form: object) => register(system.url, form, (field) => shown.push(field));
    const { SUPERUSER_EMAIL: email, SUPERUSER_PASSWORD: password } = SUPERUSER;
    await submit({ email: "invalid", username: "x", password });
    expect(shown.splice(0)).toEqual(["email", "username"]);
    await submit({ email, username: "ada", password });
    expect(shown.splice(0)).toEqual(["email"]);
    await submit({ email: "ada@example.com", username: "root", password });
    expect(shown.splice(0)).toEqual(["username"]);
    await submit({ email: "ada@example.com", username: "ada", password: "password" });
    expect(shown.splice(0)).toEqual(["password"]);
  });

  it("has a client that retries a 503 only for safe requests", async () => {
    const sent: string[] = [];
    const overloaded = async (input: RequestInfo | URL) => {
      sent.push(new Request(input).method);
      return new Response("<html>", { status: 503, headers: { "Retry-After": "0" } });
    };
    const get = new Request(system.url);
    await expect(call(get, overloaded)).rejects.toBeInstanceOf(ApiError);
    expect(sent).toEqual(["GET", "GET", "GET"]);
    const post = new Request(system.url, { method: "POST", body: "{}" });
    await expect(call(post, overloaded)).rejects.toMatchObject({ refusal: { error: "NOT_FROM_THE_API" } });
    expect(sent).toEqual(["GET", "GET", "GET", "POST"]);
  });
});

describe("docs/permissions.md", () => {
  it("lists the permissions and the default roles", () => {
    const rows = rowsOf(sectionOf("docs/permissions.md", "Defaults")).map((cells) => cells.map(codesIn));
    const listed = Object.fromEntries(
      rows.flatMap(([names = [], values = []]) => names.map((name) => [name, values])),
    );
    expect(listed).toEqual({
      ...Object.fromEntries(Object.entries(CATALOGUE).map(([resource, actions]) => [resource, [...actions]])),
      // "all of them but" private permissions
      admin: ["activity:read_any"],
      user: [...DEFAULT_ROLES.user.permissions],
      viewer: [...DEFAULT_ROLES.viewer.permissions],
    });
    expect(DEFAULT_ROLES.admin.permissions).toEqual(
      PERMISSIONS.filter((name) => name !== "activity:read_any"),
    );
  });

  it("has a tour that works in a shell", async () => {
    const { answers, refusals, promised } = await runExamples("docs/permissions.md");
    expect(refusals).toEqual(promised);
    expect(promised).toHaveLength(3);
    expect(answers).toContainEqual(expect.arrayContaining([expect.objectContaining({ name: "bookkeeper" })]));
  });
});

describe("docs/productivity.md", () => {
  it("shows the answers of reports", async () => {
    const blocks = blocksOf("docs/productivity.md").filter(({ label }) => /^(run|answer)$/.test(label));
    const script = blocks.map(({ label, code }) => (label === "run" ? code : "printf '\\0'")).join("\n");
    const { stdout } = await run("bash", ["-e", "-c", script], {
      env: { ...process.env, API: system.url, ZONE: zoneAtNoon() },
    });
    const answers = stdout.split("\0").slice(0, -1);
    const shown = blocks.flatMap(({ label, code }) => (label === "answer" ? [JSON.parse(code)] : []));
    expect(answers).toHaveLength(shown.length);
    for (const [index, answer] of answers.entries()) expect(JSON.parse(answer)).toMatchObject(shown[index]);
  });

  it("has an example of every report", async () => {
    const { paths } = (await (await fetch(`${system.url}/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    const reports = Object.keys(paths).filter((path) =>
      /^\/reports\/|progress$|^\/activity\/summary$/.test(path),
    );
    const examples = blocksOf("docs/productivity.md").flatMap(({ code }) =>
      [...code.matchAll(/get ['"]([^?'"]+)/g)].flatMap(([, path]) => path ?? []),
    );
    expect([...new Set(examples)].sort()).toEqual(reports.sort());
  });
});

/** Returns a zone, encoded for a URL, in which it is between 12:00 and 13:00, so that the last hours are on one day. */
function zoneAtNoon(): string {
  const behind = new Date().getUTCHours() - 12;
  return `Etc/GMT${behind < 0 ? "" : "%2B"}${behind}`;
}

describe("docs/tokens.md", () => {
  it("has a tour that works in a shell", async () => {
    const { answers, refusals, promised } = await runExamples("docs/tokens.md");
    expect(refusals).toEqual(promised);
    expect(promised).toHaveLength(4);
    expect(answers).toContainEqual({ permissions: ["roles:read"], is_superuser: false });
  });

  it("has a pattern for secret scanners that finds tokens, and nothing shorter", async () => {
    const pattern =
      blocksOf("docs/tokens.md")
        .find(({ label }) => label === "pattern")
        ?.code.trim() ?? "";
    expect(codesIn(readText("docs/security.md"))).toContain(pattern);
    const token = await encodePersonalToken(newPersonalToken(crypto.randomUUID()));
    expect(new RegExp(pattern).exec(`TOKEN="${token}"`)?.[0]).toBe(token);
    expect(new RegExp(pattern).test(token.slice(0, -1))).toBe(false);
  });
});

describe("docs/tracking-clients.md", () => {
  it("has a tour that works in a shell", async () => {
    const { answers, refusals, promised } = await runExamples("docs/tracking-clients.md");
    expect(refusals).toEqual(promised);
    expect(promised).toHaveLength(1);
    expect(answers).toContainEqual([[expect.objectContaining({ duration: 7, data: { app: "Terminal" } })]]);
  });
});

describe("docs/operations.md", () => {
  const text = readText("docs/operations.md");

  it("names only commands and flags of wrangler that exist", async () => {
    const named = [...text.matchAll(/npx\s+wrangler\s+([a-z][^`#\n]*)/g)].map(([, command = ""]) =>
      command.trim(),
    );
    const flags = new Map<string, Set<string>>();
    for (const command of named) {
      const [name = ""] = /^(secret|deployments|queues( consumer)?) [a-z]+|^[a-z]+/.exec(command) ?? [];
      const used = flags.get(name) ?? new Set();
      for (const [flag] of command.matchAll(/--[a-z-]+/g)) used.add(flag);
      flags.set(name, used);
    }
    expect(flags.size).toBeGreaterThan(8);
    // Wrangler's own description of its commands: with --help, each would take seconds.
    const { experimental_getWranglerCommands } = await import("wrangler");
    const { registry, globalFlags } = experimental_getWranglerCommands();
    for (const [name, used] of flags) {
      const command = name
        .split(" ")
        .reduce<CommandNode | undefined>((node, word) => node?.subtree.get(word), registry);
      const { definition } = command ?? {};
      expect(definition?.type, name).toBe("command");
      const args = definition && "args" in definition ? definition.args : {};
      const known = Object.keys({ ...args, ...globalFlags });
      for (const flag of used) expect(known, name).toContain(flag.slice("--".length));
    }
  });

  it("names only commands and flags of this project that exist", async () => {
    const env = { ...process.env, PATH: `${join(ROOT, "node_modules/.bin")}:${process.env.PATH}` };
    const refused = run("node", ["src/cli/run.mjs", "migrate"], { cwd: ROOT, env });
    await expect(refused).rejects.toMatchObject({ stderr: expect.stringContaining("down [N] | status") });
    expect(text).toContain("npx node src/cli/run.mjs migrate status");
  });

  it("names only settings that exist", () => {
    const config = readText("src/core/config.ts");
    const named = codesIn(text).filter((code) => /^[A-Z]+_[A-Z_]+$/.test(code) && !(code in ERRORS));
    expect(named.filter((name) => !config.includes(` ${name}:`))).toEqual([]);
  });

  it("describes the fields of the log", async () => {
    const rows = rowsOf(sectionOf("docs/operations.md", "Logs")).map((cells) => cells.map(codesIn));
    const fieldsOf = (module: string) =>
      rows.flatMap(([fields = [], modules = []]) =>
        modules.includes(module) || modules.length === 0 ? fields : [],
      );
    const answer = await fetch(`${system.url}/auth/me`, { headers: { "X-Request-Id": "client-1" } });
    const id = answer.headers.get("X-Request-Id");
    const folder = join(system.dataDir, "data/logs");
    const line = await vi.waitFor(async () => {
      const files = await readdir(folder);
      const logs = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
      const found = logs
        .join("")
        .split("\n")
        .find((entry) => id !== null && entry.includes(id));
      return JSON.parse(found ?? "");
    });
    // The request has no user, so there is no user_id.
    expect(Object.keys(line).sort()).toEqual(
      fieldsOf("http")
        .filter((name) => name !== "user_id")
        .sort(),
    );
  });
});

describe("docs/architecture.md", () => {
  it("shows each folder of src/", () => {
    const [tree] = readText("docs/architecture.md")
      .split("```\n")
      .filter((code) => code.startsWith("src/\n"));
    const shown: string[] = [];
    const parents: string[] = [];
    for (const [, indent = "", name = ""] of tree?.matchAll(/^( *)([\w-]+)\/( |$)/gm) ?? []) {
      const depth = indent.length / 2;
      parents.splice(depth, Number.POSITIVE_INFINITY, name);
      shown.push(parents.join("/"));
    }
    // The README of the functions lists their groups, and each page of the web app has a folder, as do its texts.
    const folders = readdirSync(join(ROOT, "src"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ parentPath, name }) => relative(ROOT, join(parentPath, name)))
      .filter((path) => !/^src\/(?:database\/functions|web\/(?:i18n|pages))\//.test(path));
    expect(shown.filter((path) => path.startsWith("src/")).sort()).toEqual(folders.sort());
  });

  it("names the middleware in the order of parts/base.ts", () => {
    const [, first = ""] =
      /^1\. (.*?)\n2\./ms.exec(sectionOf("docs/architecture.md", "A request's path")) ?? [];
    const lines = readText("src/parts/base.ts").matchAll(/^ {2}base\.use\((?:takeSteps\(([^)]*)|(\w+))/gm);
    const used = [...lines].flatMap(([, steps, name]) => steps?.split(", ") ?? [name]);
    expect(codesIn(first)).toEqual(used);
  });
});

describe("docs/decisions", () => {
  const records = GUIDES.filter((path) => /decisions\/\d/.test(path));

  it.each(records)("has all parts of a record, on at most one page, in %s", (path) => {
    const headings = [...readText(path).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(["Context", "Decision", "Consequences", "Checked by"]);
    expect(readText(path).split("\n").length).toBeLessThan(60);
    expect(readText("docs/decisions/README.md")).toContain(path.replace("docs/decisions/", ""));
  });
});

describe("docs/typed-client.md", () => {
  it("sends a request twice and gets the same answer", async () => {
    const { answers, refusals, promised } = await runExamples("docs/typed-client.md");
    const [first, second] = answers;
    expect(first).toMatchObject({ username: "twice" });
    expect(second).toEqual(first);
    expect(refusals).toEqual(promised);
    expect(promised).toHaveLength(1);
  });

  it("has a type for every operation of the OpenAPI document", async () => {
    const document = (await (await fetch(`${system.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => /^(get|put|post|delete|patch)$/.test(method))
        .map((method) => `Routes["${path.replaceAll(/\{(\w+)\}/g, ":$1")}"]["$${method}"]["output"]`),
    );
    expect(operations.length).toBeGreaterThan(30);
    const source = [
      `import type { ExtractSchema } from "hono/types";`,
      `import type { AppType } from "../../src/app.ts";`,
      "type Routes = ExtractSchema<AppType>;",
      // A missing operation is a type error; an operation of type `any` or `never` must be one, too.
      "type Solid<Output> = [Output] extends [never] ? never : 0 extends 1 & Output ? never : true;",
      ...operations.map((operation, index) => `export const o${index}: Solid<${operation}> = true;`),
    ];
    // A missing operation proves that such errors are found. It is compiled together with the others, since that takes long.
    source.push(`export const lost: Solid<Routes["/lost"]> = true;`);
    const errors = (await typeErrorsOf([source.join("\n")])).match(/^.*error TS.*$/gm);
    expect(errors).toEqual([expect.stringMatching(new RegExp(`0\\.ts\\(${source.length},.*TS2339.*/lost`))]);
    // The compiler takes half a minute of CPU for all these types.
  }, 180_000);

  it("shows a front end that compiles with the documented options", async () => {
    const blocks = blocksOf("docs/typed-client.md").filter(({ label }) => label === "browser");
    const [options] = blocks.filter(({ language }) => language === "json");
    const sources = blocks.filter(({ language }) => language === "ts").map(({ code }) => code);
    expect(sources).toHaveLength(2);
    const extraFiles = { "api.d.ts": readText("test/examples/api.d.ts") };
    expect(await typeErrorsOf(sources, JSON.parse(options?.code ?? ""), extraFiles)).toBe("");
  });
});

/** Compiles `sources` in this project, with additional files and with `options`, which override tsconfig.json. Returns the errors. */
async function typeErrorsOf(
  sources: string[],
  options: object = {},
  extraFiles: Record<string, string> = {},
): Promise<string> {
  await mkdir(join(ROOT, "dist"), { recursive: true });
  const folder = await mkdtemp(join(ROOT, "dist/types-"));
  try {
    for (const [index, source] of sources.entries()) await writeFile(join(folder, `${index}.ts`), source);
    for (const [name, text] of Object.entries(extraFiles)) await writeFile(join(folder, name), text);
    const config = { extends: "../../tsconfig.json", include: ["*.ts"], ...options };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    await run("tsc", ["--noEmit", "--checkers", "1", "-p", folder], { cwd: ROOT });
    return "";
  } catch (error) {
    return (error as { stdout: string }).stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}
