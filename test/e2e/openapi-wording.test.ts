import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const PROJECT = resolve(import.meta.dirname, "../..");

/** The last commit before the texts of the API were edited: clients rely on all else in its document. */
const BEFORE_EDITING = "742e08a3a09493b0020dd7adcd6cb800ebb3a14f";

/** Members of an OpenAPI document that hold prose; `contact` names the operator. */
const TEXTS = new Set(["summary", "description", "example", "examples", "contact"]);

/** Operations whose ids are older than the glossary, by which users sign in, out and up. */
const SUMMARIES: Record<string, string> = {
  forgotPassword: "Request a password reset mail",
  login: "Sign in",
  logout: "Sign out",
  proveSecondFactor: "Sign in with a second factor",
  register: "Create an account",
};

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;

/** Returns `node` without its summaries, descriptions and examples; fields of schemas keep their names. */
function withoutTexts(node: Json, isFieldMap = false): Json {
  if (Array.isArray(node)) return node.map((item) => withoutTexts(item));
  if (node === null || typeof node !== "object") return node;
  const kept = Object.entries(node).filter(([key]) => isFieldMap || !TEXTS.has(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [key, withoutTexts(value, !isFieldMap && key === "properties")]),
  );
}

const readDocument = async (): Promise<Record<string, Json>> =>
  JSON.parse(await readFile(join(PROJECT, "docs/openapi.json"), "utf8"));

const readDocumentBefore = (): Record<string, Json> =>
  JSON.parse(
    execFileSync("git", ["show", `${BEFORE_EDITING}:docs/openapi.json`], {
      cwd: PROJECT,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    }),
  );

/** Changes since then, by place, that break no client. */
const CHANGED = [
  // A page can have more entries.
  "paths./time-entries.get.parameters.limit.schema.maximum",
  // The color is the next of several.
  "components.schemas.CreateProject.properties.color.default",
  // Only lists of an organization's records, which did not exist, have no total unless it is requested.
  ...["clients", "projects", "tags", "tasks", "time-entries"].flatMap((list) =>
    ["X-Total-Count", "X-Total-Count-Exact"].map(
      (header) => `paths./${list}.get.responses.200.headers.${header}.required`,
    ),
  ),
];

/** Returns the name of an item of a list, such as that of a parameter. */
const nameOf = (item: Json) =>
  item !== null && typeof item === "object" && !Array.isArray(item)
    ? (item.name as string | undefined)
    : undefined;

/** Returns the places in `before` whose value is missing or different in `after`. What was added to objects and lists is allowed. */
function lostFrom(before: Json, after: Json | undefined, place: string): string[] {
  if (Array.isArray(before) && Array.isArray(after)) {
    return before.flatMap((item, index) => {
      const name = nameOf(item);
      if (name !== undefined)
        return lostFrom(
          item,
          after.find((other) => nameOf(other) === name),
          `${place}.${name}`,
        );
      const isKept = after.some((other) => lostFrom(item, other, "").length === 0);
      return isKept ? [] : [`${place}.${index}`];
    });
  }
  if (before === null || typeof before !== "object") return before === after ? [] : [place];
  if (after === null || typeof after !== "object" || Array.isArray(after) !== Array.isArray(before))
    return [place];
  const [old, now] = [before, after] as Record<string, Json>[];
  return Object.entries(old ?? {}).flatMap(([key, value]) =>
    lostFrom(value, now?.[key], place === "" ? key : `${place}.${key}`),
  );
}

it("keeps everything but texts of the OpenAPI document of before the editing, and only adds to it", async () => {
  const after = withoutTexts(await readDocument());
  const before = withoutTexts(readDocumentBefore());
  expect(lostFrom(before, after, "").sort()).toEqual(CHANGED.toSorted());
});

/** Returns the summary of each operation with its operationId. */
async function readSummaries() {
  const { paths } = (await readDocument()) as {
    paths: Record<string, Record<string, { operationId?: string; summary?: string }>>;
  };
  return Object.values(paths)
    .flatMap((operations) => Object.values(operations))
    .flatMap(({ operationId, summary }) => (operationId ? [{ operationId, summary: summary ?? "" }] : []));
}

it("gives each operation a summary of two to six words without a question or a first person", async () => {
  const summaries = await readSummaries();
  expect(summaries.length).toBeGreaterThan(150);
  const flawed = summaries.filter(
    ({ summary }) =>
      !/^[A-Z][a-z]+( [^ ?]+){1,5}$/.test(summary) || /\b(I|me|my|one|you|your)\b/i.test(summary),
  );
  expect(flawed).toEqual([]);
});

it("begins each summary with the verb of its operationId", async () => {
  const flawed = (await readSummaries()).filter(({ operationId, summary }) => {
    const [verb = ""] = summary.toLowerCase().split(" ");
    return summary !== SUMMARIES[operationId] && !operationId.toLowerCase().startsWith(verb);
  });
  expect(flawed).toEqual([]);
});
