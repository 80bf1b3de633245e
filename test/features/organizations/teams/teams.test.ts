import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import {
  foundOrganization,
  join,
  leave,
  roleWith,
  signUpMember,
} from "../../../support/organization-members.ts";

type User = Awaited<ReturnType<TestApi["signUp"]>>;
type Team = {
  id: string;
  error: string;
  name: string;
  organization_id: string;
  department_id: string | null;
  lead_id: string | null;
  lead: { id: string } | null;
  leads: { id: string }[];
  member_count: number;
  missing?: string[][];
};

let api: TestApi;
let organization: Awaited<ReturnType<typeof foundOrganization>>;
let other: Awaited<ReturnType<typeof foundOrganization>>;
let member: User;
beforeAll(async () => {
  api = await createTestApi();
  organization = await foundOrganization(api);
  other = await foundOrganization(api);
  member = await signUpMember(api, organization.id, "member");
});

const call = (method: string, path: string, user: User, body?: unknown, headers = {}) =>
  api.call<Team>(method, path, { token: user.access, body, headers });
const newTeam = async (fields: object = {}, user = organization.owner) =>
  (
    await call("POST", "/teams", user, {
      name: crypto.randomUUID(),
      organization_id: organization.id,
      ...fields,
    })
  ).body;
const newDepartment = async ({ id, owner } = organization) =>
  (await call("POST", "/departments", owner, { name: crypto.randomUUID(), organization_id: id })).body.id;
const idsOf = async (path: string, user: User) => {
  const list = await api.call<{ id: string }[]>("GET", path, { token: user.access });
  expect(list.status).toBe(200);
  return list.body.map(({ id }) => id);
};

