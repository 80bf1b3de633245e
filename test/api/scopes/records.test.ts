import { sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { maintain } from "../../../src/jobs/maintenance.ts";
import { createTestApi, type TestApi } from "../../support/api.ts";
import {
  createOrganization,
  createTeam,
  join,
  joinProject,
  leave,
  roleWith,
  signUpMember,
} from "../../support/organization-members.ts";

interface Item {
  id: string;
  name: string;
  owner_id: string;
  organization_id: string | null;
  project_id: string | null;
  visibility: string | null;
  is_billable: boolean;
  ended_at: string | null;
  error: string;
  message: string;
  missing?: unknown;
}

type User = Awaited<ReturnType<TestApi["signUp"]>>;

let api: TestApi;
let organization: string;
let owner: User;
let member: User;
beforeAll(async () => {
  api = await createTestApi();
});
beforeEach(async () => {
  owner = await api.signUp();
  organization = await createOrganization(api, owner);
  member = await signUpMember(api, organization, "member");
});

const send = <Body = Item>(user: User, method: string, path: string, body?: object) =>
  api.call<Body>(method, path, { token: user.access, ...(body && { body }) });
const create = (user: User, path: string, body: object) =>
  send(user, "POST", path, { organization_id: organization, ...body });
const createProject = async (name: string, more: object = {}) =>
  (await create(owner, "/projects", { name, ...more })).body;
const idsIn = async (user: User, path: string) =>
  (await send<Item[]>(user, "GET", path)).body.map(({ id }) => id);

const at = (hour: number) => `2026-01-05T${String(hour).padStart(2, "0")}:00:00Z`;
const work = (user: User, from: number, to: number, more: object = {}) =>
  create(user, "/time-entries", { started_at: at(from), ended_at: at(to), ...more });

describe("a new record of an organization", () => {
  it.each([
    ["/clients", "clients:create"],
    ["/projects", "projects:create"],
  ])("requires a grant at %s: %s", async (path, grant) => {
    const { status, body } = await create(owner, path, { name: "Shared" });
    expect([status, body.organization_id]).toEqual([201, organization]);
    const refused = await create(member, path, { name: "Mine" });
    expect(refused.status).toBe(403);
    expect(JSON.stringify(refused.body)).toContain(grant);
  });

  it("answers 404 to callers who are not members", async () => {
    const stranger = await api.signUp();
    const superuser = await api.signUpHolding("superuser");
    const former = await signUpMember(api, organization, "owner");
    await leave(api, organization, former.id);
    for (const user of [stranger, superuser as User, former]) {
      for (const path of ["/clients", "/projects", "/tasks", "/tags"]) {
        expect((await create(user, path, { name: "x" })).status).toBe(404);
      }
      expect((await work(user, 1, 2)).status).toBe(404);
    }
  });

  it("is allowed to project managers for tasks of their projects", async () => {
    const guest = await signUpMember(api, organization, "guest");
    const mine = await createProject("Mine");
    const other = await createProject("Other");
    await joinProject(api, organization, mine.id, guest.id, true);
    expect((await create(guest, "/tasks", { name: "a", project_id: mine.id })).status).toBe(201);
    expect((await create(guest, "/tasks", { name: "b", project_id: other.id })).status).toBe(403);
  });

  it("does not mix scopes", async () => {
    const shared = await createProject("Shared");
    const { body: own } = await send(owner, "POST", "/projects", { name: "Own" });
    expect((await create(owner, "/tasks", { name: "t", project_id: own.id })).status).toBe(404);
    expect((await send(owner, "POST", "/tasks", { name: "t", project_id: shared.id })).status).toBe(404);
    const { body: task } = await create(owner, "/tasks", { name: "t", project_id: shared.id });
    expect((await send(owner, "PATCH", `/tasks/${task.id}`, { project_id: own.id })).status).toBe(404);
    expect((await work(owner, 1, 2, { project_id: own.id })).status).toBe(404);
    const personal = { started_at: at(1), ended_at: at(2), project_id: shared.id };
    expect((await send(owner, "POST", "/time-entries", personal)).status).toBe(404);
    const { body: tag } = await send(owner, "POST", "/tags", { name: "own" });
    expect((await work(owner, 1, 2, { tag_ids: [tag.id] })).status).toBe(404);
  });

  it("shares a name with no other record of the organization", async () => {
    await createProject("Shared");
    const manager = await signUpMember(api, organization, "manager");
    expect((await create(manager, "/projects", { name: "shared" })).status).toBe(409);
    expect((await send(manager, "POST", "/projects", { name: "shared" })).status).toBe(201);
  });
});

describe("an organization with records", () => {
  it("lists them for its members, apart from personal records", async () => {
    const shared = await createProject("Shared");
    const { body: own } = await send(member, "POST", "/projects", { name: "Own" });
    expect(await idsIn(member, `/projects?organization_id=${organization}`)).toEqual([shared.id]);
    expect(await idsIn(member, "/projects")).toEqual([own.id]);
    expect(await idsIn(member, "/projects?organization_id=none")).toEqual([own.id]);
    expect((await idsIn(member, "/projects?organization_id=all")).sort()).toEqual([own.id, shared.id].sort());
  });

  it("keeps them out of reach of permissions of the instance", async () => {
    const shared = await createProject("Shared");
    const superuser = (await api.signUpHolding("superuser")) as User;
    for (const [method, body] of [["GET"], ["PATCH", { name: "x" }], ["DELETE"]] as const) {
      expect((await send(superuser, method, `/projects/${shared.id}`, body)).status).toBe(404);
    }
    expect((await send(superuser, "GET", `/projects?organization_id=${organization}`)).status).toBe(404);
    expect(await idsIn(superuser, "/projects?owner_id=all&limit=100")).not.toContain(shared.id);
  });

  it("hides a project from other members if only its own members see it", async () => {
    const hidden = await createProject("Hidden", { visibility: "members" });
    const { body: client } = await create(owner, "/clients", { name: "Secret" });
    await send(owner, "PATCH", `/projects/${hidden.id}`, { client_id: client.id });
    const { body: task } = await create(owner, "/tasks", { name: "t", project_id: hidden.id });
    const guest = await signUpMember(api, organization, "guest");
    const read = async (user: User) => [
      (await send(user, "GET", `/projects/${hidden.id}`)).status,
      (await send(user, "GET", `/clients/${client.id}`)).status,
      (await send(user, "GET", `/tasks/${task.id}`)).status,
      (await idsIn(user, `/projects?organization_id=${organization}`)).length,
      (await idsIn(user, `/clients?organization_id=${organization}`)).length,
      (await work(user, 1, 2, { project_id: hidden.id })).status,
    ];
    expect(await read(member)).toEqual([404, 404, 404, 0, 0, 404]);
    expect(await read(guest)).toEqual([404, 404, 404, 0, 0, 404]);
    await joinProject(api, organization, hidden.id, member.id);
    await joinProject(api, organization, hidden.id, guest.id);
    expect(await read(member)).toEqual([200, 200, 200, 1, 1, 201]);
    expect(await read(guest)).toEqual([200, 200, 200, 1, 1, 201]);
    expect((await send(member, "PATCH", `/projects/${hidden.id}`, { name: "x" })).status).toBe(404);
  });

  it("lets managers of the project change it", async () => {
    const project = await createProject("Managed");
    await joinProject(api, organization, project.id, member.id, true);
    const { status, body } = await send(member, "PATCH", `/projects/${project.id}`, { name: "Renamed" });
    expect([status, body.name]).toEqual([200, "Renamed"]);
    expect((await send(member, "DELETE", `/projects/${project.id}`)).status).toBe(404);
  });

  it("requires a scope of the token", async () => {
    const shared = await createProject("Shared");
    const tokenFor = async (...scopes: string[]) => {
      const { body } = await send<{ token: string }>(owner, "POST", "/auth/tokens", { name: "t", scopes });
      return { ...owner, access: body.token };
    };
    const reader = await tokenFor("projects:read");
    expect((await send(reader, "GET", `/projects/${shared.id}`)).status).toBe(200);
    expect((await send(reader, "PATCH", `/projects/${shared.id}`, { name: "x" })).status).toBe(403);
    const other = await tokenFor("tags:read");
    expect((await send(other, "GET", `/projects/${shared.id}`)).status).toBe(403);
    const everything = await tokenFor("read");
    expect((await send(everything, "GET", `/projects/${shared.id}`)).status).toBe(200);
  });
});

describe("a member without permissions of the instance", () => {
  it("works in the organization, and not on personal records", async () => {
    const limited = (await api.signUpHolding()) as User;
    await join(api, organization, limited.id, "manager");
    const { status, body } = await create(limited, "/projects", { name: "Shared" });
    expect(status).toBe(201);
    expect((await send(limited, "GET", `/projects/${body.id}`)).status).toBe(200);
    expect((await send(limited, "DELETE", `/projects/${body.id}`)).status).toBe(204);
    expect((await work(limited, 1, 2)).status).toBe(201);
    const refused = await send(limited, "POST", "/projects", { name: "Own" });
    expect(refused.status).toBe(403);
    expect(JSON.stringify(refused.body)).toContain("projects:create");
    expect((await send(limited, "POST", "/time-entries", {})).status).toBe(403);
    const own = crypto.randomUUID();
    await api.db.execute(sql`insert into tags (id, owner_id, name) values (${own}, ${limited.id}, 'own')`);
    expect((await send(limited, "GET", `/tags/${own}`)).status).toBe(404);
    expect(await idsIn(limited, "/tags")).toEqual([]);
  });
});

describe("time in an organization", () => {
  it("takes whether it is billable from the project, and shows in lists of all scopes", async () => {
    const project = await createProject("Billed", { is_billable: true });
    const { body: shared } = await work(member, 1, 2, { project_id: project.id });
    expect(shared).toMatchObject({ organization_id: organization, is_billable: true, owner_id: member.id });
    const { body: own } = await send(member, "POST", "/time-entries", { started_at: at(3), ended_at: at(4) });
    expect(await idsIn(member, "/time-entries")).toEqual([own.id, shared.id]);
    expect(await idsIn(member, "/time-entries?organization_id=none")).toEqual([own.id]);
    expect(await idsIn(member, `/time-entries?organization_id=${organization}`)).toEqual([shared.id]);
    await leave(api, organization, member.id);
    expect(await idsIn(member, "/time-entries")).toEqual([own.id]);
    expect((await send(member, "GET", `/time-entries/${shared.id}`)).status).toBe(404);
  });

  it.each([
    ["/time-entries", 5, 2],
    ["/projects", 3, 0],
    ["/clients", 3, 0],
    ["/tags", 3, 0],
    ["/tasks", 3, 0],
  ] as const)("counts in the length of %s if the list has it", async (path, length, limitedLength) => {
    const manager = await signUpMember(api, organization, "manager");
    const limited = (await api.signUpHolding()) as User;
    await join(api, organization, limited.id, "manager");
    const add = async (user: User, n: number, more: object = {}) => {
      const values =
        path === "/time-entries"
          ? { started_at: at(n), ended_at: at(n + 1) }
          : { name: `${n} of ${user.id}` };
      const { status, body } = await send(user, "POST", path, { ...values, ...more });
      expect(status).toBe(201);
      return body.id;
    };
    for (const user of [manager, limited])
      for (const n of [1, 2]) await add(user, n, { organization_id: organization });
    for (const n of [3, 4, 5]) await add(manager, n);
    await send(manager, "DELETE", `${path}/${await add(manager, 6)}`);
    const lengthFor = async (user: User) => {
      const { headers, body } = await send<Item[]>(user, "GET", path);
      expect(headers.get("X-Total-Count")).toBe(String(body.length));
      return body.length;
    };
    expect(await lengthFor(manager)).toBe(length);
    expect(await lengthFor(limited)).toBe(limitedLength);
    await leave(api, organization, manager.id);
    expect(await lengthFor(manager)).toBe(3);
  });

  it("is in the calendar feed and the export of its owner, and leaves both when the membership ends", async () => {
    const start = Date.now() - 86_400_000;
    const times = {
      started_at: new Date(start).toISOString(),
      ended_at: new Date(start + 3_600_000).toISOString(),
    };
    const project = await createProject("Mill");
    await create(member, "/time-entries", { ...times, description: "shared", project_id: project.id });
    await send(member, "POST", "/time-entries", { ...times, description: "own" });
    const { body: feed } = await send<{ url: string }>(member, "POST", "/calendar-feeds", { name: "phone" });
    const read = async () => {
      const { headers, text } = await api.call("GET", new URL(feed.url).pathname);
      return {
        tag: headers.get("ETag"),
        names: ["shared", "own", "Mill"].filter((name) => text.includes(name)),
      };
    };
    const exported = async () => (await send(member, "GET", "/time-entries/export")).text;
    const before = await read();
    expect(before.names).toEqual(["shared", "own", "Mill"]);
    expect(await exported()).toContain("Mill");
    await leave(api, organization, member.id);
    const after = await read();
    expect(after.names).toEqual(["own"]);
    expect(after.tag).not.toBe(before.tag);
    expect(await exported()).not.toMatch(/shared|Mill/);
  });

  it("is read by leads of the team, managers of the project and managers of the organization", async () => {
    const project = await createProject("Shared");
    const { body: entry } = await work(member, 1, 2, { project_id: project.id });
    const lead = await signUpMember(api, organization, "member");
    const otherLead = await signUpMember(api, organization, "member");
    const projectManager = await signUpMember(api, organization, "guest");
    const manager = await signUpMember(api, organization, "manager");
    const colleague = await signUpMember(api, organization, "member");
    await createTeam(api, organization, lead.id, [member.id]);
    await createTeam(api, organization, otherLead.id, [colleague.id]);
    await joinProject(api, organization, project.id, projectManager.id, true);
    await joinProject(api, organization, project.id, colleague.id);
    const path = `/time-entries?organization_id=${organization}&owner_id=all`;
    for (const [user, isReader] of [
      [owner, true],
      [manager, true],
      [lead, true],
      [projectManager, true],
      [member, true],
      [otherLead, false],
      [colleague, false],
    ] as const) {
      expect(await idsIn(user, path)).toEqual(isReader ? [entry.id] : []);
      expect((await send(user, "GET", `/time-entries/${entry.id}`)).status).toBe(isReader ? 200 : 404);
    }
    for (const [user, status] of [
      [manager, 404],
      [lead, 404],
      [projectManager, 404],
      [owner, 200],
    ] as const) {
      expect((await send(user, "PATCH", `/time-entries/${entry.id}`, { description: "x" })).status).toBe(
        status,
      );
    }
  });

  it("moves with its task only by members who read it, or whose own it is", async () => {
    const from = await createProject("Billing");
    const to = await createProject("Hosting");
    const planner = await signUpMember(
      api,
      organization,
      await roleWith(
        api,
        organization,
        ...["read", "read_any", "update", "update_any"].map((action) => `tasks:${action}`),
        ...["projects:read", "time_entries:create", "time_entries:read"],
      ),
    );
    await joinProject(api, organization, to.id, planner.id, true);
    const createTask = async (name: string) =>
      (await create(owner, "/tasks", { name, project_id: from.id })).body.id;
    const move = async (user: User, id: string) =>
      (await send(user, "PATCH", `/tasks/${id}`, { project_id: to.id })).status;
    const task = await createTask("Invoices");
    const { body: entry } = await work(member, 1, 2, { project_id: from.id, task_id: task });
    expect(await move(planner, task)).toBe(403);
    expect((await send(planner, "PATCH", `/tasks/${task}`, { project_id: from.id })).status).toBe(200);
    expect((await send(planner, "GET", `/time-entries/${entry.id}`)).status).toBe(404);
    const own = await createTask("Domains");
    await work(planner, 1, 2, { project_id: from.id, task_id: own });
    expect([await move(planner, own), await move(owner, task)]).toEqual([200, 200]);
    expect((await send(planner, "GET", `/time-entries/${entry.id}`)).status).toBe(200);
  });

  it("does not conflict with time that the other member can't read", async () => {
    await send(member, "PATCH", "/settings/time", { allow_overlap: false });
    const { body: moved } = await work(member, 1, 2);
    const { body: inWay } = await work(member, 7, 8);
    await send(member, "POST", "/time-entries", { started_at: at(4), ended_at: at(5) });
    const move = (user: User, from: number, to: number) =>
      send(user, "PATCH", `/time-entries/${moved.id}`, { started_at: at(from), ended_at: at(to) });
    expect((await move(member, 4, 5)).status).toBe(409);
    expect((await move(owner, 4, 5)).status).toBe(200);
    expect((await move(owner, 7, 8)).status).toBe(409);
    expect(inWay.ended_at).not.toBeNull();
    expect((await move(owner, 1, 2)).status).toBe(200);
    expect((await move(member, 4, 5)).status).toBe(409);
  });

  it("is never started for another member", async () => {
    const { body: entry } = await work(member, 1, 2);
    const started = await send(owner, "PATCH", `/time-entries/${entry.id}`, { ended_at: null });
    expect(started.status).toBe(400);
    expect((await send(owner, "POST", `/time-entries/${entry.id}/resume`)).status).toBe(404);
    const { body: running } = await create(member, "/time-entries", {});
    expect((await send(owner, "POST", `/time-entries/${running.id}/stop`)).body.ended_at).not.toBeNull();
  });

  it.each([
    ["leaves the organization", async () => leave(api, organization, member.id)],
    ["is deactivated", async (root: User) => send(root, "POST", `/auth/users/${member.id}/deactivate`)],
    ["is deleted", async (root: User) => send(root, "DELETE", `/auth/users/${member.id}`)],
  ])("stops when its owner %s", async (_, end) => {
    const root = await api.signUpHolding("superuser");
    const { body } = await create(member, "/time-entries/start", {});
    expect(body.ended_at).toBe(null);
    await end(root);
    const stopped = await send(owner, "GET", `/time-entries/${body.id}`);
    expect(stopped.body.ended_at).toEqual(expect.any(String));
  });

  it("runs on for its owner in the personal scope, when the account is deactivated", async () => {
    const root = await api.signUpHolding("superuser");
    const { body } = await send(member, "POST", "/time-entries/start", {});
    await send(root, "POST", `/auth/users/${member.id}/deactivate`);
    await send(root, "POST", `/auth/users/${member.id}/activate`);
    const { access } = await api.signIn(member.username);
    const entry = await api.call<Item>("GET", `/time-entries/${body.id}`, { token: access });
    expect([entry.status, entry.body.ended_at]).toEqual([200, null]);
  });

  it("is restored only by its owner after a deletion", async () => {
    const { body: entry } = await work(member, 1, 2);
    expect((await send(owner, "DELETE", `/time-entries/${entry.id}`)).status).toBe(204);
    const deleted = `/time-entries?organization_id=${organization}&owner_id=all&deleted=true`;
    expect(await idsIn(owner, deleted)).toEqual([]);
    expect((await send(owner, "POST", `/time-entries/${entry.id}/restore`)).status).toBe(404);
    expect(await idsIn(member, deleted)).toEqual([entry.id]);
    expect((await send(member, "POST", `/time-entries/${entry.id}/restore`)).status).toBe(200);
  });

  it("counts in the owner's reports, and in no report about all users", async () => {
    await work(member, 1, 2);
    const tracked = async (user: User, query: string) =>
      (await send<{ tracked_seconds: number }>(user, "GET", `/reports/summary?from=2026-01-05${query}`)).body
        .tracked_seconds;
    expect(await tracked(member, "")).toBe(3600);
    const superuser = (await api.signUpHolding("superuser")) as User;
    expect(await tracked(superuser, `&owner_id=${member.id}`)).toBe(0);
  });

  it("belongs to a former member in reports, once its owner's account is erased", async () => {
    await work(member, 1, 2);
    const root = (await api.signUpHolding("superuser")) as User;
    await send(root, "DELETE", `/auth/users/${member.id}`);
    const erased = await send(root, "DELETE", `/auth/users/${member.id}/data`, { username: member.username });
    expect(erased.status).toBeLessThan(300);
    await maintain(api.settings);
    const { body } = await send<{ groups: object[] }>(
      owner,
      "GET",
      `/reports/summary?from=2026-01-05&organization_id=${organization}&owner_id=all&group=user`,
    );
    expect(body.groups).toMatchObject([
      { keys: [member.id], labels: ["Former member"], tracked_seconds: 3600 },
    ]);
  });
});
