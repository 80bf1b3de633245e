import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { OPERATIONS } from "../../../support/documented.ts";
import { send, validRequests } from "../../../support/requests.ts";

/** Scopes that the requests of test/support/requests.ts need in addition to those of the operation. */
const ALSO_NEEDED: Record<string, string[]> = {
  evaluateAccess: ["authz:check"],
  evaluateAccessBatch: ["authz:check"],
  searchResources: ["authz:check"],
  searchActions: ["authz:check"],
};

const CASES = OPERATIONS.filter(({ isPublic }) => !isPublic).map((operation) => ({
  ...operation,
  needed: [
    ...operation.permissions.flatMap(([first = ""]) => first),
    ...(ALSO_NEEDED[operation.operationId] ?? []),
  ],
}));

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

/** Sends a valid request with a superuser's token of these scopes. */
async function answerTo(operationId: string, scopes: string[]) {
  const owner = await api.signUpHolding("superuser");
  const body = { name: operationId, scopes };
  const made = await api.call<{ token: string }>("POST", "/auth/tokens", { token: owner.access, body });
  expect(made.status).toBe(201);
  const request = await validRequests(api, owner)(operationId, owner);
  return send(api, operationId, request, made.body.token);
}

describe("a personal token of a superuser", () => {
  it.each(CASES.filter(({ isInPerson }) => !isInPerson))(
    "allows $operationId with $needed",
    async ({ operationId, needed }) => {
      const { status, text } = await answerTo(operationId, needed.length > 0 ? needed : ["nothing:else"]);
      expect(status, text).toBeLessThan(300);
    },
  );

  it.each(CASES.filter(({ isInPerson, needed }) => !isInPerson && needed.length > 0))(
    "forbids $operationId with another scope",
    async ({ operationId, needed }) => {
      const allBut = OPERATIONS.flatMap(({ permissions }) => permissions.flat()).filter(
        (name) => !needed.some((wanted) => [name, `${name.split(":")[0]}:*`, "*"].includes(wanted)),
      );
      const answer = await answerTo(operationId, [...new Set(["nothing:else", ...allBut])]);
      expect([answer.status, answer.body.error]).toEqual([403, "PERMISSION_DENIED"]);
    },
  );

  it.each(CASES.filter(({ isInPerson }) => isInPerson))(
    "forbids $operationId with any scope",
    async ({ operationId }) => {
      const answer = await answerTo(operationId, ["*"]);
      expect(answer.body).toMatchObject({
        error: "PERMISSION_DENIED",
        message: "A personal token cannot do this. Sign in instead.",
      });
    },
  );

  it("forbids managing tokens, sessions, factors and the owner's account [TOKEN-5]", () => {
    const credentials = CASES.filter(
      ({ method, path }) =>
        /(tokens|sessions|factors|passkeys|totp|recovery|password)/.test(path) ||
        (path === "/auth/me" && method !== "GET"),
    );
    expect(credentials.length).toBeGreaterThan(3);
    expect(credentials.filter(({ isInPerson }) => !isInPerson).map(({ operationId }) => operationId)).toEqual(
      [],
    );
  });
});
