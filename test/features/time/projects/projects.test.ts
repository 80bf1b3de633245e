import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

interface Project {
  id: string;
  client_id: string | null;
  name: string;
  is_billable: boolean;
  archived_at: string | null;
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

const send = <Body = Project & Refusal>(
  method: string,
  path: string,
  { token = ada.access, ...more }: { body?: object; token?: string; headers?: Record<string, string> } = {},
) => api.call<Body>(method, path, { token, ...more });
const create = (name: string, more: object = {}) => send("POST", "/projects", { body: { name, ...more } });
const made = async (name: string, more: object = {}) => (await create(name, more)).body;
const read = (id: string) => send("GET", `/projects/${id}`);
const change = (id: string, body: object) => send("PATCH", `/projects/${id}`, { body });
const archive = (id: string, archived = true) => change(id, { archived });
const remove = (id: string) => send("DELETE", `/projects/${id}`);
const restore = (id: string) => send("POST", `/projects/${id}/restore`);
const newClient = async (name: string, token = ada.access) =>
  (await send("POST", "/clients", { body: { name }, token })).body.id;

const list = async (query = "", token = ada.access) => {
  const { body, headers } = await send<Project[]>("GET", `/projects${query}`, { token });
  const link = (relation: string) =>
    new RegExp(`</projects([^>]+)>; rel="${relation}"`).exec(headers.get("Link") ?? "")?.[1];
  const total = Number(headers.get("X-Total-Count"));
  return { names: body.map(({ name }) => name), total, next: link("next"), previous: link("prev") };
};
const namesIn = async (query = "", token = ada.access) => (await list(query, token)).names;

const HOUR = { started_at: "2026-01-01T08:00:00Z", ended_at: "2026-01-01T09:00:00Z" };
/** Creates an entry of one hour on a project. */
const workOn = async (project_id: string) =>
  (await send("POST", "/time-entries", { body: { ...HOUR, project_id } })).body;
/** Returns the names of clients or projects in a report on that day, with their tracked seconds. */
const reported = async (group: "client" | "project") => {
  const { body } = await send<{ groups: { labels: (string | null)[]; tracked_seconds: number }[] }>(
    "GET",
    `/reports/summary?from=2026-01-01&group=${group}`,
  );
  return body.groups.map(({ labels, tracked_seconds }) => [labels[0], tracked_seconds]);
};

describe("a new project", () => {
  it("belongs to the caller, and is blue, not billable, and without a client or estimate", async () => {
    const { status, body } = await create("Engine");
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      owner_id: ada.id,
      client_id: null,
      name: "Engine",
      color: "#527dfb",
      is_billable: false,
      estimate_seconds: null,
      archived_at: null,
      created_at: expect.any(String),
      updated_at: null,
    });
    expect((await read(body.id)).body).toEqual(body);
  });

  it("has the color after that of the owner's previous project, unless it is given", async () => {
    const colorOf = async (more: object = {}) =>
      (
        await send<{ id: string; color: string }>("POST", "/projects", {
          body: { name: crypto.randomUUID(), ...more },
        })
      ).body;
    const colors = [];
    for (let count = 0; count < 8; count++) colors.push((await colorOf()).color);
    expect(new Set(colors).size).toBe(8);
    expect((await colorOf({ color: "#123456" })).color).toBe("#123456");
    const { id, color } = await colorOf();
    expect(color).toBe(colors[1]);
    await remove(id);
    expect((await colorOf()).color).toBe(colors[2]);
  });

  it("stores each given field", async () => {
    const given = {
      client_id: await newClient("Royal Society"),
      color: "#FFaa00",
      is_billable: true,
      estimate_seconds: 360_000,
    };
    expect(await made("Engine", given)).toMatchObject(given);
  });

  it("trims its name, and normalizes it to NFC", async () => {
    expect((await made(` \t${"Moteur amélioré".normalize("NFD")} `)).name).toBe("Moteur amélioré");
  });

