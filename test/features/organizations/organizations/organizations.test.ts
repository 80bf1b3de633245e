import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import {
  ORGANIZATION_GRANTS,
  ORGANIZATION_ROLES,
  RELATION_ROLES,
} from "../../../../src/core/organization-permissions.ts";
import { slugOf } from "../../../../src/features/organizations/organizations/slugs.ts";
import { maintain } from "../../../../src/jobs/maintenance.ts";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { peopleOf } from "../people.ts";

let api: TestApi;
let people: ReturnType<typeof peopleOf>;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi({ OWN_EVENTS_PER_HOUR: "1000" });
  people = peopleOf(api);
  root = await api.signUpHolding("superuser");
});

describe("an organization", () => {
  it("is created with its creator as the owner", async () => {
    const owner = await api.signUp();
    const slug = crypto.randomUUID();
    const { status, body } = await people.call(owner, "POST", "/organizations", {
      name: "Acme",
      slug,
      timezone: "europe/berlin",
      currency: "eur",
      week_start: 0,
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: "Acme",
      slug,
      description: null,
      timezone: "Europe/Berlin",
      currency: "EUR",
      week_start: 0,
      role: { id: ORGANIZATION_ROLES.owner.id, name: "owner" },
      member_count: 1,
      department_count: 0,
    });
    expect(body.grants).toEqual(expect.arrayContaining([...ORGANIZATION_GRANTS]));
    expect((await people.call(owner, "GET", `/organizations/${body.id}`)).body).toEqual(body);
    expect((await people.call(owner, "GET", `/organizations/slug/${slug.toUpperCase()}`)).body).toEqual(body);
    expect((await people.call(owner, "GET", "/organizations/current")).body).toEqual(body);
  });

  it("gets a slug from its name, and defaults", async () => {
    const owner = await api.signUp();
    const name = `Über ${crypto.randomUUID()} & Söhne`;
    const { body } = await people.call(owner, "POST", "/organizations", { name });
    expect(body).toMatchObject({ slug: slugOf(name), timezone: "UTC", week_start: 1, currency: "USD" });
    expect(slugOf("Über & Söhne, GmbH")).toBe("uber-sohne-gmbh");
    expect(slugOf("株式会社")).toMatch(/^organization-[0-9a-f]{8}$/);
    expect(slugOf("a".repeat(300))).toHaveLength(100);
  });

  it("gets a slug with a random ending if another organization has its name", async () => {
    const name = `Twice ${crypto.randomUUID()}`;
    const slugs: string[] = [];
    for (const owner of [await api.signUp(), await api.signUp()]) {
      const { status, body } = await people.call<{ slug: string }>(owner, "POST", "/organizations", { name });
      expect(status).toBe(201);
      slugs.push(body.slug);
    }
    expect(slugs).toEqual([slugOf(name), expect.stringMatching(new RegExp(`^${slugOf(name)}-[0-9a-f]{8}$`))]);
  });

  it("is found by a slug that is also a path below organizations", async () => {
    const owner = await api.signUp();
    for (const slug of ["members", "roles", "audit", "invitations", "departments"]) {
      await people.call(owner, "POST", "/organizations", { name: slug, slug });
      const { status, body } = await people.call<{ slug: string }>(
        owner,
        "GET",
        `/organizations/slug/${slug}`,
      );
      expect([status, body.slug]).toEqual([200, slug]);
    }
  });

  it("answers 422 for a zone, a currency or a slug that does not exist or is malformed", async () => {
    const owner = await api.signUp();
    for (const wrong of [{ timezone: "Mars/Base" }, { currency: "EURO" }, { slug: "a b" }, { slug: "-a" }]) {
      const answer = await people.call(owner, "POST", "/organizations", { name: "x", ...wrong });
      expect(answer.status, JSON.stringify(wrong)).toBe(422);
    }
  });

  it("has a slug that no other live organization has, in any case", async () => {
    const { owner, slug, path } = await people.organize();
    const other = await api.signUp();
    const taken = { name: "Other", slug: slug.toUpperCase() };
    expect((await people.call(other, "POST", "/organizations", taken)).body.error).toBe(
      "RESOURCE_ALREADY_EXISTS",
    );
    expect((await people.call(owner, "DELETE", path)).status).toBe(204);
    expect((await people.call(other, "POST", "/organizations", taken)).status).toBe(201);
    expect((await people.call(owner, "POST", `${path}/restore`)).body.error).toBe("RESOURCE_ALREADY_EXISTS");
  });

  it("is changed by owners and admins, and only in the version that they expect", async () => {
    const { owner, path, id } = await people.organize();
    const admin = await people.join({ id }, "admin");
    const { headers } = await people.call(owner, "GET", path);
    const match = { "If-Match": headers.get("ETag") ?? "" };
    const changed = await people.call(admin, "PUT", path, { description: "We do" }, match);
    expect(changed.body).toMatchObject({ name: "Acme", description: "We do" });
    expect((await people.call(owner, "PUT", path, { name: "Late" }, match)).status).toBe(412);
    expect((await people.call(owner, "DELETE", path, undefined, match)).status).toBe(412);
    for (const role of ["manager", "member", "guest"]) {
      const person = await people.join({ id }, role);
      const { status, body } = await people.call<{ missing: string[][] }>(person, "PUT", path, { name: "x" });
      expect([status, body.missing]).toEqual([403, [["organization:update"]]]);
    }
  });

  it("is absent for users who are not members, as an unknown one is", async () => {
    const { path, slug, id } = await people.organize();
    const stranger = await people.organize();
    const former = await people.join({ id });
    await people.call(former, "DELETE", `${path}/members/${former.id}`);
    for (const person of [stranger.owner, former]) {
      const unknown = `/organizations/${crypto.randomUUID()}`;
      for (const [method, suffix, body] of [
        ["GET", ""],
        ["PUT", "", { name: "x" }],
        ["DELETE", ""],
        ["POST", "/restore"],
        ["POST", "/transfer", { user_id: person.id }],
        ["GET", "/members"],
        ["GET", "/roles"],
        ["GET", "/audit"],
      ] as const) {
        const there = await people.call(person, method, path + suffix, body);
        const absent = await people.call(person, method, unknown + suffix, body);
        expect(there.status, `${method} ${suffix}`).toBe(404);
        expect(there.body.message).toBe(absent.body.message);
      }
      expect((await people.call(person, "GET", `/organizations/slug/${slug}`)).status).toBe(404);
    }
    const list = await people.call<{ id: string }[]>(stranger.owner, "GET", "/organizations");
    expect(list.body.map((organization) => organization.id)).toEqual([stranger.id]);
  });

  it("is the current one of a user with no other, and of no user with several", async () => {
    const { owner } = await people.organize();
    expect((await people.call(owner, "GET", "/organizations/current")).status).toBe(200);
    await people.organize(owner);
    expect((await people.call(owner, "GET", "/organizations/current")).body.error).toBe(
      "BUSINESS_LOGIC_ERROR",
    );
    expect((await people.call(await api.signUp(), "GET", "/organizations/current")).status).toBe(404);
  });

  it("is listed with the caller's role and the counts, in pages", async () => {
    const { owner, id } = await people.organize();
    const second = await people.organize(owner);
    await people.join({ id }, "member", await api.signUp());
    await api.db.execute(sql`insert into departments (organization_id, name) values (${id}, 'Sales')`);
    const { body, headers } = await people.call<{ id: string }[]>(owner, "GET", "/organizations?limit=1");
    expect(headers.get("X-Total-Count")).toBe("2");
    const { body: all } = await people.call<{ id: string }[]>(owner, "GET", "/organizations");
    expect(all.map((organization) => organization.id).sort()).toEqual([id, second.id].sort());
    expect(body[0]).toEqual(all[0]);
    expect(all.find((organization) => organization.id === id)).toMatchObject({
      role: { name: "owner" },
      member_count: 2,
      department_count: 1,
    });
  });

  it("is deleted by an owner with recent authentication in person, hides, and is restored within 30 days", async () => {
    const { owner, path, id } = await people.organize();
    const admin = await people.join({ id }, "admin");
    expect((await people.call(admin, "DELETE", path)).status).toBe(403);
    await people.age(owner);
    expect((await people.call(owner, "DELETE", path)).body.error).toBe("REAUTHENTICATION_REQUIRED");
    const again = { ...owner, ...(await api.signIn(owner.username)) };
    expect((await people.call(again, "DELETE", path)).status).toBe(204);
    expect((await api.mailsTo(owner.email))[0]?.text).toContain("The organization was deleted.");
    for (const person of [again, admin]) {
      expect((await people.call(person, "GET", path)).status).toBe(404);
      expect((await people.call(person, "GET", `${path}/members`)).status).toBe(404);
    }
    const deleted = await people.call<{ id: string }[]>(again, "GET", "/organizations?deleted=true");
    expect(deleted.body.map((organization) => organization.id)).toEqual([id]);
    expect((await people.call(admin, "GET", "/organizations?deleted=true")).body).toEqual([]);
    expect((await people.call(admin, "POST", `${path}/restore`)).status).toBe(404);
    expect((await people.call(again, "POST", `${path}/restore`)).status).toBe(200);
    expect((await people.call(admin, "GET", path)).status).toBe(200);
    expect(await people.events({ id })).toEqual(
      expect.arrayContaining(["organization.deleted", "organization.restored"]),
    );
  });

  it("is not restored after 30 days, when the maintenance removes it with everything in it", async () => {
    const { owner, path, id } = await people.organize();
    await people.join({ id });
    const { body: project } = await people.call<{ id: string }>(owner, "POST", "/projects", {
      name: "Shared",
      organization_id: id,
    });
    const { status } = await people.call(owner, "POST", "/time-entries", {
      organization_id: id,
      project_id: project.id,
      started_at: "2026-01-01T08:00:00Z",
      ended_at: "2026-01-01T09:00:00Z",
    });
    expect(status).toBe(201);
    await people.call(owner, "DELETE", path);
    await api.db.execute(
      sql`update organizations set deleted_at = deleted_at - interval '31 days' where id = ${id}`,
    );
    expect((await people.call(owner, "POST", `${path}/restore`)).status).toBe(404);
    expect(await maintain(api.settings)).toMatchObject({ organizations_removed: 1 });
    const { rows } = await api.db.execute(sql`
      select from organizations where id = ${id} union all select from memberships where organization_id = ${id}
      union all select from time_entries where organization_id = ${id} union all select from projects where organization_id = ${id}`);
    expect(rows).toEqual([]);
  });

  it("gets a further owner, and all owners are notified", async () => {
    const { owner, path, id } = await people.organize();
    const admin = await people.join({ id }, "admin");
    const body = { user_id: admin.id };
    expect((await people.call(admin, "POST", `${path}/transfer`, body)).status).toBe(403);
    expect((await people.call(owner, "POST", `${path}/transfer`, { user_id: root.id })).status).toBe(404);
    expect((await people.call(owner, "POST", `${path}/transfer`, body)).status).toBe(200);
    for (const { email } of [owner, admin]) {
      expect((await api.mailsTo(email))[0]?.text).toContain("A member became an owner");
    }
    expect((await people.call(owner, "DELETE", `${path}/members/${owner.id}`)).status).toBe(204);
    expect((await people.call(admin, "GET", path)).body.role).toMatchObject({ name: "owner" });
  });

  it("gets no owner from a member who has the grant to transfer it, but not all grants of owners", async () => {
    const { owner, path, id } = await people.organize();
    const member = await people.joinHolding({ id }, "organization:transfer", "members:read");
    const answer = await people.call(member, "POST", `${path}/transfer`, { user_id: member.id });
    expect([answer.status, answer.body]).toMatchObject([403, { error: "PERMISSION_DENIED" }]);
    const partner = await people.joinHolding({ id }, ...ORGANIZATION_GRANTS);
    expect((await people.call(partner, "POST", `${path}/transfer`, { user_id: partner.id })).status).toBe(
      200,
    );
    expect((await people.call(owner, "DELETE", `${path}/members/${owner.id}`)).status).toBe(204);
  });
});

