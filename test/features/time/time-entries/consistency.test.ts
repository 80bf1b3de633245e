import { sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

interface Entry {
  id: string;
  project_id: string | null;
  task_id: string | null;
  is_billable: boolean;
  updated_at: string | null;
}

let api: TestApi;
let ada: Awaited<ReturnType<TestApi["signUp"]>>;
/** Ids of a billable project, a project that is not billable, a task in each, and a task without a project. */
let ids: Record<"billable" | "unpaid" | "ofBillable" | "ofUnpaid" | "loose", string>;

beforeAll(async () => {
  api = await createTestApi();
});
beforeEach(async () => {
  ada = await api.signUp();
  const create = async (path: string, body: object) =>
    (await api.call<{ id: string }>("POST", path, { body, token: ada.access })).body.id;
  const billable = await create("/projects", { name: "Engine", is_billable: true });
  const unpaid = await create("/projects", { name: "Garden" });
  ids = {
    billable,
    unpaid,
    ofBillable: await create("/tasks", { name: "of the engine", project_id: billable }),
    ofUnpaid: await create("/tasks", { name: "of the garden", project_id: unpaid }),
    loose: await create("/tasks", { name: "of none" }),
  };
});

const HOUR = { started_at: "2026-01-01T08:00:00Z", ended_at: "2026-01-01T09:00:00Z" };
type Sent = Record<string, unknown>;
const call = (method: string, path: string, body?: unknown) =>
  api.call<Entry & { error?: string; message?: string }>(method, path, { body, token: ada.access });
const add = async (body: Sent = {}) => (await call("POST", "/time-entries", { ...HOUR, ...body })).body;
const patch = (id: string, body: Sent) => call("PATCH", `/time-entries/${id}`, body);
const read = async (id: string) => (await call("GET", `/time-entries/${id}`)).body;
const inBulk = async (item: object) => {
  const answer = await api.call<{ results: { status: number; id?: string; error?: string }[] }>(
    "POST",
    "/time-entries/bulk",
    { body: { items: [item] }, token: ada.access },
  );
  const [result] = answer.body.results;
  if (!result) throw new Error("no result");
  return { status: result.status, body: { ...(result.id && (await read(result.id))), error: result.error } };
};

/** Every operation that sets the project and task of an entry, and returns the entry. */
const OPERATIONS: [
  string,
  (values: Sent) => Promise<{ status: number; body: Partial<Entry> & { error?: string | undefined } }>,
][] = [
  ["added", (values) => call("POST", "/time-entries", { ...HOUR, ...values })],
  ["started", (values) => call("POST", "/time-entries/start", values)],
  ["changed", async (values) => patch((await add()).id, values)],
  ["added in bulk", (values) => inBulk({ do: "create", values: { ...HOUR, ...values } })],
  ["changed in bulk", async (values) => inBulk({ do: "update", id: (await add()).id, values })],
];

describe.each(OPERATIONS)("an entry that is %s", (_, enter) => {
  it.each([
    ["a task of another project", () => ({ project_id: ids.unpaid, task_id: ids.ofBillable })],
    ["a project and a task without one", () => ({ project_id: ids.unpaid, task_id: ids.loose })],
  ])("rejects %s", async (_, values) => {
    const { status, body } = await enter(values());
    expect([status, body.error]).toEqual([400, "BUSINESS_LOGIC_ERROR"]);
  });

  it.each([
    ["only a task", () => ({ task_id: ids.ofBillable }), () => ids.billable, true],
    [
      "a task and a null project",
      () => ({ task_id: ids.ofBillable, project_id: null }),
      () => ids.billable,
      true,
    ],
    [
      "a task and its project",
      () => ({ task_id: ids.ofUnpaid, project_id: ids.unpaid }),
      () => ids.unpaid,
      false,
    ],
    ["a project", () => ({ project_id: ids.billable }), () => ids.billable, true],
    ["a task without a project", () => ({ task_id: ids.loose }), () => null, false],
  ])("takes its project and is_billable from %s", async (_, values, project, isBillable) => {
    expect((await enter(values())).body).toMatchObject({ project_id: project(), is_billable: isBillable });
  });

  it("keeps an explicit is_billable", async () => {
    const values = { task_id: ids.ofBillable, is_billable: false };
    expect((await enter(values)).body).toMatchObject({ project_id: ids.billable, is_billable: false });
  });
});

describe.each(OPERATIONS)("an entry that is %s, with a deleted project", (_, enter) => {
  it.each([
    ["its task", () => ({ task_id: ids.ofBillable })],
    ["the project", () => ({ project_id: ids.billable })],
    ["both", () => ({ project_id: ids.billable, task_id: ids.ofBillable })],
  ])("rejects %s until the project is restored", async (_, values) => {
    await call("DELETE", `/projects/${ids.billable}`);
    const { status, body } = await enter(values());
    expect([status, body.error]).toEqual([404, "RESOURCE_NOT_FOUND"]);
    await call("POST", `/projects/${ids.billable}/restore`);
    expect((await enter(values())).body).toMatchObject({ project_id: ids.billable });
  });
});

describe("an entry whose project was deleted since", () => {
  it("keeps the project and task, and allows updates, deletion and restoration, but not resuming", async () => {
    const entry = await add({ task_id: ids.ofBillable });
    await call("DELETE", `/projects/${ids.billable}`);
    expect((await patch(entry.id, { description: "x" })).body).toMatchObject({ project_id: ids.billable });
    expect((await patch(entry.id, { task_id: ids.ofBillable })).status).toBe(404);
    const resumed = await call("POST", `/time-entries/${entry.id}/resume`);
    expect([resumed.status, resumed.body.error, resumed.body.message]).toEqual([
      404,
      "RESOURCE_NOT_FOUND",
      "The project of this time entry is deleted. Restore it, or move the time entry to another project.",
    ]);
    expect((await call("DELETE", `/time-entries/${entry.id}`)).status).toBe(204);
    expect((await call("POST", `/time-entries/${entry.id}/restore`)).body).toMatchObject({
      project_id: ids.billable,
      task_id: ids.ofBillable,
    });
    expect((await patch(entry.id, { task_id: null })).body).toMatchObject({ project_id: ids.billable });
  });

  it.each([
    ["project", "or move the time entry to another project.", () => ({ project_id: ids.unpaid })],
    ["task", "or give the time entry another task or no task.", () => ({ task_id: null })],
    ["tag", "or remove it from the time entry.", () => ({ tag_ids: [] })],
  ])("resumes after following the advice about a deleted %s", async (kind, advice, changes) => {
    const tag = await call("POST", "/tags", { name: "deep" });
    const values = { project: { project_id: ids.billable }, task: { task_id: ids.ofBillable } };
    const entry = await add(kind === "tag" ? { tag_ids: [tag.body.id] } : values[kind as "project" | "task"]);
    const path = { project: `/projects/${ids.billable}`, task: `/tasks/${ids.ofBillable}` };
    const deleted = kind === "tag" ? `/tags/${tag.body.id}` : path[kind as "project" | "task"];
    await call("DELETE", deleted);
    const resume = () => call("POST", `/time-entries/${entry.id}/resume`);
    const refused = await resume();
    expect([refused.status, refused.body.message]).toEqual([
      404,
      `${kind === "tag" ? "A" : "The"} ${kind} of this time entry is deleted. Restore it, ${advice}`,
    ]);
    await call("POST", `${deleted}/restore`);
    expect((await resume()).status).toBe(201);
    await call("DELETE", deleted);
    expect((await patch(entry.id, changes())).status).toBe(200);
    expect((await resume()).status).toBe(201);
  });

  it("keeps the running entry when a new one is rejected", async () => {
    await call("DELETE", `/projects/${ids.billable}`);
    const running = await call("POST", "/time-entries/start", {});
    expect((await call("POST", "/time-entries/start", { task_id: ids.ofBillable })).status).toBe(404);
    const { body } = await api.call<{ entry: Entry | null }>("GET", "/time-entries/current", {
      token: ada.access,
    });
    expect(body.entry?.id).toBe(running.body.id);
  });
});

describe("an update of a time entry", () => {
  it("rejects a project other than the task's, unless it also removes the task", async () => {
    const entry = await add({ task_id: ids.ofBillable });
    for (const project_id of [ids.unpaid, null]) {
      const refused = await patch(entry.id, { project_id });
      expect([refused.status, refused.body.error]).toEqual([400, "BUSINESS_LOGIC_ERROR"]);
    }
    expect((await patch(entry.id, { project_id: ids.billable })).status).toBe(200);
    const moved = await patch(entry.id, { project_id: ids.unpaid, task_id: null });
    expect(moved.body).toMatchObject({ project_id: ids.unpaid, task_id: null, is_billable: false });
  });

  it("sets the project of a new task, and keeps the project when the task is removed", async () => {
    const entry = await add({ task_id: ids.ofBillable, is_billable: false });
    const moved = await patch(entry.id, { task_id: ids.ofUnpaid });
    expect(moved.body).toMatchObject({ project_id: ids.unpaid, task_id: ids.ofUnpaid });
    expect((await patch(entry.id, { task_id: null })).body).toMatchObject({ project_id: ids.unpaid });
  });

  it("keeps is_billable when neither changes, or the project stays the same", async () => {
    const entry = await add({ project_id: ids.billable, is_billable: false });
    for (const values of [{ description: "x" }, { project_id: ids.billable }, { task_id: ids.ofBillable }])
      expect((await patch(entry.id, values)).body.is_billable, JSON.stringify(values)).toBe(false);
  });
});

describe("a task moved to another project", () => {
  const move = (task: string, project_id: string | null) => call("PATCH", `/tasks/${task}`, { project_id });

  it("moves its entries, including deleted ones, and changes their ETags", async () => {
    const entry = await add({ task_id: ids.ofBillable });
    const seen = (await call("GET", `/time-entries/${entry.id}`)).headers.get("ETag");
    const deleted = await add({ task_id: ids.ofBillable });
    await call("DELETE", `/time-entries/${deleted.id}`);
    for (const project of [ids.unpaid, null, ids.billable, ids.unpaid]) {
      expect((await move(ids.ofBillable, project)).status).toBe(200);
      expect(await read(entry.id)).toMatchObject({ project_id: project, task_id: ids.ofBillable });
    }
    const after = await call("GET", `/time-entries/${entry.id}`);
    expect(after.headers.get("ETag")).not.toBe(seen);
    expect(after.body).toMatchObject({ is_billable: true, updated_at: expect.any(String) });
    const restored = await call("POST", `/time-entries/${deleted.id}/restore`);
    expect([restored.status, restored.body.project_id]).toEqual([200, ids.unpaid]);
  });

  it("leaves other entries in their projects", async () => {
    const [other, none] = [await add({ task_id: ids.ofUnpaid }), await add({ project_id: ids.billable })];
    await move(ids.ofBillable, ids.unpaid);
    expect([await read(other.id), await read(none.id)]).toMatchObject([
      { project_id: ids.unpaid },
      { project_id: ids.billable },
    ]);
  });

  it("rejects the move with over 10,000 entries", async () => {
    await api.db.execute(sql`
      insert into time_entries (owner_id, task_id, project_id, started_at, ended_at)
      select ${ada.id}, ${ids.ofBillable}, ${ids.billable}, at, at
      from generate_series(timestamptz '2020-01-01Z', '2020-01-01Z'::timestamptz + interval '10000 minutes', interval '1 minute') as at`);
    const refused = await move(ids.ofBillable, ids.unpaid);
    expect([refused.status, refused.body.error]).toEqual([400, "BUSINESS_LOGIC_ERROR"]);
    expect((await call("PATCH", `/tasks/${ids.ofBillable}`, { name: "renamed" })).status).toBe(200);
  });
});

describe("the database", () => {
  const write = (project: string | null, task: string) =>
    api.db
      .execute<{ project_id: string }>(sql`
        insert into time_entries (owner_id, project_id, task_id, started_at, ended_at)
        values (${ada.id}, ${project}, ${task}, now(), now()) returning project_id`)
      .then(({ rows }) => rows[0]?.project_id ?? null);

  it("keeps every entry in its task's project, however it is written", async () => {
    await expect(write(ids.unpaid, ids.ofBillable)).rejects.toThrow();
    await expect(write(ids.unpaid, ids.loose)).rejects.toThrow();
    expect(await write(null, ids.ofBillable)).toBe(ids.billable);
    expect(await write(null, ids.loose)).toBeNull();
  });

  it("rejects entries in a deleted project or task, however they are written", async () => {
    await call("DELETE", `/projects/${ids.billable}`);
    await call("DELETE", `/tasks/${ids.ofUnpaid}`);
    await expect(write(null, ids.ofBillable)).rejects.toThrow();
    await expect(write(ids.unpaid, ids.ofUnpaid)).rejects.toThrow();
    await expect(
      api.db.execute(sql`
      insert into time_entries (owner_id, project_id, started_at, ended_at)
      values (${ada.id}, ${ids.billable}, now(), now())`),
    ).rejects.toThrow();
    const entry = await add();
    await expect(
      api.db.execute(sql`update time_entries set project_id = ${ids.billable} where id = ${entry.id}`),
    ).rejects.toThrow();
  });
});
