import { beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/api.ts";
import { OPERATIONS } from "../support/documented.ts";
import { send, type ValidRequests, validRequests } from "../support/requests.ts";
import { OPERATIONS_WITH_BODY } from "../support/stranger-bodies.ts";

const COUNTED_MAIL = "the mail is counted when it is sent, after the answer";

/** What costs something else than one round trip; auth/round-trips.test.ts says more of these. */
const OTHER_COSTS: Record<string, [trips: number, reason: string]> = {
  getAbout: [0, "asks the database for nothing"],
  getHealth: [0, "asks the database for nothing"],
  getAuthzenConfiguration: [0, "asks the database for nothing"],
  getPublicKeys: [0, "asks the database for nothing"],
  getAuthorizationServerMetadata: [0, "asks the database for nothing"],
  getActivityWatchInfo: [0, "asks the database for nothing"],
  readCalendarFeed: [2, "what the client has already is not read again"],
  beginPasskeySignIn: [0, "asks the database for nothing"],
  queryActivity: [2, "what buckets there are tells whose events the query wants"],
  listActivityGoals: [2, "with a key, the first tells whose goals to measure"],
  getActivityGoal: [2, "with a key, the first tells whose goal to measure"],
  getMyData: [2, "what watchers saw may be far more than the rest, and comes after it"],
  register: [3, `the attempt is counted before the password is hashed; and ${COUNTED_MAIL}`],
  requestEmailVerification: [2, COUNTED_MAIL],
  createUser: [2, COUNTED_MAIL],
  createPasskey: [2, COUNTED_MAIL],
  confirmEmailChange: [2, COUNTED_MAIL],
  deactivateUser: [2, COUNTED_MAIL],
  deleteMe: [2, COUNTED_MAIL],
  deleteUser: [2, COUNTED_MAIL],
  endUserSession: [2, COUNTED_MAIL],
  login: [2, "the hash must come to the Worker before a session can be opened"],
  changeMyPassword: [
    3,
    `the hash must come to the Worker before the change can be decided; and ${COUNTED_MAIL}`,
  ],
  proveSecondFactor: [2, "the secret must come to the Worker before the code can be judged"],
  signInWithPasskey: [2, "the key must come to the Worker before the signature can be judged"],
  confirmTotp: [2, "the secret must come to the Worker before the code can be judged"],
  reauthenticate: [2, "the hash must come to the Worker before the proof can be judged"],
  forgotPassword: [2, "what tells whether there is such an account comes after the answer"],
  resetPassword: [
    3,
    `what judges the password, and whether to hash it at all, must first come to the Worker; and ${COUNTED_MAIL}`,
  ],
};

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
let valid: ValidRequests;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
  valid = validRequests(api, root);
});

const COSTS = OPERATIONS.map(({ operationId, isPublic }) => {
  const [trips, reason] = OTHER_COSTS[operationId] ?? [1, "the check travels with the work"];
  return { operationId, isPublic, trips, reason };
});

it.each(COSTS)("$operationId: $trips round trips ($reason)", async ({ operationId, isPublic, trips }) => {
  // What is public may end the session that it is called with, and the last superuser can't delete themselves.
  const actor = isPublic || operationId === "deleteMe" ? await api.signUp() : root;
  const parts = (await valid[operationId]?.(actor)) ?? {};
  let status = 0;
  const made = await api.roundTripsOf(async () => {
    ({ status } = await send(api, operationId, parts, actor.access));
  });
  expect(status).toBeLessThan(300);
  expect(made).toBe(trips);
});

/** Behind which JSON and CSV say nothing more. */
const PADDING = "\n".repeat(64 * 1024);

it.each(OPERATIONS_WITH_BODY.filter(({ maxBytes }) => maxBytes > PADDING.length))(
  "$operationId of over 64 KiB: 1 round trip more (the guard is asked before the body is read)",
  async ({ operationId }) => {
    const parts = (await valid[operationId]?.(root)) ?? {};
    const { body } = parts;
    const text = (typeof body === "string" ? body : JSON.stringify(body)) + PADDING;
    let status = 0;
    const made = await api.roundTripsOf(async () => {
      ({ status } = await send(api, operationId, { ...parts, body: text }, root.access));
    });
    expect(status).toBeLessThan(300);
    expect(made).toBe((OTHER_COSTS[operationId]?.[0] ?? 1) + 1);
  },
);

it.each(COSTS.filter(({ isPublic }) => !isPublic))(
  "$operationId, refused: 1 round trip",
  async (operation) => {
    const { operationId } = operation;
    const deactivated = await api.signUp();
    await api.call("POST", `/auth/users/${deactivated.id}/deactivate`, { token: root.access });
    const parts = (await valid[operationId]?.(root)) ?? {};
    expect(await api.roundTripsOf(() => send(api, operationId, parts, deactivated.access))).toBe(1);
    expect(await api.roundTripsOf(() => send(api, operationId, parts))).toBe(0);
  },
);
