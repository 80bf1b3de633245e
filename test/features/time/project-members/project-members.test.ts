import { beforeAll, beforeEach, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { createOrganization, leave, roleWith, signUpMember } from "../../../support/organization-members.ts";

type User = Awaited<ReturnType<TestApi["signUp"]>>;
interface Member {
  user_id: string;
  username: string;
  is_manager: boolean;
}

let api: TestApi;
let organization: string;
let owner: User;
let member: User;
let project: string;
beforeAll(async () => {
  api = await createTestApi();
});
beforeEach(async () => {
  owner = await api.signUp();
  organization = await createOrganization(api, owner);
  member = await signUpMember(api, organization, "member");
  const { body } = await api.call<{ id: string }>("POST", "/projects", {
    token: owner.access,
    body: { name: "Engine", organization_id: organization, visibility: "members" },
  });
  project = body.id;
});

const send = <Body = Member>(user: User, method: string, path = "", body?: object) =>
  api.call<Body>(method, `/projects/${project}/members${path}`, {
    token: user.access,
    ...(body && { body }),
  });
const isVisibleTo = async (user: User) =>
  (await api.call("GET", `/projects/${project}`, { token: user.access })).status === 200;

it("adds members who see the project, and managers who change its members", async () => {
  expect(await isVisibleTo(member)).toBe(false);
  const added = await send(owner, "PUT", `/${member.id}`, {});
  expect([added.status, added.body]).toMatchObject([
    200,
    { user_id: member.id, username: member.username, first_name: null, last_name: null, is_manager: false },
  ]);
  expect(await isVisibleTo(member)).toBe(true);
  expect((await send(member, "GET")).status).toBe(404);
  expect((await send(owner, "PUT", `/${member.id}`, { is_manager: true })).body.is_manager).toBe(true);
  const guest = await signUpMember(api, organization, "guest");
  expect((await send(member, "PUT", `/${guest.id}`, {})).status).toBe(200);
  const listed = await send<Member[]>(member, "GET");
  expect(listed.body.map(({ user_id }) => user_id)).toEqual([member.id, guest.id]);
});

it("removes members, whose time stays", async () => {
  await send(owner, "PUT", `/${member.id}`, {});
  const entry = await api.call<{ id: string }>("POST", "/time-entries", {
    token: member.access,
    body: { organization_id: organization, project_id: project },
  });
  expect((await send(owner, "DELETE", `/${member.id}`)).status).toBe(204);
  expect((await send(owner, "DELETE", `/${member.id}`)).status).toBe(404);
  expect(await isVisibleTo(member)).toBe(false);
  const { status } = await api.call("GET", `/time-entries/${entry.body.id}`, { token: member.access });
  expect(status).toBe(200);
});

it("names managers only for callers who read all time on the project", async () => {
  const all = ["projects:read", "projects:read_any", "projects:update", "projects:update_any"];
  const planner = await signUpMember(api, organization, await roleWith(api, organization, ...all));
  const reporter = await signUpMember(
    api,
    organization,
    await roleWith(api, organization, ...all, "time_entries:read_any"),
  );
  const { body: entry } = await api.call<{ id: string }>("POST", "/time-entries", {
    token: owner.access,
    body: { organization_id: organization, project_id: project },
  });
  expect((await send(planner, "PUT", `/${member.id}`, {})).status).toBe(200);
  for (const caller of [planner, reporter]) {
    for (const { id } of [planner, member]) {
      expect((await send(caller, "PUT", `/${id}`, { is_manager: true })).status).toBe(403);
    }
  }
  const read = await api.call("GET", `/time-entries/${entry.id}`, { token: planner.access });
  expect(read.status).toBe(404);
  expect((await send(owner, "PUT", `/${planner.id}`, { is_manager: true })).status).toBe(200);
  expect((await send(planner, "PUT", `/${member.id}`, { is_manager: true })).status).toBe(200);
});

it("accepts only members of the organization, and has none for personal projects", async () => {
  const stranger = await api.signUp();
  const former = await signUpMember(api, organization, "member");
  await leave(api, organization, former.id);
  for (const { id } of [stranger, former]) {
    expect((await send(owner, "PUT", `/${id}`, {})).status).toBe(404);
  }
  for (const user of [stranger, former, member, (await api.signUpHolding("superuser")) as User]) {
    expect((await send(user, "PUT", `/${member.id}`, { is_manager: true })).status).toBe(404);
  }
  const { body } = await api.call<{ id: string }>("POST", "/projects", {
    token: owner.access,
    body: { name: "Own" },
  });
  project = body.id;
  expect((await send(owner, "GET")).status).toBe(404);
});
