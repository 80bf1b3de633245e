import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { type Person, peopleOf } from "../people.ts";

let api: TestApi;
let people: ReturnType<typeof peopleOf>;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi({ OWN_EVENTS_PER_HOUR: "1000" });
  people = peopleOf(api);
  root = await api.signUpHolding("superuser");
});

interface Member {
  user_id: string;
  username: string;
  email: string | null;
  role: { name: string };
  left_at: string | null;
}

const list = (person: { access: string }, path: string, query = "") =>
  people.call<Member[]>(person, "GET", `${path}/members${query}`);
const setRole = async (person: { access: string }, path: string, member: Person, role: string) =>
  people.call(person, "PUT", `${path}/members/${member.id}`, { role_id: await people.roleId(role) });
const remove = (person: { access: string }, path: string, member: { id: string }) =>
  people.call(person, "DELETE", `${path}/members/${member.id}`);
const add = async (person: { access: string }, path: string, member: { id: string }, role?: string) =>
  people.call(
    person,
    "POST",
    `${path}/members/${member.id}`,
    role === undefined ? {} : { role_id: await people.roleId(role) },
  );
const roleOf = async (person: { access: string }, path: string) => {
  const { status, body } = await people.call<{ role: { name: string } | null }>(person, "GET", path);
  return status === 200 ? body.role?.name : status;
};

describe("a member", () => {
  it("is listed with a role, and with an email only for callers who may change members", async () => {
    const { owner, path, id } = await people.organize();
    const [manager, member, guest] = [
      await people.join({ id }, "manager"),
      await people.join({ id }),
      await people.join({ id }, "guest"),
    ];
    const seen = await list(owner, path);
    expect(seen.headers.get("X-Total-Count")).toBe("4");
    expect(seen.body.find(({ user_id }) => user_id === member.id)).toMatchObject({
      username: member.username,
      email: member.email,
      role: { name: "member" },
      is_active: true,
      left_at: null,
    });
    for (const person of [manager, member]) {
      const { body } = await list(person, path);
      expect(body.map(({ email }) => email)).toEqual([null, null, null, null]);
    }
    expect((await list(guest, path)).status).toBe(403);
    const found = await list(owner, path, `?q=${member.username}`);
    expect(found.body.map(({ user_id }) => user_id)).toEqual([member.id]);
    const managers = await list(owner, path, `?role=${await people.roleId("manager")}`);
    expect(managers.body.map(({ user_id }) => user_id)).toEqual([manager.id]);
  });

  it("is listed by team, and among former members after leaving", async () => {
    const { owner, path, id } = await people.organize();
    const [first, second] = [await people.join({ id }), await people.join({ id })];
    const team = crypto.randomUUID();
    await api.db.execute(sql`insert into teams (id, organization_id, name) values (${team}, ${id}, 'Reds')`);
    await api.db.execute(sql`
      insert into team_members (organization_id, team_id, user_id) values (${id}, ${team}, ${first.id})`);
    const ofTeam = () => list(owner, path, `?team_id=${team}`);
    expect((await ofTeam()).body.map(({ user_id }) => user_id)).toEqual([first.id]);
    expect((await remove(second, path, second)).status).toBe(204);
    expect((await remove(owner, path, first)).status).toBe(204);
    expect((await ofTeam()).body).toEqual([]);
    const former = await list(owner, path, "?left=true");
    expect(former.body.map(({ user_id }) => user_id).sort()).toEqual([first.id, second.id].sort());
    expect((await list(owner, path)).body.map(({ user_id }) => user_id)).toEqual([owner.id]);
    expect(await people.events({ id })).toEqual(
      expect.arrayContaining(["member.left", "member.removed", "team.member_removed"]),
    );
  });

  it("gets a role from callers who hold its grants and those of the former role", async () => {
    const { owner, path, id } = await people.organize();
    const [admin, member] = [await people.join({ id }, "admin"), await people.join({ id })];
    expect((await setRole(admin, path, member, "manager")).body.role).toMatchObject({ name: "manager" });
    expect((await setRole(admin, path, member, "admin")).status).toBe(200);
    expect((await setRole(admin, path, member, "owner")).status).toBe(403);
    expect((await setRole(admin, path, admin, "owner")).status).toBe(403);
    expect((await setRole(admin, path, owner, "member")).status).toBe(403);
    expect((await setRole(owner, path, member, "owner")).status).toBe(200);
    expect((await setRole(member, path, owner, "guest")).status).toBe(200);
    const weak = await people.joinHolding({ id }, "members:update", "members:read");
    expect((await setRole(weak, path, weak, "member")).status).toBe(403);
    expect((await setRole(weak, path, owner, "guest")).status).toBe(403);
    expect(await people.events({ id })).toContain("member.role_changed");
  });

  it("gets no role of another organization, no deleted role and no role of a relation", async () => {
    const { owner, path, id } = await people.organize();
    const other = await people.organize();
    const foreign = await people.joinHolding(other, "members:read");
    const member = await people.join({ id });
    for (const role_id of [foreign.roleId, await people.roleId("team_lead"), crypto.randomUUID()]) {
      const { status } = await people.call(owner, "PUT", `${path}/members/${member.id}`, { role_id });
      expect(status).toBe(404);
    }
    expect(await roleOf(member, path)).toBe("member");
    const insert = api.db.execute(sql`
      update memberships set role_id = ${foreign.roleId} where organization_id = ${id} and user_id = ${member.id}`);
    await expect(insert).rejects.toMatchObject({ cause: { message: "Role not found." } });
  });

  it("is removed by callers who hold the grants of the role, and leaves with the own id", async () => {
    const { owner, path, id } = await people.organize();
    const [admin, manager, member] = [
      await people.join({ id }, "admin"),
      await people.join({ id }, "manager"),
      await people.join({ id }),
    ];
    expect((await remove(manager, path, member)).status).toBe(403);
    expect((await remove(admin, path, owner)).status).toBe(403);
    expect((await remove(admin, path, manager)).status).toBe(204);
    expect((await remove(member, path, member)).status).toBe(204);
    expect((await remove(owner, path, member)).status).toBe(404);
    expect((await people.call(manager, "GET", path)).status).toBe(404);
  });
});

