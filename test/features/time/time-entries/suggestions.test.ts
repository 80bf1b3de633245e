import { sql } from "drizzle-orm";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { createOrganization, leave, signUpMember } from "../../../support/organization-members.ts";

interface Suggestion {
  description: string;
  project_id: string | null;
  task_id: string | null;
  tag_ids: string[];
  uses: number;
  last_used_at: string;
}

let api: TestApi;
let ada: Awaited<ReturnType<TestApi["signUp"]>>;
beforeAll(async () => {
  api = await createTestApi();
});
beforeEach(async () => {
  ada = await api.signUp();
  hours = 0;
});

let hours = 0;

const send = async (method: string, path: string, body?: object, token = ada.access) => {
  const answer = await api.call<{ id: string }>(method, path, { token, body });
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.body;
};
const make = async (path: string, name: string, more: object = {}) =>
  (await send("POST", path, { name, ...more })).id;

/** Tracks an hour after the hours before. */
const work = (description: string, more: object = {}) => {
  const start = Date.UTC(2026, 0, 1, hours++);
  const times = {
    started_at: new Date(start).toISOString(),
    ended_at: new Date(start + 3_600_000).toISOString(),
  };
  return send("POST", "/time-entries", { ...times, description, ...more });
};

const suggest = async (query = "", token = ada.access) =>
  (await api.call<Suggestion[]>("GET", `/time-entries/suggestions${query}`, { token })).body;
const textsOf = async (query = "") => (await suggest(query)).map(({ description }) => description);

it("lists what the entries were about, most frequent first, then latest", async () => {
  const project_id = await make("/projects", "Engine");
  const tags = [await make("/tags", "a"), await make("/tags", "b")].sort();
  await work("letters");
  await work("notes", { project_id, tag_ids: tags });
  await work("notes", { project_id, tag_ids: tags.toReversed() });
  await work("notes");
  expect(await suggest()).toEqual([
    {
      description: "notes",
      project_id,
      task_id: null,
      tag_ids: tags,
      uses: 2,
      last_used_at: "2026-01-01T02:00:00.000Z",
    },
    expect.objectContaining({ description: "notes", project_id: null, tag_ids: [], uses: 1 }),
    expect.objectContaining({ description: "letters", uses: 1 }),
  ]);
});

it("names the task of the latest entry", async () => {
  const project_id = await make("/projects", "Engine");
  const [first, last] = [
    await make("/tasks", "first", { project_id }),
    await make("/tasks", "last", { project_id }),
  ];
  await work("notes", { task_id: first });
  await work("notes", { task_id: last });
  expect(await suggest()).toMatchObject([{ description: "notes", project_id, task_id: last, uses: 2 }]);
});

it("finds text in any case, and limits the number", async () => {
  for (const text of ["Letter to Mary", "letters", "notes"]) await work(text);
  expect(await textsOf("?q=LETTER")).toEqual(["letters", "Letter to Mary"]);
  expect(await textsOf("?q=%25")).toEqual([]);
  expect(await textsOf("?limit=1")).toEqual(["notes"]);
});

it("leaves out deleted and archived projects, done tasks, and deleted tags and entries", async () => {
  const [archived, gone, kept] = [
    await make("/projects", "archived"),
    await make("/projects", "gone"),
    await make("/projects", "kept"),
  ];
  const done = await make("/tasks", "done", { project_id: kept });
  const tag = await make("/tags", "tag");
  await work("one", { project_id: archived });
  await work("two", { project_id: gone });
  await work("three", { task_id: done, tag_ids: [tag] });
  await work("", { project_id: gone });
  const { id } = await work("four");
  await send("PATCH", `/projects/${archived}`, { archived: true });
  await send("DELETE", `/projects/${gone}`);
  await send("PATCH", `/tasks/${done}`, { done: true });
  await send("DELETE", `/tags/${tag}`);
  await send("DELETE", `/time-entries/${id}`);
  expect(await suggest()).toMatchObject([
    { description: "three", project_id: kept, task_id: null, tag_ids: [] },
    { description: "two", project_id: null },
    { description: "one", project_id: null },
  ]);
});

it("suggests a task that has no project, also without a description", async () => {
  const task_id = await make("/tasks", "Note G");
  await work("", { task_id });
  await work("notes", { task_id });
  expect(await suggest()).toMatchObject([
    { description: "notes", project_id: null, task_id },
    { description: "", project_id: null, task_id },
  ]);
});