describe("an operator", () => {
  it("reaches the frame of every organization with the permission for it, and no frame with another", async () => {
    const { path, id, slug } = await people.organize();
    const reader = await api.signUpHolding("organizations:read");
    const writer = await api.signUpHolding("organizations:update");
    expect((await people.call(reader, "GET", path)).body).toMatchObject({ id, role: null, grants: [] });
    expect((await people.call(reader, "GET", `/organizations/slug/${slug}`)).status).toBe(200);
    expect((await people.call(reader, "GET", `${path}/members`)).status).toBe(200);
    const all = await people.call<{ id: string }[]>(
      reader,
      "GET",
      "/organizations?all=true&sort=-created_at",
    );
    expect(all.body.map((organization) => organization.id)).toContain(id);
    expect((await people.call(reader, "PUT", path, { name: "x" })).status).toBe(404);
    expect((await people.call(writer, "PUT", path, { name: "x" })).status).toBe(200);
    expect((await people.call(writer, "GET", path)).status).toBe(404);
    for (const inner of ["/roles", "/audit"]) {
      expect((await people.call(root, "GET", path + inner)).status, inner).toBe(404);
    }
    expect((await people.call(await api.signUp(), "GET", "/organizations?all=true")).status).toBe(403);
  });

  it("deletes and restores an organization", async () => {
    const { path } = await people.organize();
    const operator = await api.signUpHolding("organizations:delete");
    expect((await people.call(operator, "DELETE", path)).status).toBe(204);
    expect((await people.call(operator, "POST", `${path}/restore`)).status).toBe(200);
  });
});

