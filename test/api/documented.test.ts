import { describe, expect, it } from "vitest";
import { expectDocumented } from "../support/documented.ts";

const JSON_TYPE = "application/json";
const role = {
  id: crypto.randomUUID(),
  name: "n",
  description: null,
  created_at: "2026-01-01T00:00:00.000Z",
};
const ONE = { "X-Total-Count": "1", "X-Total-Count-Exact": "true" };
const error = { error: "NOT_FOUND", message: "m", request_id: "r" };
const absent = { ...error, error: "RESOURCE_NOT_FOUND" };

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = body === undefined ? "" : JSON.stringify(body);
  return { status, body, text, headers: new Headers({ "Content-Type": JSON_TYPE, ...headers }) };
}

describe("the check of every response in tests", () => {
  it.each([
    ["a documented body", "GET", "/roles?limit=1", answer(200, [role], ONE)],
    ["no body where none is documented", "DELETE", `/api/v1/roles/${role.id}/`, answer(204, undefined)],
    ["a documented error", "GET", `/roles/${role.id}`, answer(404, absent)],
    ["the usual error of an unknown route", "GET", "/nowhere", answer(404, error)],
  ])("accepts %s", (_, method, path, given) => {
    expect(() => expectDocumented(method, path, given)).not.toThrow();
  });

  it.each([
    ["an undocumented status", "GET", "/roles", answer(409, error)],
    ["an undocumented code", "GET", `/roles/${role.id}`, answer(404, error)],
    ["an undocumented property", "GET", `/roles/${role.id}`, answer(404, { ...absent, sql: "select" })],
    ["a nested undocumented property", "GET", "/roles", answer(200, [{ ...role, sql: 1 }], ONE)],
    ["a missing property", "GET", "/roles", answer(200, [{ name: "n" }], ONE)],
    ["a missing header", "GET", "/roles", answer(200, [role])],
    ["a body where none is documented", "DELETE", `/roles/${role.id}`, answer(204, {})],
    ["another media type", "GET", "/nowhere", answer(404, error, { "Content-Type": "text/html" })],
    ["another error of an unknown route", "GET", "/nowhere", answer(404, { message: "Not Found" })],
  ])("fails for %s [OPENAPI-3]", (_, method, path, given) => {
    expect(() => expectDocumented(method, path, given)).toThrow();
  });
});