  it.each([
    ["an empty name", { name: "" }, "body.name"],
    ["a name of spaces", { name: "  " }, "body.name"],
    ["a name of 101 characters", { name: "x".repeat(101) }, "body.name"],
    ["a color by its name", { color: "blue" }, "body.color"],
    ["a color of three digits", { color: "#fff" }, "body.color"],
    ["an estimate below zero", { estimate_seconds: -1 }, "body.estimate_seconds"],
    ["an estimate of half a second", { estimate_seconds: 0.5 }, "body.estimate_seconds"],
    ["a client that is not an id", { client_id: "Royal Society" }, "body.client_id"],
    ["a field that a new project does not have", { archived: true }, "body.archived"],
  ])("rejects %s", async (_, given, field) => {
    const { status, body } = await create("Engine", given);
    expect([status, body.details[0]?.field]).toEqual([422, field]);
    expect(await namesIn()).toEqual([]);
  });

  it.each(["Engine", "ENGINE", "  engine "])(
    "rejects the name %j if a project is named Engine",
    async (name) => {
      await create("Engine");
      const { status, body } = await create(name);
      expect([status, body.error]).toEqual([409, "RESOURCE_ALREADY_EXISTS"]);
      expect(await namesIn()).toEqual(["Engine"]);
    },
  );

  it("rejects a taken name, also for another client", async () => {
    await create("Engine", { client_id: await newClient("Royal Society") });
    expect((await create("Engine", { client_id: await newClient("Navy") })).status).toBe(409);
  });

  it("accepts the name of another user's project", async () => {
    await create("Engine");
    const { access: token } = await api.signUp();
    expect((await send("POST", "/projects", { body: { name: "Engine" }, token })).status).toBe(201);
  });

  it("rejects another user's client and an unknown client", async () => {
    const theirs = await newClient("Navy", (await api.signUp()).access);
    for (const client_id of [theirs, crypto.randomUUID()]) {
      const { status, body } = await create("Engine", { client_id });
      expect([status, body.message]).toEqual([404, "Client not found."]);
    }
    expect(await namesIn()).toEqual([]);
  });
});

describe("an update of a project", () => {
  it.each([
    ["name", "Compiler"],
    ["color", "#00ff00"],
    ["is_billable", false],
    ["estimate_seconds", 60],
    ["estimate_seconds", null],
    ["client_id", null],
  ])("keeps all other fields when %s becomes %j", async (field, value) => {
    const client_id = await newClient("Royal Society");
    const project = await made("Engine", { client_id, is_billable: true, estimate_seconds: 7200 });
    const { status, body, headers } = await change(project.id, { [field]: value });
    expect(status).toBe(200);
    expect(body).toEqual({ ...project, [field]: value, updated_at: expect.any(String) });
    const after = await read(project.id);
    expect([after.body, after.headers.get("ETag")]).toEqual([body, headers.get("ETag")]);
  });

  it("trims the new name, and accepts the current name in another case", async () => {
    const { id } = await made("Engine");
    expect((await change(id, { name: "  ENGINE " })).body.name).toBe("ENGINE");
  });

  it("rejects the name of another project, in any case", async () => {
    const { id } = await made("Engine");
    await create("Compiler");
    const { status, body } = await change(id, { name: "cOMPILER" });
    expect([status, body.error]).toEqual([409, "RESOURCE_ALREADY_EXISTS"]);
    expect(await namesIn()).toEqual(["Compiler", "Engine"]);
  });

  it("releases the old name for a new project", async () => {
    const { id } = await made("Engine");
    await change(id, { name: "Compiler" });
    expect((await create("engine")).status).toBe(201);
  });

  it("moves its time in reports to a new client and a new name", async () => {
    const { id } = await made("Engine", { client_id: await newClient("Royal Society") });
    await workOn(id);
    await change(id, { name: "Compiler", client_id: await newClient("Navy") });
    expect(await reported("client")).toEqual([["Navy", 3600]]);
    expect(await reported("project")).toEqual([["Compiler", 3600]]);
    await change(id, { client_id: null });
    expect(await reported("client")).toEqual([[null, 3600]]);
  });

  it("rejects another user's client", async () => {
    const { id } = await made("Engine");
    const theirs = await newClient("Navy", (await api.signUp()).access);
    const { status, body } = await change(id, { client_id: theirs });
    expect([status, body.message]).toEqual([404, "Client not found."]);
    expect((await read(id)).body.client_id).toBeNull();
  });

  it("applies is_billable to new entries only", async () => {
    const { id } = await made("Engine");
    const entry = await workOn(id);
    await change(id, { is_billable: true });
    expect((await send("GET", `/time-entries/${entry.id}`)).body.is_billable).toBe(false);
    expect((await workOn(id)).is_billable).toBe(true);
  });
});

