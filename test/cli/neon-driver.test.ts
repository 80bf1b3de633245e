import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as whole from "@neondatabase/serverless";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withoutPool } from "../../src/cli/neon-driver.ts";
import { loadDriver } from "../support/neon-driver.ts";

type Driver = Pick<typeof whole, "neon" | "neonConfig" | "NeonDbError" | "types">;

let directory: string;
let source: string;
let driver: Driver;
let half: Driver;
beforeAll(async () => {
  driver = await loadDriver();
  directory = await mkdtemp(join(tmpdir(), "driver-"));
  source = await readFile(fileURLToPath(import.meta.resolve("@neondatabase/serverless")), "utf8");
  const path = join(directory, "neon-http.mjs");
  await writeFile(path, withoutPool(source));
  half = await import(/* @vite-ignore */ pathToFileURL(path).href);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Returns what `neon` of a driver sends for a query, and what it makes of the answer. */
async function ask({ neon, neonConfig }: Driver) {
  const sent: unknown[] = [];
  neonConfig.fetchFunction = async (url: string, request: RequestInit) => {
    sent.push(url, request.headers, JSON.parse(String(request.body)));
    const fields = [
      { name: "count", dataTypeID: 20 },
      { name: "at", dataTypeID: 1184 },
      { name: "data", dataTypeID: 17 },
    ];
    const row = ["7", "2026-11-23 15:04:05.123+00", "\\x0102"];
    return Response.json({ command: "SELECT", rowCount: 1, fields, rows: [row] });
  };
  const query = neon("postgres://ada:secret@db.example.com/tracker", { fullResults: true });
  const parameters = [new Date(0), ["a", 'b"'], { deep: true }, null, 1.5, Buffer.from("z")];
  const answer = await query.query("select $1, $2, $3, $4, $5, $6", parameters);
  return { sent, fields: answer.fields, rows: JSON.parse(JSON.stringify(answer.rows)) };
}

it("sends queries and reads answers like the whole driver", async () => {
  const expected = await ask(driver);
  expect(expected.rows).toEqual([expect.objectContaining({ count: "7", at: "2026-11-23T15:04:05.123Z" })]);
  expect(await ask(half)).toEqual(expected);
});

it("connects with a query's own parameters", async () => {
  const hosts: string[] = [];
  for (const { neon, neonConfig } of [driver, half]) {
    neonConfig.fetchFunction = async (url: string) => {
      hosts.push(new URL(url).hostname);
      return Response.json({ command: "SELECT", rowCount: 0, fields: [], rows: [] });
    };
    const client = neon("postgres://ada:secret@db.example.com/tracker");
    for (const options of [{}, { host: "db.example.net" }, {}]) {
      await client.query("select", [], options);
    }
  }
  expect(hosts.slice(3)).toEqual(hosts.slice(0, 3));
  expect(new Set(hosts).size).toBe(2);
});

it("throws the driver's error with the fields of PostgreSQL", async () => {
  half.neonConfig.fetchFunction = async () =>
    Response.json({ message: "no such table", code: "42P01", severity: "ERROR" }, { status: 400 });
  const failure = half.neon("postgres://ada:secret@db.example.com/tracker")`select 1`;
  await expect(failure).rejects.toBeInstanceOf(half.NeonDbError);
  await expect(failure).rejects.toMatchObject({ name: "NeonDbError", code: "42P01", severity: "ERROR" });
});

it("has neither a pool nor a client", () => {
  expect(Object.keys(half).sort()).toEqual(["NeonDbError", "neon", "neonConfig", "types"]);
});

it("leaves nothing in a bundle that only connections through WebSockets need", async () => {
  const unused = ["readUInt16LE", "EventEmitter memory leak", "_md5cycle", "parseFloatFromBits"];
  const { outputFiles } = await build({
    stdin: { contents: withoutPool(source) },
    bundle: true,
    write: false,
    format: "esm",
    minifySyntax: true,
  });
  const text = outputFiles[0]?.text ?? "";
  expect(text).toContain("NeonDbError");
  expect(unused.filter((name) => text.includes(name))).toEqual([]);
});

it("refuses a module of another form", () => {
  expect(() => withoutPool(source.replace("var Co=we(ot())", "var Do=we(ot())"))).toThrow(
    "no longer contains",
  );
  expect(() => withoutPool(source.replace("application_name:vt", "application_name:wt"))).toThrow(
    "no longer contains",
  );
  expect(() => withoutPool(source.replace("function ys(r,", "function yt(r,"))).toThrow("function ys");
  expect(() => withoutPool(source.replace("Fu=(fr(),O(lr))", "Gu=(fr(),O(lr))"))).toThrow("Fu=");
  expect(() => withoutPool(source.replace("ys as neon,", "yt as neon,"))).toThrow("ys as neon");
});