describe("the last owner", () => {
  it("gets a refusal of leaving, removal and another role", async () => {
    const { owner, path, id } = await people.organize();
    await people.join({ id }, "admin");
    for (const answer of [
      await remove(owner, path, owner),
      await setRole(owner, path, owner, "admin"),
      await remove(root, path, owner),
      await setRole(root, path, owner, "member"),
    ]) {
      expect([answer.status, answer.body.error]).toEqual([400, "BUSINESS_LOGIC_ERROR"]);
      expect(answer.body.message).toContain("Acme");
    }
    expect(await roleOf(owner, path)).toBe("owner");
  });

  it("is neither deactivated nor deleted, and the error names the organizations", async () => {
    const { owner, path, id } = await people.organize();
    const by = { token: root.access };
    const attempts = () =>
      Promise.all([
        api.call("POST", `/auth/users/${owner.id}/deactivate`, by),
        api.call("PUT", `/auth/users/${owner.id}`, { ...by, body: { is_active: false } }),
        api.call("DELETE", `/auth/users/${owner.id}`, by),
        people.call(owner, "DELETE", "/auth/me"),
      ]);
    for (const { status, body } of await attempts()) {
      expect([status, body.error]).toEqual([400, "BUSINESS_LOGIC_ERROR"]);
      expect(body.message).toContain("Acme");
    }
    expect(await roleOf(owner, path)).toBe("owner");
    await people.join({ id }, "owner");
    expect((await api.call("DELETE", `/auth/users/${owner.id}`, by)).status).toBe(204);
  });

  it("is not an owner whose account is deactivated", async () => {
    const { owner, path, id } = await people.organize();
    const second = await people.join({ id }, "owner");
    await api.call("POST", `/auth/users/${second.id}/deactivate`, { token: root.access });
    expect((await remove(owner, path, owner)).status).toBe(400);
  });

  it("deletes the account after the organization, which then is not restored without an owner", async () => {
    const { owner, path } = await people.organize();
    await people.call(owner, "DELETE", path);
    expect((await people.call(owner, "DELETE", "/auth/me")).status).toBe(204);
    expect((await people.call(root, "POST", `${path}/restore`)).body.error).toBe("BUSINESS_LOGIC_ERROR");
  });

  it("stays with statements that bypass the API", async () => {
    const { owner, id } = await people.organize();
    const ofOwner = sql`organization_id = ${id} and user_id = ${owner.id}`;
    for (const statement of [
      sql`delete from memberships where ${ofOwner}`,
      sql`update memberships set left_at = now() where ${ofOwner}`,
      sql`update memberships set role_id = (select id from organization_roles where builtin = 'guest') where ${ofOwner}`,
      sql`update users set is_active = false where id = ${owner.id}`,
      sql`update users set is_deleted = true where id = ${owner.id}`,
    ]) {
      await expect(api.db.execute(statement)).rejects.toMatchObject({
        cause: { message: expect.stringContaining("No owner would be left in: Acme.") },
      });
    }
  });
});

