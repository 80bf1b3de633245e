import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../../support/api.ts";
import { createOrganization, join, leave, signUpMember } from "../../../../support/organization-members.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

type User = Awaited<ReturnType<TestApi["signUp"]>>;

const newName = () => crypto.randomUUID();

/** Creates a project of the user with a client, a task, and two entries with tags. */
async function createProject({ access: token }: User, names: { project?: string; client?: string } = {}) {
  const post = async (path: string, body: unknown) => {
    const answer = await api.call("POST", path, { token, body });
    expect([path, answer.status]).toEqual([path, 201]);
    return answer.body.id as string;
  };
  const client = await post("/clients", { name: names.client ?? newName() });
  const project = await post("/projects", { name: names.project ?? newName(), client_id: client });
  const task = await post("/tasks", { name: "Write", project_id: project });
  const tag = await post("/tags", { name: newName() });
  const times = (day: number) => ({
    started_at: `2026-01-0${day}T08:00:00Z`,
    ended_at: `2026-01-0${day}T09:00:00Z`,
  });
  const first = await post("/time-entries", { task_id: task, tag_ids: [tag], ...times(1) });
  const second = await post("/time-entries", { project_id: project, ...times(2) });
  return { client, project, task, tag, first, second };
}

const move = ({ access: token }: User, project: string, organization: string, query = "") =>
  api.call("POST", `/projects/${project}/move${query}`, { token, body: { organization_id: organization } });

/** Returns the organizations of the records that a project has. */
async function organizationsOf(project: string) {
  const { rows } = await api.db.execute<{ organization: string | null }>(sql`
    select organization_id as organization from projects where id = ${project}
    union all select organization_id from tasks where project_id = ${project}
    union all select organization_id from time_entries where project_id = ${project}`);
  return rows.map(({ organization }) => organization);
}

it("moves a project with its tasks, entries, client and tags, and leaves the personal client and tags", async () => {
  const owner = await api.signUp();
  const organization = await createOrganization(api, owner);
  const { project, client, tag, task, first, second } = await createProject(owner, { client: "Navy" });
  expect(await move(owner, project, organization)).toMatchObject({
    status: 200,
    body: {
      project_id: project,
      organization_id: organization,
      dry_run: false,
      tasks: 1,
      entries: 2,
      clients: 1,
      tags: 1,
    },
  });
  expect(await organizationsOf(project)).toEqual(Array(4).fill(organization));
  const { rows: entries } = await api.db.execute(sql`
    select e.id, e.task_id, e.version, array(select t.name from time_entry_tags te join tags t on t.id = te.tag_id
      where te.entry_id = e.id and t.organization_id = ${organization}) as tags,
      (select c.name from projects p join clients c on c.id = p.client_id where p.id = e.project_id) as client
      from time_entries e where project_id = ${project} order by started_at`);
  const name = (await api.call("GET", `/tags/${tag}`, { token: owner.access })).body.name;
  expect(entries).toEqual([
    { id: first, task_id: task, version: 2, tags: [name], client: "Navy" },
    { id: second, task_id: null, version: 2, tags: [], client: "Navy" },
  ]);
  expect((await api.call("GET", `/clients/${client}`, { token: owner.access })).status).toBe(200);
});

it("uses the clients and tags of the organization that have the names, in any case", async () => {
  const owner = await api.signUp();
  const organization = await createOrganization(api, owner);
  const one = await createProject(owner, { client: "Navy" });
  await move(owner, one.project, organization);
  await api.call("PATCH", `/clients/${one.client}`, { token: owner.access, body: { name: "Old navy" } });
  const other = await createProject(owner, { client: "NAVY" });
  expect(await move(owner, other.project, organization)).toMatchObject({
    status: 200,
    body: { clients: 0, tags: 1 },
  });
});

it("changes nothing in a dry run, and answers with the same numbers", async () => {
  const owner = await api.signUp();
  const organization = await createOrganization(api, owner);
  const { project } = await createProject(owner);
  const planned = await move(owner, project, organization, "?dry_run=true");
  expect(await organizationsOf(project)).toEqual(Array(4).fill(null));
  const { rows } = await api.db.execute(
    sql`select from tags where organization_id = ${organization} union all select from clients where organization_id = ${organization}`,
  );
  expect(rows).toHaveLength(0);
  const moved = await move(owner, project, organization);
  expect(planned.body).toEqual({ ...moved.body, dry_run: true });
});

it("refuses a name that a project of the organization has, with 409, and moves nothing", async () => {
  const owner = await api.signUp();
  const organization = await createOrganization(api, owner);
  const name = newName();
  const one = await createProject(owner, { project: name });
  await move(owner, one.project, organization);
  const other = await createProject(owner, { project: name.toUpperCase() });
  for (const query of ["", "?dry_run=true"]) {
    expect(await move(owner, other.project, organization, query)).toMatchObject({
      status: 409,
      body: { error: "RESOURCE_ALREADY_EXISTS" },
    });
  }
  expect(await organizationsOf(other.project)).toEqual(Array(4).fill(null));
});

it("hides projects of other users and moved projects, and organizations of other members, with 404", async () => {
  const owner = await api.signUp();
  const organization = await createOrganization(api, owner);
  const other = await signUpMember(api, organization, "manager");
  const { project } = await createProject(owner);
  expect((await move(other, project, organization)).status).toBe(404);
  const stranger = await api.signUp();
  const theirs = await createProject(stranger);
  expect((await move(stranger, theirs.project, organization)).status).toBe(404);
  await move(owner, project, organization);
  expect((await move(owner, project, organization)).status).toBe(404);
  const former = await signUpMember(api, organization, "manager");
  const own = await createProject(former);
  await leave(api, organization, former.id);
  expect((await move(former, own.project, organization)).status).toBe(404);
});

it("refuses members whose role creates no projects, and names the grant", async () => {
  const organization = await createOrganization(api, await api.signUp());
  const member = await signUpMember(api, organization, "member");
  const { project } = await createProject(member);
  expect(await move(member, project, organization)).toMatchObject({
    status: 403,
    body: { error: "PERMISSION_DENIED", missing: [["projects:create"]] },
  });
});

it("refuses a project with entries of a user who is not a member, and moves it once the user is one", async () => {
  const owner = await api.signUp();
  const organization = await createOrganization(api, owner);
  const { project } = await createProject(owner);
  const other = await api.signUp();
  await api.db.execute(sql`
    insert into time_entries (owner_id, project_id, started_at, ended_at)
    values (${other.id}, ${project}, '2026-02-01', '2026-02-02')`);
  expect(await move(owner, project, organization)).toMatchObject({
    status: 400,
    body: { error: "BUSINESS_LOGIC_ERROR", message: expect.stringContaining("Invite them first") },
  });
  await join(api, organization, other.id, "member");
  expect(await move(owner, project, organization)).toMatchObject({ status: 200, body: { entries: 3 } });
});

it("moves deleted tasks and entries along, and does not count deleted entries", async () => {
  const owner = await api.signUp();
  const organization = await createOrganization(api, owner);
  const { project, task, second } = await createProject(owner);
  for (const path of [`/time-entries/${second}`, `/tasks/${task}`])
    await api.call("DELETE", path, { token: owner.access });
  expect(await move(owner, project, organization)).toMatchObject({
    status: 200,
    body: { tasks: 1, entries: 1 },
  });
  expect(await organizationsOf(project)).toEqual(Array(4).fill(organization));
});
