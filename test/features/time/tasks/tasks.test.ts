import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

interface Task {
  id: string;
  project_id: string | null;
  name: string;
  description: string | null;
  due_at: string | null;
  done_at: string | null;
  updated_at: string | null;
}

interface Refusal {
  error: string;
  message: string;
  details: { field: string }[];
}

let api: TestApi;
let ada: Awaited<ReturnType<TestApi["signUp"]>>;
beforeAll(async () => {
  api = await createTestApi();
});
beforeEach(async () => {
  ada = await api.signUp();
});

const send = <Body = Task & Refusal>(
  method: string,
  path: string,
  { token = ada.access, ...more }: { body?: object; token?: string; headers?: Record<string, string> } = {},
) => api.call<Body>(method, path, { token, ...more });
const create = (name: string, more: object = {}) => send("POST", "/tasks", { body: { name, ...more } });
const made = async (name: string, more: object = {}) => (await create(name, more)).body;
const read = (id: string) => send("GET", `/tasks/${id}`);
const change = (id: string, body: object) => send("PATCH", `/tasks/${id}`, { body });
const finish = (id: string, done = true) => change(id, { done });
const remove = (id: string) => send("DELETE", `/tasks/${id}`);
const restore = (id: string) => send("POST", `/tasks/${id}/restore`);
const newProject = async (name: string, token = ada.access) =>
  (await send("POST", "/projects", { body: { name }, token })).body.id;

const list = async (query = "", token = ada.access) => {
  const { body, headers } = await send<Task[]>("GET", `/tasks${query}`, { token });
  const link = (relation: string) =>
    new RegExp(`</tasks([^>]+)>; rel="${relation}"`).exec(headers.get("Link") ?? "")?.[1];
  const total = Number(headers.get("X-Total-Count"));
  return { names: body.map(({ name }) => name), total, next: link("next"), previous: link("prev") };
};
const namesIn = async (query = "", token = ada.access) => (await list(query, token)).names;

const HOUR = { started_at: "2026-01-01T08:00:00Z", ended_at: "2026-01-01T09:00:00Z" };
/** Creates an entry of one hour on a task. */
const workOn = (task_id: string) => send("POST", "/time-entries", { body: { ...HOUR, task_id } });
/** Returns the names of tasks in a report on that day, with their tracked seconds. */
const reported = async () => {
  const { body } = await send<{ groups: { labels: (string | null)[]; tracked_seconds: number }[] }>(
    "GET",
    "/reports/summary?from=2026-01-01&group=task",
  );
  return body.groups.map(({ labels, tracked_seconds }) => [labels[0], tracked_seconds]);
};

describe("a new task", () => {
  it("belongs to the caller, and is not done and without a project, description, date or estimate", async () => {
    const { status, body } = await create("Note G");
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      owner_id: ada.id,
      project_id: null,
      name: "Note G",
      description: null,
      due_at: null,
      estimate_seconds: null,
      done_at: null,
      created_at: expect.any(String),
      updated_at: null,
    });
    expect((await read(body.id)).body).toEqual(body);
  });

  it("stores each given field, and the date in UTC", async () => {
    const given = {
      project_id: await newProject("Engine"),
      description: "Bernoulli numbers",
      estimate_seconds: 0,
    };
    const task = await made("Note G", { ...given, due_at: "2027-01-01T01:00:00+01:00" });
    expect(task).toMatchObject({ ...given, due_at: "2027-01-01T00:00:00.000Z" });
  });

  it("trims its name and description, and normalizes them to NFC", async () => {
    const text = ` \t${"Éléments".normalize("NFD")} `;
    expect(await made(text, { description: text })).toMatchObject({
      name: "Éléments",
      description: "Éléments",
    });
  });

  it.each([
    ["an empty name", { name: "" }, "body.name"],
    ["a name of spaces", { name: "  " }, "body.name"],
    ["a name of 256 characters", { name: "x".repeat(256) }, "body.name"],
    ["a description of 3,001 characters", { description: "x".repeat(3001) }, "body.description"],
    ["a date without its offset from UTC", { due_at: "2027-01-01T01:00:00" }, "body.due_at"],
    ["an estimate below zero", { estimate_seconds: -1 }, "body.estimate_seconds"],
    ["a project that is not an id", { project_id: "Engine" }, "body.project_id"],
    ["a field that a new task does not have", { done: true }, "body.done"],
  ])("rejects %s", async (_, given, field) => {
    const { status, body } = await create("Note G", given);
    expect([status, body.details[0]?.field]).toEqual([422, field]);
    expect(await namesIn()).toEqual([]);
  });

  it("accepts the name of another task, also in the same project", async () => {
    const project_id = await newProject("Engine");
    for (const more of [{}, {}, { project_id }, { project_id }])
      expect((await create("Note G", more)).status).toBe(201);
    expect(await namesIn()).toHaveLength(4);
  });

  it("rejects another user's project and an unknown project", async () => {
    const theirs = await newProject("Secret", (await api.signUp()).access);
    for (const project_id of [theirs, crypto.randomUUID()]) {
      const { status, body } = await create("Note G", { project_id });
      expect([status, body.message]).toEqual([404, "Project not found."]);
    }
    expect(await namesIn()).toEqual([]);
  });
});