describe("an operator with organizations:manage_members", () => {
  it("adds, changes and removes other people in person, and all owners are notified", async () => {
    const { owner, path, id } = await people.organize();
    const second = await people.join({ id }, "owner");
    const operator = await api.signUpHolding("organizations:manage_members");
    const person = await api.signUp();
    const subjects = async () =>
      (await api.mailsTo(owner.email)).filter(({ text }) => text.includes("An operator of the service"))
        .length;
    expect((await add(operator, path, person, "admin")).body.role).toMatchObject({ name: "admin" });
    expect(await subjects()).toBe(1);
    expect((await add(operator, path, person)).status).toBe(409);
    expect((await setRole(operator, path, person, "owner")).status).toBe(200);
    expect((await setRole(operator, path, second, "guest")).status).toBe(200);
    expect((await remove(operator, path, person)).status).toBe(204);
    expect(await subjects()).toBeGreaterThan(1);
    expect((await api.mailsTo(second.email))[0]?.text).toContain(id);
    expect((await add(operator, path, person)).body.role).toMatchObject({ name: "member" });
    const { rows } = await api.db.execute<{ action: string }>(sql`
      select action from audit_events where organization_id = ${id} and actor_id = ${operator.id} order by occurred_at`);
    expect(rows.map(({ action }) => action)).toEqual([
      "member.joined",
      "member.role_changed",
      "member.role_changed",
      "member.removed",
      "member.joined",
    ]);
    const log = await people.call<{ action: string }[]>(
      owner,
      "GET",
      `${path}/audit?actor_id=${operator.id}`,
    );
    expect(log.body).toHaveLength(5);
    const instance = await people.call<{ action: string }[]>(
      root,
      "GET",
      `/audit?actor_id=${operator.id}&action=member.*`,
    );
    expect(instance.body).toHaveLength(5);
  });

  it("needs recent authentication and no token, unless a role in the organization suffices", async () => {
    const { path, id } = await people.organize();
    const operator = await api.signUpHolding("organizations:manage_members");
    const [person, member] = [await api.signUp(), await people.join({ id })];
    const { body: token } = await people.call<{ token: string }>(operator, "POST", "/auth/tokens", {
      name: "t",
      scopes: ["full"],
    });
    const byToken = { access: token.token };
    await people.age(operator);
    for (const attempt of [
      () => add(operator, path, person),
      () => setRole(operator, path, member, "admin"),
      () => remove(operator, path, member),
    ]) {
      expect((await attempt()).body.error).toBe("REAUTHENTICATION_REQUIRED");
    }
    expect((await add(byToken, path, person)).status).toBe(403);
    expect((await setRole(byToken, path, member, "admin")).status).toBe(403);
    expect((await remove(byToken, path, member)).status).toBe(403);
    await people.join({ id }, "owner", operator);
    expect((await setRole(operator, path, member, "admin")).status).toBe(200);
  });

  it("gets a refusal of joining an organization, and of a higher role in it", async () => {
    const { path, id } = await people.organize();
    const operator = await api.signUpHolding("organizations:manage_members");
    expect((await add(operator, path, operator)).status).toBe(403);
    await people.join({ id }, "member", operator);
    expect((await setRole(operator, path, operator, "owner")).status).toBe(403);
    expect((await setRole(operator, path, operator, "admin")).status).toBe(403);
    expect(await roleOf(operator, path)).toBe("member");
  });

  it("adds no unknown, deactivated or deleted user, and no user to a deleted organization", async () => {
    const { owner, path } = await people.organize();
    const [person, gone] = [await api.signUp(), await api.signUp()];
    await api.call("POST", `/auth/users/${person.id}/deactivate`, { token: root.access });
    await api.call("DELETE", `/auth/users/${gone.id}`, { token: root.access });
    for (const user of [person, gone, { id: crypto.randomUUID() }]) {
      expect((await add(root, path, user)).status).toBe(404);
    }
    await people.call(owner, "DELETE", path);
    expect((await add(root, path, await api.signUp())).status).toBe(404);
  });
});

describe("a superuser", () => {
  it("joins an organization in person and recently, which its owners and both audit logs learn", async () => {
    const { owner, path, id } = await people.organize();
    const superuser = await api.signUpHolding("superuser");
    expect((await people.call(superuser, "GET", `${path}/audit`)).status).toBe(404);
    await people.age(superuser);
    expect((await add(superuser, path, superuser, "owner")).body.error).toBe("REAUTHENTICATION_REQUIRED");
    const again = { ...superuser, ...(await api.signIn(superuser.username)) };
    expect((await add(again, path, superuser, "owner")).status).toBe(201);
    expect((await api.mailsTo(owner.email))[0]?.text).toContain("or joined it");
    const log = await people.call<{ actor_id: string; action: string }[]>(again, "GET", `${path}/audit`);
    expect(log.body[0]).toMatchObject({ actor_id: superuser.id, action: "member.joined" });
    expect(await people.events({ id })).toContain("member.joined");
  });
});

describe("a membership", () => {
  it("opens no route of the instance", async () => {
    const { owner } = await people.organize();
    for (const path of ["/auth/users", "/roles", "/permissions", "/audit", "/organizations?all=true"]) {
      expect((await people.call(owner, "GET", path)).status, path).toBe(403);
    }
  });
});
