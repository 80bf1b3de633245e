import { z } from "@hono/zod-openapi";
import { beforeAll, describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { createTestApi } from "../support/api.ts";
import { entriesWith } from "../support/registry.ts";

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: unknown[];
  "x-in-person"?: true;
  "x-by-key"?: true;
  parameters?: { name: string; in: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string }>;
}

/** Operations that anyone may call, according to the registries. Every other route must require a token. */
const PUBLIC = entriesWith("isPublic").map(({ operationId }) => operationId);
const REPEATABLE_AS_IT_IS = entriesWith("isRepeatable").map(({ operationId }) => operationId);

let operations: (Operation & { method: string; path: string })[];
let schemas: Record<string, Schema>;
let groups: string[];
let text: string;

beforeAll(async () => {
  const api = await createTestApi();
  const answer = await api.call<{
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Schema> };
    tags: { name: string }[];
  }>("GET", "/openapi.json");
  groups = answer.body.tags.map(({ name }) => name);
  text = answer.text;
  schemas = answer.body.components.schemas;
  operations = Object.entries(answer.body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method, path })),
  );
});

describe("/openapi.json", () => {
  it("describes every existing route, and no other [OPENAPI-2]", () => {
    const documented = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort();
    const served = new Set(
      app.routes
        .filter(
          ({ method, path }) => method !== "ALL" && !/^\/(app|docs|redoc|openapi\.json|:page\{)/.test(path),
        )
        .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}").replace(/\/$/, "") || "/"}`),
    );
    expect(documented).toEqual([...served].sort());
  });

  it("names each operation once, with a summary, a tag and its errors", () => {
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const operation of operations) {
      expect(operation.summary, operation.operationId).toBeTruthy();
      expect(operation.tags, operation.operationId).toHaveLength(1);
      expect(Object.keys(operation.responses), operation.operationId).toContain("500");
    }
  });

  it("describes each group of operations, the most used first", () => {
    expect(new Set(operations.flatMap(({ tags = [] }) => tags))).toEqual(new Set(groups));
    const asked = ["Authentication", "Users", "Time", "Reports", "Activity", "WakaTime", "Roles", "Service"];
    expect(groups.filter((name) => asked.includes(name))).toEqual(asked);
  });

  it("requires a token everywhere except on public routes [OPENAPI-1]", () => {
    const open = operations
      .filter(({ security }) => security?.length === 0)
      .map(({ operationId }) => operationId);
    expect(open.sort()).toEqual([...PUBLIC].sort());
    for (const { security, operationId, responses, ...operation } of operations) {
      if (PUBLIC.includes(operationId ?? "")) continue;
      const forPrograms = operation["x-in-person"] ? [] : [{ basic: [] }];
      const byKey = operation["x-by-key"] ? [{ key: [] }] : [];
      expect(security, operationId).toEqual([...forPrograms, ...byKey, { cookie: [] }, { bearer: [] }]);
      expect(Object.keys(responses), operationId).toEqual(expect.arrayContaining(["401", "403"]));
    }
  });

  it("declares Idempotency-Key for every creation", () => {
    const creations = operations.filter(
      ({ method, responses, operationId }) =>
        method === "post" &&
        (responses[201] || operationId === "changeTimeEntriesInBulk") &&
        !REPEATABLE_AS_IT_IS.includes(operationId ?? ""),
    );
    expect(creations.length).toBeGreaterThan(10);
    for (const { operationId, parameters = [], ...operation } of creations) {
      expect(parameters, `${operationId} needs idempotent(…)`).toContainEqual(
        expect.objectContaining({ name: "Idempotency-Key", in: "header" }),
      );
      expect(Object.keys(operation.responses), operationId).toEqual(expect.arrayContaining(["409", "422"]));
    }
  });

  it("writes header names as their standards do, because generated clients use them as field names", () => {
    const names = operations.flatMap(({ parameters = [] }) =>
      parameters.flatMap((parameter) => (parameter.in === "header" ? [parameter.name] : [])),
    );
    expect(new Set(names)).toEqual(new Set(["Idempotency-Key", "If-Match", "If-None-Match"]));
  });

  it("declares nullable fields of bodies, and no nullable parameters", () => {
    const mayBeNull = ({ type, anyOf, enum: values }: Schema): boolean =>
      [type].flat().includes("null") || values?.includes(null) === true || anyOf?.some(mayBeNull) === true;
    const fields: [name: string, documented: boolean, real: boolean][] = [];
    for (const definition of app.openAPIRegistry.definitions) {
      if (definition.type !== "route") continue;
      const body = definition.route.request?.body?.content["application/json"];
      const schema = body && "schema" in body ? body.schema : undefined;
      if (!(schema instanceof z.ZodObject)) continue;
      const { operationId } = definition.route;
      const { requestBody } = operations.find((known) => known.operationId === operationId) ?? {};
      const name = requestBody?.content["application/json"]?.schema.$ref?.split("/").at(-1) ?? "";
      for (const [field, documented] of Object.entries(schemas[name]?.properties ?? {})) {
        const isNullReal = schema.shape[field].safeParse(null).success;
        fields.push([`${operationId} ${field}`, mayBeNull(documented), isNullReal]);
      }
    }
    expect(fields.length).toBeGreaterThan(100);
    expect(fields.filter(([, documented, real]) => documented !== real)).toEqual([]);
    for (const { operationId, parameters = [] } of operations)
      expect(
        parameters.filter(({ schema }) => mayBeNull(schema)),
        operationId,
      ).toEqual([]);
  });

  it("describes the operations of a bulk request", () => {
    const { items } = schemas.BulkTimeEntries?.properties?.items ?? {};
    expect(items?.anyOf?.map(({ properties }) => [properties?.do?.enum, properties?.values?.$ref])).toEqual([
      [["create"], "#/components/schemas/CreateTimeEntry"],
      [["update"], "#/components/schemas/UpdateTimeEntry"],
      [["delete"], undefined],
    ]);
  });

  it("reveals no internals", () => {
    expect(text).not.toMatch(/password_hash|passwordHash|is_deleted|secret_hash/);
  });
});