describe("an update of a task", () => {
  it.each([
    ["name", "Note H"],
    ["description", ""],
    ["description", null],
    ["due_at", "2028-01-01T00:00:00.000Z"],
    ["due_at", null],
    ["estimate_seconds", 60],
    ["estimate_seconds", null],
    ["project_id", null],
  ])("keeps all other fields when %s becomes %j", async (field, value) => {
    const task = await made("Note G", {
      project_id: await newProject("Engine"),
      description: "Bernoulli numbers",
      due_at: "2027-01-01T00:00:00Z",
      estimate_seconds: 7200,
    });
    const { status, body, headers } = await change(task.id, { [field]: value });
    expect(status).toBe(200);
    expect(body).toEqual({ ...task, [field]: value, updated_at: expect.any(String) });
    const after = await read(task.id);
    expect([after.body, after.headers.get("ETag")]).toEqual([body, headers.get("ETag")]);
  });

  it("trims the new name, and accepts that of another task", async () => {
    const { id } = await made("Note G");
    await create("Note H");
    expect((await change(id, { name: "  Note H " })).body.name).toBe("Note H");
  });

  it("changes its name in reports", async () => {
    const { id } = await made("Note G");
    await workOn(id);
    await change(id, { name: "Note H" });
    expect(await reported()).toEqual([["Note H", 3600]]);
  });

  it("rejects another user's project", async () => {
    const { id } = await made("Note G");
    const theirs = await newProject("Secret", (await api.signUp()).access);
    const { status, body } = await change(id, { project_id: theirs });
    expect([status, body.message]).toEqual([404, "Project not found."]);
    expect((await read(id)).body.project_id).toBeNull();
  });
});

describe("a finished task", () => {
  it("has the time of its completion, and none after being reopened", async () => {
    const task = await made("Note G");
    const asked = Date.now();
    const { status, body } = await finish(task.id);
    expect(status).toBe(200);
    expect(body).toEqual({ ...task, done_at: expect.any(String), updated_at: expect.any(String) });
    expect(Date.parse(body.done_at ?? "")).toBeGreaterThanOrEqual(asked);
    expect(Date.parse(body.done_at ?? "")).toBeLessThanOrEqual(Date.now());
    expect((await finish(task.id, false)).body.done_at).toBeNull();
  });

  it("keeps its completion time when finished again, and gets a new one after being reopened", async () => {
    const { id } = await made("Note G");
    const { done_at } = (await finish(id)).body;
    expect((await finish(id)).body.done_at).toBe(done_at);
    await finish(id, false);
    expect(Date.parse((await finish(id)).body.done_at ?? "")).toBeGreaterThan(Date.parse(done_at ?? ""));
  });

  it("stays done when another field changes", async () => {
    const { id } = await made("Note G");
    const { done_at } = (await finish(id)).body;
    expect(done_at).not.toBeNull();
    expect((await change(id, { name: "Note H" })).body.done_at).toBe(done_at);
  });

  it("stays in reports", async () => {
    const { id } = await made("Note G");
    await workOn(id);
    await finish(id);
    expect(await reported()).toEqual([["Note G", 3600]]);
  });
});

