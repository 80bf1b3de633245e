import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { peopleOf } from "../people.ts";

let api: TestApi;
let people: ReturnType<typeof peopleOf>;
beforeAll(async () => {
  api = await createTestApi();
  people = peopleOf(api);
});

interface Role {
  id: string;
  name: string;
  is_builtin: boolean;
  grants: string[];
  member_count: number;
}

describe("a role of an organization", () => {
  it("is created, listed after the built-in ones, read, changed and deleted", async () => {
    const { owner, path } = await people.organize();
    const grants = ["time_entries:read_any", "reports:read_any", "reports:read_any"];
    const created = await people.call<Role>(owner, "POST", `${path}/roles`, { name: "accountant", grants });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      name: "accountant",
      is_builtin: false,
      member_count: 0,
      grants: ["time_entries:read_any", "reports:read_any"],
    });
    const { body: roles } = await people.call<Role[]>(owner, "GET", `${path}/roles`);
    expect(roles.map(({ name, is_builtin }) => [name, is_builtin])).toEqual([
      ["admin", true],
      ["guest", true],
      ["manager", true],
      ["member", true],
      ["owner", true],
      ["accountant", false],
    ]);
    expect(roles.find(({ name }) => name === "owner")?.member_count).toBe(1);
    const one = `${path}/roles/${created.body.id}`;
    const read = await people.call<Role>(owner, "GET", one);
    expect(read.body).toEqual(created.body);
    const match = { "If-Match": read.headers.get("ETag") ?? "" };
    const changed = await people.call<Role>(owner, "PUT", one, { grants: ["export:read"] }, match);
    expect(changed.body).toMatchObject({ name: "accountant", grants: ["export:read"] });
    expect((await people.call(owner, "PUT", one, { name: "x" }, match)).status).toBe(412);
    expect((await people.call(owner, "DELETE", one, undefined, match)).status).toBe(412);
    expect((await people.call(owner, "DELETE", one)).status).toBe(204);
    expect((await people.call(owner, "GET", one)).status).toBe(404);
  });

  it("has a name that no other role of the organization has, ignoring case", async () => {
    const [first, second] = [await people.organize(), await people.organize()];
    const role = (name: string) => ({ name, grants: [] });
    expect((await people.call(first.owner, "POST", `${first.path}/roles`, role("a"))).status).toBe(201);
    expect((await people.call(first.owner, "POST", `${first.path}/roles`, role("A"))).status).toBe(409);
    expect((await people.call(second.owner, "POST", `${second.path}/roles`, role("A"))).status).toBe(201);
  });

  it("has no more grants than the member who creates or changes it", async () => {
    const { owner, path, id } = await people.organize();
    const admin = await people.join({ id }, "admin");
    const powerful = { name: "powerful", grants: ["organization:delete"] };
    expect((await people.call(admin, "POST", `${path}/roles`, powerful)).status).toBe(403);
    const { body: role } = await people.call<Role>(owner, "POST", `${path}/roles`, powerful);
    expect((await people.call(admin, "PUT", `${path}/roles/${role.id}`, { grants: [] })).status).toBe(403);
    expect((await people.call(admin, "DELETE", `${path}/roles/${role.id}`)).status).toBe(403);
    const editor = await people.joinHolding({ id }, "roles:update", "roles:read");
    const own = `${path}/roles/${editor.roleId}`;
    const raised = { grants: ["roles:update", "roles:read", "members:remove"] };
    expect((await people.call(editor, "PUT", own, raised)).status).toBe(403);
    expect((await people.call(editor, "PUT", own, { grants: ["roles:read"] })).status).toBe(200);
    expect((await people.call(editor, "PUT", own, { grants: [] })).body.error).toBe("PERMISSION_DENIED");
  });

  it("resists deletion while a member or an open invitation has it", async () => {
    const { owner, path, id } = await people.organize();
    const member = await people.joinHolding({ id }, "members:read");
    const one = `${path}/roles/${member.roleId}`;
    expect((await people.call(owner, "DELETE", one)).status).toBe(409);
    await people.call(owner, "DELETE", `${path}/members/${member.id}`);
    await api.db.execute(sql`
      insert into invitations (organization_id, email, role_id, token_hash, invited_by, expires_at)
      values (${id}, 'a@example.com', ${member.roleId}, 'x', ${owner.id}, now() + interval '1 day')`);
    expect((await people.call(owner, "DELETE", one)).status).toBe(409);
    await api.db.execute(sql`update invitations set expires_at = now() where organization_id = ${id}`);
    expect((await people.call(owner, "DELETE", one)).status).toBe(204);
  });

  it("resists changes and deletion if it is built in", async () => {
    const { owner, path } = await people.organize();
    const one = `${path}/roles/${await people.roleId("member")}`;
    expect((await people.call(owner, "PUT", one, { grants: [] })).body.error).toBe("BUSINESS_LOGIC_ERROR");
    expect((await people.call(owner, "DELETE", one)).body.error).toBe("BUSINESS_LOGIC_ERROR");
  });

  it("is absent in another organization, and so are roles of relations", async () => {
    const [first, second] = [await people.organize(), await people.organize()];
    const { body: role } = await people.call<Role>(first.owner, "POST", `${first.path}/roles`, {
      name: "a",
      grants: [],
    });
    for (const id of [role.id, await people.roleId("team_lead")]) {
      for (const method of ["GET", "PUT", "DELETE"]) {
        const body = method === "PUT" ? { name: "x" } : undefined;
        const answer = await people.call(second.owner, method, `${second.path}/roles/${id}`, body);
        expect(answer.status, method).toBe(404);
      }
    }
  });

  it("has only grants of the catalog", async () => {
    const { owner, path } = await people.organize();
    for (const grant of ["users:read", "projects:*", "*", "activity:read_any"]) {
      const body = { name: "x", grants: [grant] };
      expect((await people.call(owner, "POST", `${path}/roles`, body)).status, grant).toBe(422);
    }
  });

  it("holds within the scopes of a token only", async () => {
    const { owner, path } = await people.organize();
    const { body: token } = await people.call<{ token: string }>(owner, "POST", "/auth/tokens", {
      name: "t",
      scopes: ["read"],
    });
    const answer = await people.call({ access: token.token }, "POST", `${path}/roles`, {
      name: "x",
      grants: [],
    });
    expect(answer.status).toBe(403);
  });
});