describe("a personal token", () => {
  it("reaches an organization within its scopes", async () => {
    const { owner, path } = await people.organize();
    const tokenOf = async (...scopes: string[]) => {
      const { body } = await people.call<{ token: string }>(owner, "POST", "/auth/tokens", {
        name: "t",
        scopes,
      });
      return { access: body.token };
    };
    const [reading, full, ingesting] = [
      await tokenOf("read"),
      await tokenOf("full"),
      await tokenOf("ingest"),
    ];
    for (const inner of ["", "/members", "/roles", "/audit"]) {
      expect((await people.call(reading, "GET", path + inner)).status, inner).toBe(200);
      expect((await people.call(ingesting, "GET", path + inner)).status, inner).toBe(403);
    }
    expect((await people.call(reading, "PUT", path, { name: "x" })).status).toBe(403);
    expect((await people.call(full, "PUT", path, { name: "x" })).status).toBe(200);
    expect((await people.call(full, "DELETE", path)).status).toBe(403);
  });
});

describe("a scope with the name of a grant", () => {
  it("is given to members who hold the grant, and opens nothing else in the organization", async () => {
    const { path, id } = await people.organize();
    const member = await people.join({ id });
    const create = (person: { access: string }, ...scopes: string[]) =>
      people.call<{ token: string }>(person, "POST", "/auth/tokens", { name: "t", scopes });
    const { status, body } = await create(member, "members:read");
    expect(status).toBe(201);
    const token = { access: body.token };
    expect((await people.call(token, "GET", `${path}/members`)).status).toBe(200);
    expect((await create(member, "members:update")).status).toBe(403);
    expect((await create(await api.signUp(), "members:read")).status).toBe(403);
    await people.call(member, "DELETE", `${path}/members/${member.id}`);
    expect((await people.call(token, "GET", `${path}/members`)).status).toBe(404);
  });
});

describe("the database", () => {
  it("has the built-in roles of the catalog", async () => {
    const { rows } = await api.db.execute(
      sql`select builtin, id, description, grants from organization_roles where builtin is not null`,
    );
    const roles = Object.entries({ ...ORGANIZATION_ROLES, ...RELATION_ROLES });
    expect(Object.fromEntries(rows.map(({ builtin, ...role }) => [builtin, role]))).toEqual(
      Object.fromEntries(roles.map(([name, role]) => [name, { ...role, grants: [...role.grants] }])),
    );
  });

  it("limits the organizations of a user to 100", async () => {
    const owner = await api.signUp();
    await api.db.execute(sql`
      insert into organizations (name, slug, created_by)
      select 'x', gen_random_uuid()::text, ${owner.id} from generate_series(1, 100)`);
    const { status, text } = await people.call(owner, "POST", "/organizations", {
      name: "x",
      slug: crypto.randomUUID(),
    });
    expect([status, text]).toEqual([400, expect.stringContaining("at most 100 organizations")]);
  });
});