describe("GET /tasks", () => {
  let engine: string;
  beforeEach(async () => {
    engine = await newProject("Engine");
    for (const name of ["Zebra", "Ärger"]) await create(name);
    for (const name of ["apfel", "Note G"]) await create(name, { project_id: engine });
    await finish((await made("Note H", { project_id: engine })).id);
    await remove((await made("Note I", { project_id: engine })).id);
  });

  it.each([
    ["", ["apfel", "Ärger", "Note G", "Note H", "Zebra"]],
    ["?sort=-name", ["Zebra", "Note H", "Note G", "Ärger", "apfel"]],
    ["?sort=created_at", ["Zebra", "Ärger", "apfel", "Note G", "Note H"]],
    ["?sort=-created_at", ["Note H", "Note G", "apfel", "Ärger", "Zebra"]],
    ["?done=true", ["Note H"]],
    ["?done=false", ["apfel", "Ärger", "Note G", "Zebra"]],
    ["?q=OTE", ["Note G", "Note H"]],
    ["?q=%C3%A4r", ["Ärger"]],
    ["?q=note&done=false", ["Note G"]],
    ["?q=note%20i", []],
    ["?project_id=PROJECT", ["apfel", "Note G", "Note H"]],
    ["?project_id=PROJECT&done=false&q=e", ["apfel", "Note G"]],
    ["?project_id=00000000-0000-4000-8000-000000000000", []],
  ])("answers %j with %j", async (query, names) => {
    expect(await list(query.replace("PROJECT", engine))).toMatchObject({ names, total: names.length });
  });

  it("keeps its filters on next and previous pages", async () => {
    const first = await list(`?project_id=${engine}&limit=2`);
    expect(first).toMatchObject({ names: ["apfel", "Note G"], total: 3, previous: undefined });
    const second = await list(first.next);
    expect(second).toMatchObject({ names: ["Note H"], total: 3, next: undefined });
    expect(await namesIn(second.previous)).toEqual(first.names);
    expect(await namesIn("?done=false&skip=1&limit=2")).toEqual(["Ärger", "Note G"]);
  });

  it.each([
    ["done=maybe", "query.done"],
    ["project_id=x", "query.project_id"],
    ["sort=due_at", "query.sort"],
    ["q=", "query.q"],
  ])("refuses ?%s, and names the field", async (query, field) => {
    const { status, body } = await send("GET", `/tasks?${query}`);
    expect([status, body.details[0]?.field]).toEqual([422, field]);
  });
});