it("suggests nothing of other users that the user may no longer read", async () => {
  const reader = await api.signUpHolding(
    "time_entries:read",
    "time_entries:create",
    "projects:read",
    "projects:read_any",
  );
  const project_id = await make("/projects", "Engine");
  const start = "2026-01-01T00:00:00Z";
  await send(
    "POST",
    "/time-entries",
    { started_at: start, ended_at: start, description: "shared", project_id },
    reader.access,
  );
  expect(await suggest("", reader.access)).toMatchObject([{ description: "shared", project_id }]);
  await api.db.execute(sql`
    delete from role_permissions where role_id = ${reader.roleId}
      and permission_id in (select id from permissions where resource = 'projects' and action = 'read_any')`);
  expect(await suggest("", reader.access)).toMatchObject([{ description: "shared", project_id: null }]);
});

it("suggests a project without a description, and nothing for an empty entry", async () => {
  const project_id = await make("/projects", "Engine");
  await work("");
  await work("", { project_id });
  expect(await suggest()).toMatchObject([{ description: "", project_id }]);
});

it("shows nothing to other users, with any permission", async () => {
  await work("secret");
  const root = await api.signUpHolding("superuser");
  expect(await suggest("", root.access)).toEqual([]);
});

it("reads only the latest thousand entries, and at most 20 tags of each", async () => {
  await work("old");
  await api.db.execute(sql`
    insert into time_entries (owner_id, started_at, ended_at, description)
    select ${ada.id}, at, at, 'new' from generate_series('2026-02-01T00:00:00Z'::timestamptz, '2026-03-15', '1 hour') as at limit 999`);
  expect(await textsOf()).toEqual(["new", "old"]);
  await api.db.execute(sql`
    with made as (insert into tags (owner_id, name) select ${ada.id}, n::text from generate_series(1, 30) as n returning id),
    tagged as (
      insert into time_entries (owner_id, started_at, ended_at, description)
      values (${ada.id}, '2026-04-01T00:00:00Z', '2026-04-01T00:00:00Z', 'tagged') returning id)
    insert into time_entry_tags (entry_id, tag_id) select tagged.id, made.id from made, tagged`);
  // Deleted tags among the first 20 count, so that no request reads a thousand of them.
  await api.db.execute(sql`
    update tags set is_deleted = true, deleted_at = now() where owner_id = ${ada.id}
      and id in (select id from tags where owner_id = ${ada.id} order by id limit 15)`);
  expect((await suggest())[1]?.tag_ids).toHaveLength(5);
  await api.db.execute(sql`update tags set is_deleted = false, deleted_at = null where owner_id = ${ada.id}`);
  const [first, second, ...others] = await suggest();
  expect([first?.description, first?.uses, second?.description, second?.tag_ids.length]).toEqual([
    "new",
    999,
    "tagged",
    20,
  ]);
  expect(others).toEqual([]);
});

it("lists those of an organization for its members, and of personal entries by default", async () => {
  const organization = await createOrganization(api, ada);
  const colleague = await signUpMember(api, organization, "member");
  const shared = { organization_id: organization };
  const project_id = await make("/projects", "Mill", shared);
  const tag = await make("/tags", "cards", shared);
  await work("letters");
  await work("grinding", { ...shared, project_id, tag_ids: [tag] });
  await send("POST", "/time-entries/start", { description: "another's", ...shared }, colleague.access);
  const path = `?organization_id=${organization}`;
  expect(await textsOf()).toEqual(["letters"]);
  expect(await textsOf("?organization_id=none")).toEqual(["letters"]);
  expect(await textsOf("?organization_id=all")).toEqual(["grinding", "letters"]);
  expect(await suggest(path)).toMatchObject([
    { description: "grinding", project_id, tag_ids: [tag], uses: 1 },
  ]);
  expect(await textsOf(`${path}&q=letters`)).toEqual([]);
  expect((await suggest(path, colleague.access)).map(({ description }) => description)).toEqual([
    "another's",
  ]);

  const stranger = await api.signUp();
  const { status } = await api.call("GET", `/time-entries/suggestions${path}`, { token: stranger.access });
  expect(status).toBe(404);
  await leave(api, organization, colleague.id);
  const former = await api.call("GET", `/time-entries/suggestions${path}`, { token: colleague.access });
  expect(former.status).toBe(404);
  expect(await suggest("?organization_id=all", colleague.access)).toEqual([]);
});
