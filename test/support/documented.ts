import { z } from "@hono/zod-openapi";
import { expect } from "vitest";
import { app } from "../../src/app.ts";
import { ErrorResponse, ForbiddenResponse } from "../../src/http/error-response.ts";
import { JSON_LINES } from "../../src/http/json-lines.ts";
import type { Answer } from "./api.ts";

/** Documented operations. Those without a parameter in the path come first. */
export const OPERATIONS = app.openAPIRegistry.definitions
  .flatMap((definition) => (definition.type === "route" ? [definition.route] : []))
  .map((route) => ({
    operationId: route.operationId ?? "",
    method: route.method.toUpperCase(),
    path: route.path,
    pattern: new RegExp(`^${route.path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`),
    isPublic: route.security?.length === 0,
    permissions: (route["x-permissions"] ?? []) as string[][],
    /** Set if the operation is on records, and also admits members of organizations without the permissions. */
    admitsMembers: route["x-members"] === true,
    /** Clauses of grants in the organization of the request. */
    grants: (route["x-within"] ?? []) as string[][],
    isIdempotent: route["x-idempotent"] === true,
    isInPerson: route["x-in-person"] === true,
    isRecent: route["x-recent"] === true,
    /** Fields of the body that require both. */
    sensitiveFields: (route["x-sensitive-fields"] ?? []) as string[],
    responses: route.responses,
  }))
  .sort((a, b) => a.path.split("{").length - b.path.split("{").length);

/** Returns the documented operation for `method` at `target`, if there is one. */
export function operationAt(method: string, target: string) {
  const { pathname } = new URL(target, "http://api.test");
  const path = pathname.replace(/^\/api\/v1(?=\/|$)/, "").replace(/\/+$/, "") || "/";
  return OPERATIONS.find(
    (known) => known.pattern.test(path) && known.method === (method === "HEAD" ? "GET" : method),
  );
}

/**
 * Fails the test unless the response is as in the OpenAPI document: a documented status, a body that matches its schema without further
 * properties, and the documented headers. An error outside of the operations must have the usual shape.
 */
export function expectDocumented(method: string, target: string, answer: Answer<unknown>): void {
  const operation = operationAt(method, target);
  const label = `${method} ${target} ${answer.status} (${operation?.operationId ?? "not an operation"})`;
  if (!operation) {
    if (answer.status >= 400 && method !== "HEAD")
      expectBody(label, answer.status === 403 ? ForbiddenResponse : ErrorResponse, answer);
    return;
  }
  const documented = operation.responses[String(answer.status)];
  if (!documented || "$ref" in documented) throw new Error(`${label}: undocumented status\n${answer.text}`);
  if (documented.headers instanceof z.ZodObject) {
    const headers = Object.keys(documented.headers.shape).map((name) => [
      name,
      answer.headers.get(name) ?? undefined,
    ]);
    expect(
      documented.headers.safeParse(Object.fromEntries(headers)).error,
      `${label}: headers`,
    ).toBeUndefined();
  }
  if (method === "HEAD") return;
  const json = documented.content?.["application/json"];
  if (json && "examples" in json && answer.status >= 400) expectDocumentedCode(label, json.examples, answer);
  const hasLines = documented.content?.[JSON_LINES] && answer.headers.get("Content-Type") === JSON_LINES;
  if (hasLines && json && "schema" in json) expectLines(label, json.schema, answer);
  else if (json && "schema" in json && json.schema instanceof z.ZodType)
    expectBody(label, json.schema, answer);
  else if (documented.content)
    expect(Object.keys(documented.content), label).toContain(
      answer.headers.get("Content-Type")?.split(";")[0],
    );
  else expect(answer.text, `${label}: no body is documented`).toBe("");
}

/** Expects a documented error code: the examples of a response are named after its codes. */
function expectDocumentedCode(label: string, examples: object | undefined, { body }: Answer<unknown>): void {
  const { error } = ErrorResponse.parse(body);
  expect(Object.keys(examples ?? {}), `${label}: undocumented code`).toContain(error);
}

/** Expects each line to be an item of the documented array. */
function expectLines(label: string, items: unknown, answer: Answer<unknown>): void {
  if (!(items instanceof z.ZodArray))
    throw new Error(`${label}: the schema for JSON lines must be an array.`);
  for (const line of answer.text.split("\n").slice(0, -1)) {
    const item: unknown = JSON.parse(line);
    expect([item], label).toStrictEqual(items.parse([item]));
  }
  expect(answer.text, label).toMatch(/^$|\n$/);
}

/** Expects a body that matches its schema. Parsing removes unknown properties, so that these make a difference. */
function expectBody(label: string, schema: z.ZodType, { body, headers }: Answer<unknown>): void {
  expect(headers.get("Content-Type"), label).toMatch(/^application\/json\b/);
  const parsed = schema.safeParse(body);
  expect(parsed.error, `${label}: body against its schema`).toBeUndefined();
  expect(body, `${label}: undocumented properties`).toStrictEqual(parsed.data);
}