describe("a deleted task", () => {
  it("is hidden from lists, reads, updates and deletes", async () => {
    const { id } = await made("Note G");
    expect((await remove(id)).status).toBe(204);
    expect(await namesIn()).toEqual([]);
    const answers = [await read(id), await change(id, { name: "Note H" }), await remove(id)];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it("keeps its entries, and its name in reports", async () => {
    const { id } = await made("Note G");
    const { body: entry } = await workOn(id);
    await remove(id);
    expect((await send("GET", `/time-entries/${entry.id}`)).body).toEqual(entry);
    expect(entry).toMatchObject({ task_id: id });
    expect(await reported()).toEqual([["Note G", 3600]]);
  });

  it("rejects new entries until it is restored", async () => {
    const { id } = await made("Note G");
    await remove(id);
    const refused = await workOn(id);
    expect([refused.status, refused.body.message]).toEqual([404, "Task not found."]);
    await restore(id);
    expect((await workOn(id)).status).toBe(201);
  });

  it("is restored with its fields, including its project and completion time", async () => {
    const { id } = await made("Note G", { project_id: await newProject("Engine") });
    const { body } = await finish(id);
    await remove(id);
    const restored = await restore(id);
    expect(restored.body.done_at).not.toBeNull();
    expect([restored.status, restored.body]).toEqual([200, { ...body, updated_at: expect.any(String) }]);
    expect((await read(id)).body).toEqual(restored.body);
  });

  it("is restored while another task has its name", async () => {
    const { id } = await made("Note G");
    await remove(id);
    await create("Note G");
    expect((await restore(id)).status).toBe(200);
    expect(await namesIn()).toEqual(["Note G", "Note G"]);
  });

  it("is restored only while it is deleted", async () => {
    const { id } = await made("Note G");
    const statuses = [(await restore(id)).status];
    await remove(id);
    statuses.push((await restore(id)).status, (await restore(id)).status);
    expect(statuses).toEqual([404, 200, 404]);
  });
});

describe("a task's ETag", () => {
  const tagged = (method: string, id: string, tag: string | null, body?: object) =>
    send(method, `/tasks/${id}`, { headers: { "If-Match": tag ?? "" }, ...(body && { body }) });

  it("accepts one of two updates of the same version", async () => {
    const { body, headers } = await create("Note G");
    const rename = (name: string) => tagged("PATCH", body.id, headers.get("ETag"), { name });
    const [first, second] = [await rename("Note H"), await rename("Note I")];
    expect([first.status, second.status, second.body.error]).toEqual([200, 412, "PRECONDITION_FAILED"]);
    expect(await namesIn()).toEqual(["Note H"]);
    expect((await tagged("PATCH", body.id, first.headers.get("ETag"), { name: "Note I" })).status).toBe(200);
  });

  it("prevents the deletion of a task that was changed since", async () => {
    const { body, headers } = await create("Note G");
    const changed = await finish(body.id);
    expect((await tagged("DELETE", body.id, headers.get("ETag"))).status).toBe(412);
    expect(await namesIn()).toEqual(["Note G"]);
    expect((await tagged("DELETE", body.id, changed.headers.get("ETag"))).status).toBe(204);
  });
});

describe("another user's task", () => {
  /** Returns the statuses of reading, renaming, deleting and restoring the task with `token`. */
  const statusesFor = async (id: string, token: string) => {
    const path = `/tasks/${id}`;
    const answers = [
      await send("GET", path, { token }),
      await send("PATCH", path, { token, body: { name: "Note H" } }),
      await send("DELETE", path, { token }),
      await send("POST", `${path}/restore`, { token }),
    ];
    return answers.map(({ status }) => status);
  };
  const CRUD = ["create", "read", "update", "delete"].map((action) => `tasks:${action}`);

  it("is hidden, and unchanged after every attempt", async () => {
    const project_id = await newProject("Engine");
    const task = await made("Note G", { project_id });
    const eve = await api.signUp();
    expect(await statusesFor(task.id, eve.access)).toEqual([404, 404, 404, 404]);
    expect(await namesIn("", eve.access)).toEqual([]);
    expect(await namesIn(`?project_id=${project_id}`, eve.access)).toEqual([]);
    expect((await read(task.id)).body).toEqual(task);
    await remove(task.id);
    expect((await send("POST", `/tasks/${task.id}/restore`, { token: eve.access })).status).toBe(404);
    expect(await namesIn()).toEqual([]);
  });

  it("allows reading and listing with tasks:read_any, but not changes", async () => {
    const task = await made("Note G");
    const lead = await api.signUpHolding(...CRUD, "tasks:read_any");
    await send("POST", "/tasks", { body: { name: "Plan" }, token: lead.access });
    expect(await statusesFor(task.id, lead.access)).toEqual([200, 404, 404, 404]);
    expect(await namesIn("", lead.access)).toEqual(["Plan"]);
    expect(await namesIn(`?owner_id=${ada.id}`, lead.access)).toEqual(["Note G"]);
    expect(await namesIn("?owner_id=all&sort=-created_at&limit=2", lead.access)).toEqual(["Plan", "Note G"]);
  });

  it("allows changes with tasks:update_any and tasks:delete_any, and keeps its owner", async () => {
    const task = await made("Note G");
    const any = ["read_any", "update_any", "delete_any"].map((action) => `tasks:${action}`);
    const lead = await api.signUpHolding(...CRUD, ...any);
    expect(await statusesFor(task.id, lead.access)).toEqual([200, 200, 204, 200]);
    expect((await read(task.id)).body).toMatchObject({ owner_id: ada.id, name: "Note H" });
  });

  it("refuses creation, updates, deletion and restoration with only tasks:read", async () => {
    const reader = await api.signUpHolding("tasks:read");
    const { id } = await made("Note G");
    const refused = await send("POST", "/tasks", { body: { name: "Note H" }, token: reader.access });
    expect([refused.status, ...(await statusesFor(id, reader.access))]).toEqual([403, 404, 403, 403, 403]);
  });
});