describe("POST /teams", () => {
  it("creates a team in a department, with a lead who is a member of the team", async () => {
    const department_id = await newDepartment();
    const answer = await call("POST", "/teams", organization.owner, {
      name: "Compilers",
      department_id,
      lead_id: member.id,
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("ETag")).toBe('"1"');
    expect(answer.body).toMatchObject({
      name: "Compilers",
      description: null,
      organization_id: organization.id,
      department_id,
      lead_id: member.id,
      lead: { id: member.id, username: member.username, first_name: null, last_name: null },
      member_count: 1,
    });
    expect(answer.body.leads).toEqual([answer.body.lead]);
    expect(answer.text).not.toContain(member.email);
  });

  it("requires an organization or a department, and a name that is free in any case", async () => {
    expect((await call("POST", "/teams", organization.owner, { name: "x" })).status).toBe(422);
    await newTeam({ name: "Rockets" });
    const taken = { name: "ROCKETS", organization_id: organization.id };
    expect((await call("POST", "/teams", organization.owner, taken)).body.error).toBe(
      "RESOURCE_ALREADY_EXISTS",
    );
    const elsewhere = { name: "Rockets", organization_id: other.id };
    expect((await call("POST", "/teams", other.owner, elsewhere)).status).toBe(201);
  });

  it("answers 404 for an organization of others, a department of another one, and a lead from elsewhere", async () => {
    const status = async (fields: object, user = organization.owner) =>
      (await call("POST", "/teams", user, { name: crypto.randomUUID(), ...fields })).status;
    expect(await status({ organization_id: other.id })).toBe(404);
    expect(await status({ department_id: await newDepartment(other) })).toBe(404);
    await join(api, other.id, organization.owner.id, "owner");
    expect(
      await status({ organization_id: organization.id, department_id: await newDepartment(other) }),
    ).toBe(404);
    await leave(api, other.id, organization.owner.id);
    expect(await status({ organization_id: organization.id, lead_id: other.owner.id })).toBe(404);
    const former = await signUpMember(api, organization.id, "member");
    await leave(api, organization.id, former.id);
    expect(await status({ organization_id: organization.id, lead_id: former.id })).toBe(404);
    expect(await status({ organization_id: organization.id }, former)).toBe(404);
  });

  it("answers 403 to members without teams:create, and for a lead to those who can't read any member's time", async () => {
    const body = { name: crypto.randomUUID(), organization_id: organization.id };
    const refused = await call("POST", "/teams", member, body);
    expect([refused.status, refused.body.missing]).toEqual([403, [["teams:create"]]]);
    const role = await roleWith(
      api,
      organization.id,
      "teams:create",
      "teams:read",
      "teams:update",
      "teams:delete",
    );
    const organizer = await signUpMember(api, organization.id, role);
    const ownLead = await call("POST", "/teams", organizer, { ...body, lead_id: organizer.id });
    expect([ownLead.status, ownLead.body.missing]).toEqual([
      403,
      [["time_entries:read_any"], ["reports:read_any"]],
    ]);
    const { id } = await newTeam({}, organizer);
    for (const [method, path, sent] of [
      ["PUT", `/teams/${id}/lead/${organizer.id}`],
      ["PUT", `/teams/${id}/leads/${organizer.id}`],
      ["PUT", `/teams/${id}`, { lead_id: organizer.id }],
      ["PUT", `/teams/${id}`, { department_id: null }],
      ["POST", `/teams/${id}/members`, { user_id: member.id }],
    ] as const)
      expect([path, (await call(method, path, organizer, sent)).status]).toEqual([path, 403]);
    expect((await call("PUT", `/teams/${id}`, organizer, { name: crypto.randomUUID() })).status).toBe(200);
    expect((await call("DELETE", `/teams/${id}`, organizer)).status).toBe(204);
  });

  it("binds a personal token to its scopes", async () => {
    const tokenWith = async (...scopes: string[]) => {
      const body = { name: "script", scopes };
      const made = await api.call<{ token: string }>("POST", "/auth/tokens", {
        token: organization.owner.access,
        body,
      });
      return { ...organization.owner, access: made.body.token };
    };
    const body = { name: crypto.randomUUID(), organization_id: organization.id };
    const reader = await tokenWith("read");
    const { id } = await newTeam();
    expect((await call("GET", `/teams/${id}`, reader)).status).toBe(200);
    expect((await call("POST", "/teams", reader, body)).status).toBe(403);
    expect((await call("POST", "/teams", await tokenWith("full"), body)).status).toBe(201);
  });
});

describe("GET /teams", () => {
  it("lists the teams of the caller's organizations, of one, and of a department", async () => {
    const { id: own, owner } = await foundOrganization(api);
    const department = await newDepartment({ id: own, owner });
    const loose = await newTeam({ organization_id: own, name: "a" }, owner);
    const placed = await newTeam({ department_id: department, organization_id: own, name: "b" }, owner);
    await join(api, other.id, owner.id, "member");
    const theirs = await newTeam({ organization_id: other.id }, other.owner);
    expect(await idsOf("/teams?limit=2", owner)).toHaveLength(2);
    expect(await idsOf("/teams", owner)).toEqual(expect.arrayContaining([loose.id, placed.id, theirs.id]));
    expect(await idsOf(`/teams?organization_id=${own}`, owner)).toEqual([loose.id, placed.id]);
    expect(await idsOf(`/teams?department_id=${department}`, owner)).toEqual([placed.id]);
    expect(await idsOf(`/departments/${department}/teams`, owner)).toEqual([placed.id]);
    for (const path of [
      `/teams?organization_id=${own}`,
      `/teams?department_id=${department}`,
      `/departments/${department}/teams`,
      `/teams/${loose.id}`,
      `/teams/${loose.id}/members`,
    ])
      expect([path, (await call("GET", path, member)).status]).toEqual([path, 404]);
    expect(await idsOf("/teams", member)).not.toContain(loose.id);
    const guest = await signUpMember(api, own, "guest");
    expect(await idsOf("/teams", guest)).toEqual([]);
    expect((await call("GET", `/teams/${loose.id}`, guest)).status).toBe(403);
  });
});

describe("PUT /teams/{team_id}", () => {
  it("changes only the given fields, moves within the organization, and refuses an old version", async () => {
    const team = await newTeam({ description: "Makes engines" });
    const department_id = await newDepartment();
    const moved = await call(
      "PUT",
      `/teams/${team.id}`,
      organization.owner,
      { department_id },
      { "If-Match": '"1"' },
    );
    expect([moved.status, moved.body]).toMatchObject([
      200,
      { ...team, department_id, updated_at: expect.any(String) },
    ]);
    const stale = await call(
      "PUT",
      `/teams/${team.id}`,
      organization.owner,
      { name: "x" },
      { "If-Match": '"1"' },
    );
    expect(stale.status).toBe(412);
    const elsewhere = { department_id: await newDepartment(other) };
    expect((await call("PUT", `/teams/${team.id}`, organization.owner, elsewhere)).status).toBe(404);
    expect((await call("PUT", `/teams/${team.id}`, other.owner, { name: "x" })).status).toBe(404);
    const out = await call("PUT", `/teams/${team.id}`, organization.owner, {
      department_id: null,
      lead_id: member.id,
    });
    expect(out.body).toMatchObject({ department_id: null, lead_id: member.id });
    const without = await call("PUT", `/teams/${team.id}`, organization.owner, { lead_id: null });
    expect(without.body).toMatchObject({ lead_id: null, leads: [], member_count: 1 });
  });
});

describe("DELETE /teams/{team_id}", () => {
  it("removes the team from lists, with its members, and frees its name", async () => {
    const team = await newTeam({ lead_id: member.id });
    expect((await call("DELETE", `/teams/${team.id}`, member)).status).toBe(403);
    expect((await call("DELETE", `/teams/${team.id}`, organization.owner)).status).toBe(204);
    for (const [method, path] of [
      ["GET", `/teams/${team.id}`],
      ["GET", `/teams/${team.id}/members`],
      ["DELETE", `/teams/${team.id}`],
      ["DELETE", `/teams/${team.id}/lead`],
      ["PUT", `/teams/${team.id}/lead/${member.id}`],
    ] as const)
      expect([path, (await call(method, path, organization.owner)).status]).toEqual([path, 404]);
    const { rows } = await api.db.execute(sql`select from team_members where team_id = ${team.id}`);
    expect(rows).toEqual([]);
    expect((await newTeam({ name: team.name })).name).toBe(team.name);
  });
});

describe("a team with members", () => {
  it("adds each member once, lists them by name without email, and removes them", async () => {
    const team = await newTeam();
    const path = `/teams/${team.id}/members`;
    const grace = await signUpMember(api, organization.id, "guest");
    for (const user of [member, grace, grace]) {
      const added = await call("POST", path, organization.owner, { user_id: user.id });
      expect([added.status, added.body.id]).toEqual([200, team.id]);
    }
    const list = await api.call<{ id: string; is_lead: boolean }[]>("GET", path, { token: member.access });
    expect(list.body.map(({ id }) => id).sort()).toEqual([member.id, grace.id].sort());
    expect(list.headers.get("X-Total-Count")).toBe("2");
    expect(list.text).not.toContain(grace.email);
    expect((await call("POST", path, organization.owner, { user_id: other.owner.id })).status).toBe(404);
    expect((await call("POST", path, member, { user_id: grace.id })).status).toBe(403);
    expect((await call("DELETE", `${path}/${grace.id}`, member)).status).toBe(403);
    expect((await call("DELETE", `${path}/${grace.id}`, organization.owner)).status).toBe(204);
    expect((await call("DELETE", `${path}/${grace.id}`, organization.owner)).status).toBe(404);
  });

  it("loses a member whose membership of the organization ends", async () => {
    const grace = await signUpMember(api, organization.id, "member");
    const team = await newTeam({ lead_id: grace.id });
    await leave(api, organization.id, grace.id);
    expect((await call("GET", `/teams/${team.id}`, organization.owner)).body).toMatchObject({
      leads: [],
      member_count: 0,
    });
    await join(api, organization.id, grace.id, "member");
    expect(await idsOf(`/teams/${team.id}/members`, organization.owner)).toEqual([]);
  });
});

describe("a team with leads", () => {
  it("replaces them by PUT /lead, adds one by PUT /leads, and removes them by DELETE /lead", async () => {
    const team = await newTeam();
    const [ada, grace] = [await signUpMember(api, organization.id, "member"), member];
    const leadsOf = async () => (await call("GET", `/teams/${team.id}`, organization.owner)).body;
    const put = async (path: string, user: User) =>
      (await call("PUT", `/teams/${team.id}/${path}/${user.id}`, organization.owner)).status;
    expect(await put("lead", ada)).toBe(204);
    expect(await put("leads", grace)).toBe(200);
    expect((await leadsOf()).leads.map(({ id }) => id)).toEqual([ada.id, grace.id]);
    expect(await put("lead", grace)).toBe(204);
    expect(await leadsOf()).toMatchObject({ lead_id: grace.id, leads: [{ id: grace.id }], member_count: 2 });
    expect((await call("DELETE", `/teams/${team.id}/lead`, organization.owner)).status).toBe(204);
    expect(await leadsOf()).toMatchObject({ lead_id: null, lead: null, leads: [], member_count: 2 });
    expect(await put("lead", other.owner)).toBe(404);
  });

  it("has at most 20 leads", async () => {
    const team = await newTeam();
    await api.db.execute(sql`
      with made as (
        insert into users (username, email, password_hash)
        select 'lead-' || n, 'lead-' || n || '@example.com', '$none$' from generate_series(1, 20) n returning id
      )
      insert into memberships (organization_id, user_id, role_id)
      select ${organization.id}, id, '00000000-0000-4000-8000-000000000004' from made`);
    await api.db.execute(sql`
      insert into team_members (organization_id, team_id, user_id, is_lead)
      select ${organization.id}, ${team.id}, id, true from users where username like 'lead-%'`);
    const more = await call("PUT", `/teams/${team.id}/leads/${member.id}`, organization.owner);
    expect([more.status, more.body.error]).toEqual([400, "BUSINESS_LOGIC_ERROR"]);
  });

  it("lets them read, rename and empty it, but not add members, name leads, move or delete it", async () => {
    const lead = await signUpMember(api, organization.id, "guest");
    const manager = await signUpMember(api, organization.id, "guest");
    const department_id = await newDepartment();
    const team = await newTeam({ department_id, lead_id: lead.id });
    await call("PUT", `/departments/${department_id}/managers/${manager.id}`, organization.owner);
    for (const user of [lead, manager]) {
      expect((await call("GET", `/teams/${team.id}`, user)).status).toBe(200);
      expect((await call("PUT", `/teams/${team.id}`, user, { description: "Ours" })).status).toBe(200);
      await call("POST", `/teams/${team.id}/members`, organization.owner, { user_id: member.id });
      expect((await call("DELETE", `/teams/${team.id}/members/${member.id}`, user)).status).toBe(204);
      for (const [method, path, body] of [
        ["POST", `/teams/${team.id}/members`, { user_id: member.id }],
        ["PUT", `/teams/${team.id}/lead/${user.id}`],
        ["PUT", `/teams/${team.id}`, { department_id: null }],
        ["DELETE", `/teams/${team.id}/lead`],
        ["DELETE", `/teams/${team.id}`],
      ] as const)
        expect([method, path, (await call(method, path, user, body)).status]).toEqual([method, path, 403]);
      const sibling = await newTeam();
      expect((await call("PUT", `/teams/${sibling.id}`, user, { description: "x" })).status).toBe(403);
    }
  });
});