describe("an archived project", () => {
  it("has the time of archiving, and none after being unarchived", async () => {
    const project = await made("Engine");
    const asked = Date.now();
    const { status, body } = await archive(project.id);
    expect(status).toBe(200);
    expect(body).toEqual({ ...project, archived_at: expect.any(String), updated_at: expect.any(String) });
    expect(Date.parse(body.archived_at ?? "")).toBeGreaterThanOrEqual(asked);
    expect(Date.parse(body.archived_at ?? "")).toBeLessThanOrEqual(Date.now());
    expect((await archive(project.id, false)).body.archived_at).toBeNull();
  });

  it("keeps its archive time when archived again, and gets a new one after being unarchived", async () => {
    const { id } = await made("Engine");
    const { archived_at } = (await archive(id)).body;
    expect((await archive(id)).body.archived_at).toBe(archived_at);
    await archive(id, false);
    expect(Date.parse((await archive(id)).body.archived_at ?? "")).toBeGreaterThan(
      Date.parse(archived_at ?? ""),
    );
  });

  it("stays archived when another field changes", async () => {
    const { id } = await made("Engine");
    const { archived_at } = (await archive(id)).body;
    expect(archived_at).not.toBeNull();
    expect((await change(id, { color: "#000000" })).body.archived_at).toBe(archived_at);
  });

  it("reserves its name", async () => {
    await archive((await made("Engine")).id);
    expect((await create("Engine")).status).toBe(409);
  });

  it("stays in reports", async () => {
    const { id } = await made("Engine");
    await workOn(id);
    await archive(id);
    expect(await reported("project")).toEqual([["Engine", 3600]]);
  });
});

describe("GET /projects", () => {
  let society: string;
  beforeEach(async () => {
    society = await newClient("Royal Society");
    for (const name of ["Zebra", "Ärger"]) await create(name);
    for (const name of ["apfel", "Engine 1"]) await create(name, { client_id: society });
    await archive((await made("Engine 2", { client_id: society })).id);
    await remove((await made("Engine 3", { client_id: society })).id);
  });

  it.each([
    ["", ["apfel", "Ärger", "Engine 1", "Engine 2", "Zebra"]],
    ["?sort=-name", ["Zebra", "Engine 2", "Engine 1", "Ärger", "apfel"]],
    ["?sort=created_at", ["Zebra", "Ärger", "apfel", "Engine 1", "Engine 2"]],
    ["?sort=-created_at", ["Engine 2", "Engine 1", "apfel", "Ärger", "Zebra"]],
    ["?archived=true", ["Engine 2"]],
    ["?archived=false", ["apfel", "Ärger", "Engine 1", "Zebra"]],
    ["?q=GINE", ["Engine 1", "Engine 2"]],
    ["?q=%C3%A4r", ["Ärger"]],
    ["?q=engine&archived=false", ["Engine 1"]],
    ["?q=engine%203", []],
    ["?client_id=CLIENT", ["apfel", "Engine 1", "Engine 2"]],
    ["?client_id=CLIENT&archived=false&q=e", ["apfel", "Engine 1"]],
    ["?client_id=00000000-0000-4000-8000-000000000000", []],
  ])("answers %j with %j", async (query, names) => {
    expect(await list(query.replace("CLIENT", society))).toMatchObject({ names, total: names.length });
  });

  it("keeps its filters on next and previous pages", async () => {
    const first = await list(`?client_id=${society}&limit=2`);
    expect(first).toMatchObject({ names: ["apfel", "Engine 1"], total: 3, previous: undefined });
    const second = await list(first.next);
    expect(second).toMatchObject({ names: ["Engine 2"], total: 3, next: undefined });
    expect(await namesIn(second.previous)).toEqual(first.names);
    expect(await namesIn("?archived=false&skip=1&limit=2")).toEqual(["Ärger", "Engine 1"]);
  });

  it.each([
    ["archived=maybe", "query.archived"],
    ["client_id=x", "query.client_id"],
    ["sort=color", "query.sort"],
    ["q=", "query.q"],
  ])("refuses ?%s, and names the field", async (query, field) => {
    const { status, body } = await send("GET", `/projects?${query}`);
    expect([status, body.details[0]?.field]).toEqual([422, field]);
  });
});

