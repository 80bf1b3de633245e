import { beforeAll, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { createTestApi, type TestApi } from "../support/api.ts";
import { OPERATIONS } from "../support/documented.ts";
import { type Parts, send, type ValidRequests, validRequests } from "../support/requests.ts";

/** Postgres can't hold it in a text, so whatever lets it through fails there. */
const NUL = "\u0000";

const REFUSED = [400, 401, 404, 422];
/** They say in its place what is wrong with one of many, ignore what they don't know, or keep a window's title without NUL. */
const TOLERATED = [200, 400, 422];
/** Editors send unattended, and so are kept without NUL too; what is not kept at all may hold it. */
const CLEANED = [200, 201, ...REFUSED];

/** What is answered by those that don't just refuse it. */
const EXPECTED: Record<string, number[]> = {
  evaluateAccessBatch: TOLERATED,
  searchActions: TOLERATED,
  changeTimeEntriesInBulk: TOLERATED,
  storeActivityEvents: TOLERATED,
  sendActivityHeartbeat: TOLERATED,
  sendHeartbeats: CLEANED,
  sendHeartbeat: CLEANED,
  listFileExperts: CLEANED,
};

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
let valid: ValidRequests;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
  valid = validRequests(api, root);
});

/** `value` with NUL in one of its texts, for each of them. */
function poisoned(value: unknown): unknown[] {
  if (typeof value === "string") return [NUL + value, `${value}${NUL}`, NUL];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    poisoned(part).map((poison) =>
      Array.isArray(value) ? value.with(Number(key), poison) : { ...value, [key]: poison },
    ),
  );
}

/** The names of an operation's query parameters. */
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

it.each(TAKING_TEXT)("$operationId refuses NUL wherever it takes text", async ({ operationId }) => {
  const parts = (await valid[operationId]?.(root)) ?? {};
  const requests: Parts[] = [
    ...poisoned(parts.params).map((params) => ({ ...parts, params: params as Record<string, string> })),
    ...poisoned(parts.body).map((body) => ({ ...parts, body })),
    ...queryOf(operationId).map((name) => ({ ...parts, query: `?${name}=a%00` })),
  ];
  expect(requests.length).toBeGreaterThan(0);
  for (const request of requests) {
    const { status } = await send(api, operationId, request, root.access);
    expect(EXPECTED[operationId] ?? REFUSED, JSON.stringify(request)).toContain(status);
  }
});
