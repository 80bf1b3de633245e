import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { ROOT, readText } from "./guides.ts";

const REFERENCE = /^\[`([A-Z][A-Z0-9]*-\d+)`\]\((?:\.\.\/)+(test\/[\w./-]+\.test\.ts)\)$/;
const ID_IN_TITLE = / \[([A-Z][A-Z0-9]*-\d+)\]["`]/g;

/** Returns the ids at the ends of the titles of all tests, with their files, once for each title. */
export function idsInTests(): { id: string; file: string }[] {
  return readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `test/${name}`)
    .flatMap((file) => [...readText(file).matchAll(ID_IN_TITLE)].map(([, id = ""]) => ({ id, file })));
}

const KNOWN = new Set(idsInTests().map(({ id, file }) => `${id} in ${file}`));

/** Fails unless `references`, a cell of a guide's table about `subject`, consists of links to existing tests. */
export function expectTests(references: string, subject: string): void {
  for (const reference of references.split(", ")) {
    const [, id = "", file = ""] = REFERENCE.exec(reference) ?? [];
    expect(id, `${subject}: ${reference}`).not.toBe("");
    expect(KNOWN.has(`${id} in ${file}`), `${subject}: no title of ${file} ends in [${id}]`).toBe(true);
  }
}
