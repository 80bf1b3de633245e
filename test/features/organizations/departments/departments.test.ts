import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { foundOrganization, join, signUpMember } from "../../../support/organization-members.ts";

type User = Awaited<ReturnType<TestApi["signUp"]>>;
type Department = {
  id: string;
  error: string;
  message: string;
  name: string;
  managers: { id: string }[];
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
  api.call<Department>(method, path, { token: user.access, body, headers });
const newDepartment = async (fields: object = {}, { id, owner } = organization) =>
  (await call("POST", "/departments", owner, { name: crypto.randomUUID(), organization_id: id, ...fields }))
    .body;
const newTeam = async (department_id: string) =>
  (await call("POST", "/teams", organization.owner, { name: crypto.randomUUID(), department_id })).body;
const idsOf = async (path: string, user: User) =>
  (await api.call<{ id: string }[]>("GET", path, { token: user.access })).body.map(({ id }) => id);

describe("POST /departments", () => {
  it("creates a department for members with teams:create", async () => {
    const body = { name: "Research", description: "Finds out", organization_id: organization.id };
    const answer = await call("POST", "/departments", organization.owner, body);
    expect([answer.status, answer.body]).toMatchObject([
      201,
      { ...body, team_count: 0, member_count: 0, managers: [] },
    ]);
    const taken = await call("POST", "/departments", organization.owner, { ...body, name: "RESEARCH" });
    expect([taken.status, taken.body.error]).toEqual([409, "RESOURCE_ALREADY_EXISTS"]);
    const refused = await call("POST", "/departments", member, { ...body, name: "x" });
    expect([refused.status, refused.body.missing]).toEqual([403, [["teams:create"]]]);
    expect((await call("POST", "/departments", other.owner, { ...body, name: "x" })).status).toBe(404);
  });
});

describe("GET /departments", () => {
  it("lists the departments of the caller's organizations, or of one, by name", async () => {
    const { id, owner } = await foundOrganization(api);
    const [b, a] = [
      await newDepartment({ name: "b" }, { id, owner }),
      await newDepartment({ name: "a" }, { id, owner }),
    ];
    const foreign = await newDepartment({ name: "c" }, other);
    expect(await idsOf("/departments", owner)).toEqual([a.id, b.id]);
    await join(api, other.id, owner.id, "manager");
    expect(await idsOf("/departments", owner)).toEqual(expect.arrayContaining([a.id, b.id, foreign.id]));
    expect(await idsOf(`/organizations/${id}/departments`, owner)).toEqual([a.id, b.id]);
    expect(await idsOf(`/departments?organization_id=${id}&sort=-name`, owner)).toEqual([b.id, a.id]);
    for (const path of [
      `/organizations/${id}/departments`,
      `/departments?organization_id=${id}`,
      `/departments/${a.id}`,
      `/departments/${a.id}/teams`,
    ]) {
      expect([path, (await call("GET", path, member)).status]).toEqual([path, 404]);
      const guest = await signUpMember(api, id, "guest");
      expect([path, (await call("GET", path, guest)).status]).toEqual([path, 403]);
    }
  });

  it("counts the teams, and each person once", async () => {
    const { id } = await newDepartment();
    for (const team of [await newTeam(id), await newTeam(id)])
      await call("POST", `/teams/${team.id}/members`, organization.owner, { user_id: member.id });
    const { body } = await call("GET", `/departments/${id}`, member);
    expect(body).toMatchObject({ team_count: 2, member_count: 1 });
    const list = await api.call<Department[]>("GET", "/departments", { token: member.access });
    expect(list.body.find((department) => department.id === id)).toEqual(body);
  });
});

describe("PUT /departments/{department_id}", () => {
  it("changes only the given fields, and refuses an old version", async () => {
    const department = await newDepartment({ description: "Old" });
    const path = `/departments/${department.id}`;
    const changed = await call("PUT", path, organization.owner, { name: "Renamed" }, { "If-Match": '"1"' });
    expect(changed.body).toMatchObject({ ...department, name: "Renamed", updated_at: expect.any(String) });
    expect((await call("PUT", path, organization.owner, { name: "x" }, { "If-Match": '"1"' })).status).toBe(
      412,
    );
    expect((await call("PUT", path, organization.owner, { organization_id: other.id })).status).toBe(422);
    expect((await call("PUT", path, member, { name: "x" })).status).toBe(403);
    expect((await call("PUT", path, other.owner, { name: "x" })).status).toBe(404);
  });
});

describe("DELETE /departments/{department_id}", () => {
  it("refuses a department with teams, unless cascade=true, which deletes these teams alone", async () => {
    const [department, sibling] = [await newDepartment(), await newDepartment()];
    const [team, kept] = [await newTeam(department.id), await newTeam(sibling.id)];
    await call("POST", `/teams/${team.id}/members`, organization.owner, { user_id: member.id });
    const path = `/departments/${department.id}`;
    expect((await call("DELETE", path, member)).status).toBe(403);
    expect((await call("DELETE", `${path}?cascade=true`, other.owner)).status).toBe(404);
    const refused = await call("DELETE", path, organization.owner);
    expect([refused.status, refused.body.message]).toEqual([409, expect.stringContaining("cascade=true")]);
    expect((await call("GET", `/teams/${team.id}`, organization.owner)).status).toBe(200);
    expect((await call("DELETE", `${path}?cascade=true`, organization.owner)).status).toBe(204);
    for (const gone of [path, `${path}/teams`, `/teams/${team.id}`])
      expect([gone, (await call("GET", gone, organization.owner)).status]).toEqual([gone, 404]);
    expect((await call("GET", `/teams/${kept.id}`, organization.owner)).status).toBe(200);
    const { rows } = await api.db.execute(sql`select from team_members where team_id = ${team.id}`);
    expect(rows).toEqual([]);
    const empty = await newDepartment();
    expect((await call("DELETE", `/departments/${empty.id}`, organization.owner)).status).toBe(204);
  });
});

describe("the list of a department's managers", () => {
  it("accepts members of the organization from callers who can read any member's time", async () => {
    const { id } = await newDepartment();
    const path = `/departments/${id}/managers`;
    const added = await call("PUT", `${path}/${member.id}`, organization.owner);
    expect([added.status, added.body.managers.map((manager) => manager.id)]).toEqual([200, [member.id]]);
    expect(added.text).not.toContain(member.email);
    expect((await call("PUT", `${path}/${member.id}`, organization.owner)).status).toBe(200);
    expect((await call("PUT", `${path}/${other.owner.id}`, organization.owner)).status).toBe(404);
    expect((await call("PUT", `${path}/${member.id}`, member)).status).toBe(403);
    expect((await call("DELETE", `${path}/${member.id}`, member)).status).toBe(403);
    expect((await call("DELETE", `${path}/${member.id}`, organization.owner)).status).toBe(204);
    expect((await call("DELETE", `${path}/${member.id}`, organization.owner)).status).toBe(404);
  });

  it("accepts at most 20 people", async () => {
    const { id } = await newDepartment();
    await api.db.execute(sql`
      with made as (
        insert into users (username, email, password_hash)
        select 'manager-' || n, 'manager-' || n || '@example.com', '$none$' from generate_series(1, 20) n returning id
      )
      insert into memberships (organization_id, user_id, role_id)
      select ${organization.id}, id, '00000000-0000-4000-8000-000000000004' from made`);
    await api.db.execute(sql`
      insert into department_managers (organization_id, department_id, user_id)
      select ${organization.id}, ${id}, id from users where username like 'manager-%'`);
    const more = await call("PUT", `/departments/${id}/managers/${member.id}`, organization.owner);
    expect([more.status, more.body.error]).toEqual([400, "BUSINESS_LOGIC_ERROR"]);
  });
});
