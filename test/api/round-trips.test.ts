import { beforeAll, expect, it } from "vitest";
import { OPERATIONS_WITH_BODY } from "../support/anonymous-bodies.ts";
import { createTestApi, type TestApi } from "../support/api.ts";
import { OPERATIONS } from "../support/documented.ts";
import { entryOf } from "../support/registry.ts";
import { send, type ValidRequests, validRequests } from "../support/requests.ts";
import { STATEMENTS } from "./statements.ts";

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
let valid: ValidRequests;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
  valid = validRequests(api, root);
});

const COSTS = OPERATIONS.map(({ operationId, isPublic }) => {
  const [trips, reason] = entryOf(operationId).roundTrips ?? [1, "the check travels with the work"];
  return { operationId, isPublic, trips, reason };
});

it.each(COSTS)(
  "makes $trips round trips for $operationId ($reason), with the listed number of statements [TRIP-2]",
  async ({ operationId, isPublic, trips }) => {
    // A public operation may end the session that calls it, and the last superuser can't delete themselves.
    const actor = isPublic || operationId === "deleteMe" ? await api.signUp() : root;
    const parts = await valid(operationId, actor);
    let status = 0;
    let statements = 0;
    const made = await api.roundTripsOf(async () => {
      statements = await api.statementsOf(async () => {
        ({ status } = await send(api, operationId, parts, actor.access));
      });
    });
    expect(status).toBeLessThan(300);
    expect(made).toBe(trips);
    expect(statements).toBe(STATEMENTS[operationId]);
  },
);

it("has the number of statements of each operation", () => {
  expect(Object.keys(STATEMENTS).sort()).toEqual(COSTS.map(({ operationId }) => operationId).sort());
});

/** Padding that JSON and CSV ignore. */
const PADDING = "\n".repeat(64 * 1024);

it.each(OPERATIONS_WITH_BODY.filter(({ maxBytes }) => maxBytes > PADDING.length))(
  "makes one more round trip for $operationId with over 64 KiB (the guard runs before the body is read)",
  async ({ operationId }) => {
    const parts = await valid(operationId, root);
    const { body } = parts;
    const text = (typeof body === "string" ? body : JSON.stringify(body)) + PADDING;
    let status = 0;
    const made = await api.roundTripsOf(async () => {
      ({ status } = await send(api, operationId, { ...parts, body: text }, root.access));
    });
    expect(status).toBeLessThan(300);
    expect(made).toBe((entryOf(operationId).roundTrips?.[0] ?? 1) + 1);
  },
);

it.each(COSTS.filter(({ isPublic }) => !isPublic))(
  "makes one round trip for a rejected $operationId",
  async (operation) => {
    const { operationId } = operation;
    const deactivated = await api.signUp();
    await api.call("POST", `/auth/users/${deactivated.id}/deactivate`, { token: root.access });
    const parts = await valid(operationId, root);
    expect(await api.roundTripsOf(() => send(api, operationId, parts, deactivated.access))).toBe(1);
    expect(await api.roundTripsOf(() => send(api, operationId, parts))).toBe(0);
  },
);
