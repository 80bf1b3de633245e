import { beforeAll, describe, expect, it } from "vitest";
import { MAX_ANSWER_BYTES, MAX_PART_BYTES, type SizeBound } from "../support/answer-sizes.ts";
import { createTestApi, type TestApi } from "../support/api.ts";
import { entriesWith, registryFileOf } from "../support/registry.ts";

/** Rows of the operations whose responses contain lists; a response in another format than JSON has a row with its media type. */
const ROWS: Record<string, SizeBound> = Object.fromEntries([
  ...entriesWith("answerSize").map(({ operationId, value }) => [operationId, value]),
  ...entriesWith("otherAnswerSizes").flatMap(({ operationId, value }) =>
    Object.entries(value).map(([type, row]) => [`${operationId} ${type}`, row]),
  ),
]);

interface Schema {
  $ref?: string;
  type?: string | string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
}

interface Document {
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, Answer> }>>;
  components: { schemas: Record<string, Schema> };
}

interface Answer {
  content?: Record<string, { schema?: Schema }>;
}

let api: TestApi;
let document: Document;
beforeAll(async () => {
  api = await createTestApi({ DATABASE_TIMEOUT_MS: "60000" });
  document = (await api.call<Document & Record<string, unknown>>("GET", "/openapi.json")).body;
});

/** Resolves a schema that is a reference. */
const resolved = (schema: Schema | undefined): Schema =>
  schema?.$ref ? resolved(document.components.schemas[schema.$ref.split("/").at(-1) ?? ""]) : (schema ?? {});

/** Returns whether a schema contains a list of objects, or properties of any name. */
function holdsMany(schema: Schema | undefined, depth = 2): boolean {
  const { type, items, properties = {}, additionalProperties } = resolved(schema);
  if (type === "array") return !["string", "integer", "number"].includes(String(resolved(items).type));
  if (typeof additionalProperties === "object") return true;
  return depth > 0 && Object.values(properties).some((property) => holdsMany(property, depth - 1));
}

/** Lists the operations, and their formats, whose responses may be long. */
const longOnes = () =>
  Object.values(document.paths)
    .flatMap((methods) => Object.values(methods))
    .flatMap(({ operationId, responses }) => {
      const content = Object.assign({}, responses["200"]?.content, responses["201"]?.content);
      return Object.entries<{ schema?: Schema }>(content).flatMap(([type, { schema }]) => {
        if (type !== "application/json") return [`${operationId} ${type}`];
        return holdsMany(schema) ? [operationId] : [];
      });
    });

it("names a bound for every operation whose response contains a list", () => {
  const missing = longOnes()
    .filter((name) => !(name in ROWS))
    .map((name) => `${name} in ${registryFileOf(name.split(" ")[0] ?? "")}`);
  expect(missing).toEqual([]);
});

it.each(Object.entries(ROWS).flatMap(([name, row]) => (row.bounded === "by number" ? [{ name, row }] : [])))(
  "keeps $name under ten megabytes: $row.items items of $row.bytes bytes",
  ({ row }) => {
    expect(row.items * row.bytes).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
  },
);

const FILLED = Object.entries(ROWS).flatMap(([name, row]) => ("fill" in row ? [{ name, ...row }] : []));

describe.each(FILLED)("the largest response of $name", ({ bounded, fill }) => {
  it(`stays within its bound ${bounded}`, async () => {
    const { path, method = "GET", ...options } = await fill(api);
    const response = await api.open(method, path, options);
    const sizes: number[] = [];
    for await (const chunk of response.body ?? []) sizes.push(chunk.byteLength);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (bounded === "or refused" && response.status !== 200) {
      expect(response.status).toBe(400);
      expect(total).toBeLessThan(1_000);
      return;
    }
    expect(response.status).toBe(200);
    if (bounded !== "in parts") return expect(total).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_PART_BYTES);
  }, 120_000);
});
