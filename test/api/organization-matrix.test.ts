import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import {
  ORGANIZATION_ROLES,
  type OrganizationGrant,
  type OrganizationRole,
} from "../../src/core/organization-permissions.ts";
import { type Person, peopleOf } from "../features/organizations/people.ts";
import { createTestApi, type TestApi } from "../support/api.ts";
import { OPERATIONS } from "../support/documented.ts";
import { type Parts, UNKNOWN_ID } from "../support/fixtures.ts";
import { send, type ValidRequests, validRequests } from "../support/requests.ts";

/** Requirements in the OpenAPI document for an operation inside an organization. */
interface Requirement {
  operationId: string;
  method: string;
  grants: OrganizationGrant[];
  /** Permissions of operators. */
  frame: string[];
}

const WITHIN: Requirement[] = app.openAPIRegistry.definitions
  .flatMap((definition) => (definition.type === "route" ? [definition.route] : []))
  .filter((route) => route["x-within"] !== undefined)
  .map((route) => ({
    operationId: route.operationId ?? "",
    method: route.method,
    grants: route["x-within"].flat(),
    frame: (route["x-permissions"] ?? []).flat(),
  }));

/** Statuses of members and former members that follow from the record and not from the grants. */
const EXCEPTIONS: Record<string, (grants: readonly string[]) => number | undefined> = {
  // Other members need a grant, which the path does not show: members leave with their own id.
  removeMember: (grants) => (grants.includes("members:remove") ? undefined : 403),
  // Only operators add without an invitation.
  addMember: () => 403,
  // A deleted organization is absent for members who can't restore it.
  restoreOrganization: (grants) => (grants.includes("organization:delete") ? undefined : 404),
};

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
let people: ReturnType<typeof peopleOf>;
let valid: ValidRequests;

/** A caller with a relation to the organization of each request. */
interface Caller {
  access?: string | undefined;
  /** Prepares the relation to the organization. */
  relate?: (organizationId: string) => Promise<unknown>;
  /** Returns the status that the catalog promises, or undefined for a success. */
  expected: (requirement: Requirement) => number | undefined;
}

let callers: Record<string, Caller>;

/** Returns the status for a member with `grants`, or undefined for a success. */
function forMember(grants: readonly string[], { operationId, grants: needed }: Requirement) {
  const exception = EXCEPTIONS[operationId];
  if (exception) return exception(grants);
  return needed.every((grant) => grants.includes(grant)) ? undefined : 403;
}

const forOperator = ({ frame }: Requirement) => (frame.length > 0 ? undefined : 404);

beforeAll(async () => {
  api = await createTestApi({ OWN_EVENTS_PER_HOUR: "1000000", WRITES_BURST: "1000000" });
  root = await api.signUpHolding("superuser");
  people = peopleOf(api);
  valid = validRequests(api, root);
  const setRole = (person: Person, role: string) => (id: string) =>
    api.db.execute(sql`
      insert into memberships (organization_id, user_id, role_id)
      select ${id}, ${person.id}, id from organization_roles where builtin = ${role}`);
  const members = await Promise.all(
    (Object.keys(ORGANIZATION_ROLES) as OrganizationRole[]).map(async (role) => {
      const person = await api.signUp();
      const { grants } = ORGANIZATION_ROLES[role];
      return [
        role,
        {
          access: person.access,
          relate: setRole(person, role),
          expected: (requirement) => forMember(grants, requirement),
        } satisfies Caller,
      ] as const;
    }),
  );
  const [stranger, former, lead, elsewhere, operator, superuser] = await Promise.all([
    api.signUp(),
    api.signUp(),
    api.signUp(),
    api.signUp(),
    api.signUpHolding("organizations:*"),
    api.signUpHolding("superuser"),
  ]);
  await people.organize(elsewhere);
  const tokenOf = async (owner: Person, scope: string) => {
    const { body } = await people.call<{ token: string }>(owner, "POST", "/auth/tokens", {
      name: "t",
      scopes: [scope],
    });
    return body.token;
  };
  const [reader, ingester] = await Promise.all([api.signUp(), api.signUp()]);
  callers = {
    anonymous: { expected: () => 401 },
    stranger: { access: stranger.access, expected: () => 404 },
    "former member": {
      access: former.access,
      relate: async (id) => {
        await setRole(former, "admin")(id);
        await api.db.execute(sql`
          update memberships set left_at = now() where organization_id = ${id} and user_id = ${former.id}`);
      },
      expected: () => 404,
    },
    ...Object.fromEntries(members),
    "team lead": {
      access: lead.access,
      relate: async (id) => {
        await setRole(lead, "member")(id);
        const team = crypto.randomUUID();
        await api.db.execute(
          sql`insert into teams (id, organization_id, name) values (${team}, ${id}, 'Leads')`,
        );
        await api.db.execute(sql`
          insert into team_members (organization_id, team_id, user_id, is_lead)
          values (${id}, ${team}, ${lead.id}, true)`);
      },
      expected: (requirement) => forMember(ORGANIZATION_ROLES.member.grants, requirement),
    },
    "owner of another organization": { access: elsewhere.access, expected: () => 404 },
    operator: { access: operator.access, expected: forOperator },
    superuser: { access: superuser.access, expected: forOperator },
    "token of an owner that reads": {
      access: await tokenOf(reader, "read"),
      relate: setRole(reader, "owner"),
      expected: ({ method, grants }) =>
        method === "get" && grants.every((grant) => grant.includes(":read")) ? undefined : 403,
    },
    "token of an owner that reports activity": {
      access: await tokenOf(ingester, "ingest"),
      relate: setRole(ingester, "owner"),
      expected: () => 403,
    },
  };
});

/** Returns the organization of a request. */
async function organizationOf({ params = {}, query = "", body }: Parts): Promise<string> {
  const named = new URLSearchParams(query).get("organization_id") ?? Object(body).organization_id;
  const id = params.id ?? Object.values(params)[0] ?? named;
  const { rows } = await api.db.execute<{ id: string }>(sql`
    select id from organizations where id = ${id}
    union all select organization_id from departments where id = ${id}
    union all select organization_id from teams where id = ${id}`);
  return rows[0]?.id ?? "";
}

describe("an operation inside an organization", () => {
  it.each(WITHIN)(
    "answers each kind of caller of $operationId with the status of the catalog",
    async (requirement) => {
      const seen: string[] = [];
      const promised: string[] = [];
      for (const [name, { access, relate, expected }] of Object.entries(callers)) {
        const parts = await valid(requirement.operationId, root);
        await relate?.(await organizationOf(parts));
        const { status } = await send(api, requirement.operationId, parts, access);
        seen.push(`${name}: ${status < 300 ? "success" : status}`);
        promised.push(`${name}: ${expected(requirement) ?? "success"}`);
      }
      expect(seen).toEqual(promised);
    },
  );
});

describe("a membership", () => {
  it("opens no operation that requires a permission of the instance", async () => {
    const owner = await api.signUpHolding();
    await people.join(await people.organize(), "owner", owner);
    const guarded = OPERATIONS.filter(
      ({ operationId, permissions, admitsMembers }) =>
        permissions.length > 0 &&
        !admitsMembers &&
        !WITHIN.some((within) => within.operationId === operationId),
    );
    const opened: string[] = [];
    for (const { operationId, path } of guarded) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => [name, UNKNOWN_ID]);
      const { status } = await send(api, operationId, { params: Object.fromEntries(names) }, owner.access);
      if (status !== 403) opened.push(`${operationId} ${status}`);
    }
    expect(opened).toEqual([]);
    expect(guarded.length).toBeGreaterThan(50);
  });
});
