import { beforeAll, describe, expect, it } from "vitest";
import { ORGANIZATION_ROLES } from "../../../../src/core/organization-permissions.ts";
import { TO_PLACE_MEMBERS } from "../../../../src/features/organizations/teams/statements.ts";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { OPERATIONS } from "../../../support/documented.ts";
import { send, validRequests } from "../../../support/requests.ts";

/** Scopes that the requests of test/support/requests.ts need in addition to those of the operation. */
const ALSO_NEEDED: Record<string, readonly string[]> = {
  evaluateAccess: ["authz:check"],
  evaluateAccessBatch: ["authz:check"],
  searchResources: ["authz:check"],
  searchActions: ["authz:check"],
  moveProject: ["projects:create"],
  // Grants of the roles and of the records in the request.
  createOrganizationRole: ORGANIZATION_ROLES.member.grants,
  updateOrganizationRole: ORGANIZATION_ROLES.member.grants,
  deleteOrganizationRole: ORGANIZATION_ROLES.member.grants,
  updateMember: ORGANIZATION_ROLES.member.grants,
  removeMember: ["members:remove", ...ORGANIZATION_ROLES.member.grants],
  createTeam: TO_PLACE_MEMBERS,
  addTeamMember: TO_PLACE_MEMBERS,
  setTeamLead: TO_PLACE_MEMBERS,
  addTeamLead: TO_PLACE_MEMBERS,
  addDepartmentManager: TO_PLACE_MEMBERS,
  // The request names a manager, who reads all time on the project.
  setProjectMember: ["time_entries:read_any", "reports:read_any"],
};

const CASES = OPERATIONS.filter(({ isPublic }) => !isPublic).map((operation) => ({
  ...operation,
  needed: [
    ...[...operation.permissions, ...operation.grants].flatMap(([first = ""]) => first),
    ...(ALSO_NEEDED[operation.operationId] ?? []),
  ],
}));

/** Maximum number of scopes of a token. */
const MAX_SCOPES = 50;

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

  // Members see the name of their organization without a grant.
  const forbidden = CASES.filter(({ operationId }) => operationId !== "getOrganization");
  it.each(forbidden.filter(({ isInPerson, needed }) => !isInPerson && needed.length > 0))(
    "forbids $operationId with another scope",
    async ({ operationId, needed }) => {
      const allBut = OPERATIONS.flatMap(({ permissions }) => permissions.flat()).filter(
        (name) => !needed.some((wanted) => [name, `${name.split(":")[0]}:*`, "*"].includes(wanted)),
      );
      const others = [...new Set(["nothing:else", ...allBut])];
      for (let first = 0; first < others.length; first += MAX_SCOPES) {
        const answer = await answerTo(operationId, others.slice(first, first + MAX_SCOPES));
        expect([answer.status, answer.body.error]).toEqual([403, "PERMISSION_DENIED"]);
      }
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
