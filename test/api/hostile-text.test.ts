import { beforeAll, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { createTestApi, type TestApi } from "../support/api.ts";
import { OPERATIONS } from "../support/documented.ts";
import type { Parts } from "../support/fixtures.ts";
import { entryOf } from "../support/registry.ts";
import { send, type ValidRequests, validRequests } from "../support/requests.ts";

/** PostgreSQL can't store it in a text, so a schema that accepts it causes a failure there. */
const NUL = "\u0000";

const REFUSED = [400, 401, 404, 422];
let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
let valid: ValidRequests;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
  valid = validRequests(api, root);
});

/** Yields `value` with NUL in one of its texts, for each text. */
function poisoned(value: unknown): unknown[] {
  if (typeof value === "string") return [NUL + value, `${value}${NUL}`, NUL];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    poisoned(part).map((poison) =>
      Array.isArray(value) ? value.with(Number(key), poison) : { ...value, [key]: poison },
    ),
  );
}

/** Returns the names of an operation's query parameters. */
function queryOf(operationId: string): string[] {
  const declared = app.openAPIRegistry.definitions.flatMap((definition) =>
    definition.type === "route" && definition.route.operationId === operationId
      ? (definition.route.request?.query ?? [])
      : [],
  );
  return declared.flatMap((schema) => Object.keys("shape" in schema ? schema.shape : {}));
}

const TAKING_TEXT = OPERATIONS.map(({ operationId, path, responses }) => ({
  operationId,
  hasText: path.includes("{") || "415" in responses || queryOf(operationId).length > 0,
})).filter(({ hasText }) => hasText);

it.each(TAKING_TEXT)("rejects NUL in every text of $operationId [TEXT-1]", async ({ operationId }) => {
  const parts = await valid(operationId, root);
  const requests: Parts[] = [
    ...poisoned(parts.params).map((params) => ({ ...parts, params: params as Record<string, string> })),
    ...poisoned(parts.body).map((body) => ({ ...parts, body })),
    ...queryOf(operationId).map((name) => ({ ...parts, query: `?${name}=a%00` })),
  ];
  expect(requests.length).toBeGreaterThan(0);
  for (const request of requests) {
    const { status } = await send(api, operationId, request, root.access);
    expect(entryOf(operationId).nulStatuses ?? REFUSED, JSON.stringify(request)).toContain(status);
  }
});