describe("a deleted project", () => {
  it("is hidden from lists, reads, updates and deletes", async () => {
    const { id } = await made("Engine");
    expect((await remove(id)).status).toBe(204);
    expect(await namesIn()).toEqual([]);
    const answers = [await read(id), await change(id, { name: "Compiler" }), await remove(id)];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it("keeps its tasks and entries, and its name in reports", async () => {
    const { id } = await made("Engine");
    const task = (await send("POST", "/tasks", { body: { name: "Notes", project_id: id } })).body;
    const entry = await workOn(id);
    await remove(id);
    expect((await send("GET", `/tasks/${task.id}`)).body).toEqual(task);
    expect((await send("GET", `/time-entries/${entry.id}`)).body).toEqual(entry);
    expect(await reported("project")).toEqual([["Engine", 3600]]);
  });

  it("rejects new tasks until it is restored", async () => {
    const { id } = await made("Engine");
    await remove(id);
    const add = () => send("POST", "/tasks", { body: { name: "Notes", project_id: id } });
    const refused = await add();
    expect([refused.status, refused.body.message]).toEqual([404, "Project not found."]);
    await restore(id);
    expect((await add()).status).toBe(201);
  });

  it("is restored with its fields, including its client and archive time", async () => {
    const { id } = await made("Engine", { client_id: await newClient("Royal Society") });
    const { body } = await archive(id);
    await remove(id);
    const restored = await restore(id);
    expect(restored.body.archived_at).not.toBeNull();
    expect([restored.status, restored.body]).toEqual([200, { ...body, updated_at: expect.any(String) }]);
    expect((await read(id)).body).toEqual(restored.body);
  });

  it("releases its name, and is not restored while another project has it", async () => {
    const { id } = await made("Engine");
    await remove(id);
    const other = await made("engine");
    const refused = await restore(id);
    expect([refused.status, refused.body.error]).toEqual([409, "RESOURCE_ALREADY_EXISTS"]);
    expect(await namesIn()).toEqual(["engine"]);
    await change(other.id, { name: "Compiler" });
    expect((await restore(id)).status).toBe(200);
    expect(await namesIn()).toEqual(["Compiler", "Engine"]);
  });

  it("is restored only while it is deleted", async () => {
    const { id } = await made("Engine");
    const statuses = [(await restore(id)).status];
    await remove(id);
    statuses.push((await restore(id)).status, (await restore(id)).status);
    expect(statuses).toEqual([404, 200, 404]);
  });
});

describe("a project's ETag", () => {
  const tagged = (method: string, id: string, tag: string | null, body?: object) =>
    send(method, `/projects/${id}`, { headers: { "If-Match": tag ?? "" }, ...(body && { body }) });

  it("accepts one of two updates of the same version", async () => {
    const { body, headers } = await create("Engine");
    const rename = (name: string) => tagged("PATCH", body.id, headers.get("ETag"), { name });
    const [first, second] = [await rename("Compiler"), await rename("Garden")];
    expect([first.status, second.status, second.body.error]).toEqual([200, 412, "PRECONDITION_FAILED"]);
    expect(await namesIn()).toEqual(["Compiler"]);
    expect((await tagged("PATCH", body.id, first.headers.get("ETag"), { name: "Garden" })).status).toBe(200);
  });

  it("prevents the deletion of a project that was changed since", async () => {
    const { body, headers } = await create("Engine");
    const changed = await archive(body.id);
    expect((await tagged("DELETE", body.id, headers.get("ETag"))).status).toBe(412);
    expect(await namesIn()).toEqual(["Engine"]);
    expect((await tagged("DELETE", body.id, changed.headers.get("ETag"))).status).toBe(204);
  });
});

describe("another user's project", () => {
  /** Returns the statuses of reading, renaming, deleting and restoring the project with `token`. */
  const statusesFor = async (id: string, token: string) => {
    const path = `/projects/${id}`;
    const answers = [
      await send("GET", path, { token }),
      await send("PATCH", path, { token, body: { name: "Compiler" } }),
      await send("DELETE", path, { token }),
      await send("POST", `${path}/restore`, { token }),
    ];
    return answers.map(({ status }) => status);
  };
  const CRUD = ["create", "read", "update", "delete"].map((action) => `projects:${action}`);

  it("is hidden, and unchanged after every attempt", async () => {
    const client_id = await newClient("Royal Society");
    const project = await made("Engine", { client_id });
    const eve = await api.signUp();
    expect(await statusesFor(project.id, eve.access)).toEqual([404, 404, 404, 404]);
    expect(await namesIn("", eve.access)).toEqual([]);
    expect(await namesIn(`?client_id=${client_id}`, eve.access)).toEqual([]);
    expect((await read(project.id)).body).toEqual(project);
    await remove(project.id);
    expect((await send("POST", `/projects/${project.id}/restore`, { token: eve.access })).status).toBe(404);
    expect(await namesIn()).toEqual([]);
  });

  it("allows reading and listing with projects:read_any, but not changes", async () => {
    const project = await made("Engine");
    const lead = await api.signUpHolding(...CRUD, "projects:read_any");
    await send("POST", "/projects", { body: { name: "Garden" }, token: lead.access });
    expect(await statusesFor(project.id, lead.access)).toEqual([200, 404, 404, 404]);
    expect(await namesIn("", lead.access)).toEqual(["Garden"]);
    expect(await namesIn(`?owner_id=${ada.id}`, lead.access)).toEqual(["Engine"]);
    expect(await namesIn("?owner_id=all&sort=-created_at&limit=2", lead.access)).toEqual([
      "Garden",
      "Engine",
    ]);
  });

  it("allows changes with projects:update_any and projects:delete_any, and keeps its owner", async () => {
    const project = await made("Engine");
    const any = ["read_any", "update_any", "delete_any"].map((action) => `projects:${action}`);
    const lead = await api.signUpHolding(...CRUD, ...any);
    await send("POST", "/projects", { body: { name: "Compiler" }, token: lead.access });
    expect(await statusesFor(project.id, lead.access)).toEqual([200, 200, 204, 200]);
    expect((await read(project.id)).body).toMatchObject({ owner_id: ada.id, name: "Compiler" });
  });

  it("refuses creation, updates, deletion and restoration with only projects:read", async () => {
    const reader = await api.signUpHolding("projects:read");
    const { id } = await made("Engine");
    const refused = await send("POST", "/projects", { body: { name: "Compiler" }, token: reader.access });
    expect([refused.status, ...(await statusesFor(id, reader.access))]).toEqual([403, 404, 403, 403, 403]);
  });
});
