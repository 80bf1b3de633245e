import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { DOCUMENT_PATH } from "../../src/cli/openapi-document.ts";
import { formatWebTypes, WEB_TYPES_PATH } from "../../src/cli/web-types.ts";

it("has the types that follow from docs/openapi.json: run npm run build", () => {
  expect(readFileSync(WEB_TYPES_PATH, "utf8")).toBe(formatWebTypes(readFileSync(DOCUMENT_PATH, "utf8")));
});

it("writes each form of schema that the document has", () => {
  const types = formatWebTypes(
    JSON.stringify({
      paths: {
        "/things/{id}": {
          get: {
            parameters: [
              { name: "id", in: "path", required: true, schema: { type: "string" } },
              { name: "limit", in: "query", schema: { type: "integer" } },
            ],
            responses: {
              200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } } },
              204: { description: "Nothing" },
              404: { content: { "application/json": { schema: {} } } },
            },
          },
        },
      },
      components: {
        schemas: {
          Thing: {
            type: "object",
            required: ["kind"],
            properties: {
              kind: { type: "string", enum: ["a", "b"] },
              "odd-name": { type: ["number", "null"] },
              list: { type: "array", items: { anyOf: [{ type: "boolean" }, {}] } },
              map: { type: "object", additionalProperties: { type: "string" } },
              described: { allOf: [{ $ref: "#/components/schemas/Thing" }, { description: "It." }] },
            },
          },
        },
      },
    }),
  );
  expect(types).toContain(
    'Thing: { kind: "a" | "b"; "odd-name"?: number | null; list?: Array<boolean | unknown>; map?: Record<string, string>; described?: Schemas["Thing"] };',
  );
  expect(types).toContain(
    'get: { parameters: { query?: { limit?: number }; path: { id: string } }; responses: { 200: { content: { "application/json": Schemas["Thing"] } }; 204: { content: never }; default: Refused } };',
  );
});
