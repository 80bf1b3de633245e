import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

interface Client {
  id: string;
  name: string;
  archived_at: string | null;
  updated_at: string | null;
}

interface Refusal {
  error: string;
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

const send = <Body = Client & Refusal>(
  method: string,
  path: string,
  { token = ada.access, ...more }: { body?: object; token?: string; headers?: Record<string, string> } = {},
) => api.call<Body>(method, path, { token, ...more });
const create = (name: string) => send("POST", "/clients", { body: { name } });
const made = async (name: string) => (await create(name)).body;
const read = (id: string) => send("GET", `/clients/${id}`);
const change = (id: string, body: object) => send("PATCH", `/clients/${id}`, { body });
const archive = (id: string, archived = true) => change(id, { archived });
const remove = (id: string) => send("DELETE", `/clients/${id}`);
const restore = (id: string) => send("POST", `/clients/${id}/restore`);

const list = async (query = "", token = ada.access) => {
  const { body, headers } = await send<Client[]>("GET", `/clients${query}`, { token });
  const link = (relation: string) =>
    new RegExp(`</clients([^>]+)>; rel="${relation}"`).exec(headers.get("Link") ?? "")?.[1];
  const total = Number(headers.get("X-Total-Count"));
  return { names: body.map(({ name }) => name), total, next: link("next"), previous: link("prev") };
};
const namesIn = async (query = "", token = ada.access) => (await list(query, token)).names;

const newProject = async (client_id: string) =>
  (await send("POST", "/projects", { body: { name: "Engine", client_id } })).body.id;
/** Creates an entry of one hour on a new project of a client. Returns the id of the project. */
const workFor = async (clientId: string) => {
  const project_id = await newProject(clientId);
  const times = { started_at: "2026-01-01T08:00:00Z", ended_at: "2026-01-01T09:00:00Z" };
  await send("POST", "/time-entries", { body: { ...times, project_id } });
  return project_id;
};
/** Returns the names of clients in a report on that day, with their tracked seconds. */
const reported = async () => {
  const path = "/reports/summary?from=2026-01-01&group=client";
  const { body } = await send<{ groups: { labels: (string | null)[]; tracked_seconds: number }[] }>(
    "GET",
    path,
  );
  return body.groups.map(({ labels, tracked_seconds }) => [labels[0], tracked_seconds]);
};

describe("a new client", () => {
  it("belongs to the caller, and is not archived", async () => {
    const { status, body } = await create("Royal Society");
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      owner_id: ada.id,
      name: "Royal Society",
      archived_at: null,
      created_at: expect.any(String),
      updated_at: null,
    });
    expect((await read(body.id)).body).toEqual(body);
  });

  it("trims its name, and normalizes it to NFC", async () => {
    expect((await made(` \t${"Söhne & Éclair".normalize("NFD")} `)).name).toBe("Söhne & Éclair");
  });

  it.each([
    ["an empty name", { name: "" }, "body.name"],
    ["a name of spaces", { name: " \t " }, "body.name"],
    ["a name of 101 characters", { name: "x".repeat(101) }, "body.name"],
    ["no name", {}, "body.name"],
    ["a field that a new client does not have", { name: "x", archived: true }, "body.archived"],
  ])("rejects %s", async (_, body, field) => {
    const refused = await send("POST", "/clients", { body });
    expect([refused.status, refused.body.details[0]?.field]).toEqual([422, field]);
    expect(await namesIn()).toEqual([]);
  });

  it("accepts a name of 100 characters", async () => {
    expect((await create("x".repeat(100))).status).toBe(201);
  });

  it.each(["Royal Society", "ROYAL society", "  royal society "])(
    "rejects the name %j if a client is named Royal Society",
    async (name) => {
      await create("Royal Society");
      const { status, body } = await create(name);
      expect([status, body.error]).toEqual([409, "RESOURCE_ALREADY_EXISTS"]);
      expect(await namesIn()).toEqual(["Royal Society"]);
    },
  );

  it("accepts the name of another user's client", async () => {
    await create("Royal Society");
    const { access: token } = await api.signUp();
    expect((await send("POST", "/clients", { body: { name: "Royal Society" }, token })).status).toBe(201);
  });
});

describe("a renamed client", () => {
  it("has the trimmed new name and the time of the update, and keeps the other fields", async () => {
    const client = await made("Royal Society");
    const { status, body, headers } = await change(client.id, { name: "  Royal Navy " });
    expect(status).toBe(200);
    expect(body).toEqual({ ...client, name: "Royal Navy", updated_at: expect.any(String) });
    const after = await read(client.id);
    expect([after.body, after.headers.get("ETag")]).toEqual([body, headers.get("ETag")]);
  });

  it("accepts its current name in another case", async () => {
    const { id } = await made("Royal Society");
    const { status, body } = await change(id, { name: "ROYAL SOCIETY" });
    expect([status, body.name]).toEqual([200, "ROYAL SOCIETY"]);
  });

  it("rejects the name of another client, in any case", async () => {
    const { id } = await made("Royal Society");
    await create("Navy");
    const { status, body } = await change(id, { name: "nAVY" });
    expect([status, body.error]).toEqual([409, "RESOURCE_ALREADY_EXISTS"]);
    expect(await namesIn()).toEqual(["Navy", "Royal Society"]);
  });

  it("releases its old name for a new client", async () => {
    const { id } = await made("Royal Society");
    await change(id, { name: "Navy" });
    expect((await create("royal society")).status).toBe(201);
  });

  it("appears in reports by its new name", async () => {
    const { id } = await made("Royal Society");
    await workFor(id);
    await change(id, { name: "Navy" });
    expect(await reported()).toEqual([["Navy", 3600]]);
  });
});

describe("an archived client", () => {
  it("has the time of archiving, and none after being unarchived", async () => {
    const client = await made("Royal Society");
    const asked = Date.now();
    const { status, body } = await archive(client.id);
    expect(status).toBe(200);
    expect(body).toEqual({ ...client, archived_at: expect.any(String), updated_at: expect.any(String) });
    expect(Date.parse(body.archived_at ?? "")).toBeGreaterThanOrEqual(asked);
    expect(Date.parse(body.archived_at ?? "")).toBeLessThanOrEqual(Date.now());
    expect((await archive(client.id, false)).body.archived_at).toBeNull();
  });

  it("keeps its archive time when archived again, and gets a new one after being unarchived", async () => {
    const { id } = await made("Royal Society");
    const { archived_at } = (await archive(id)).body;
    expect((await archive(id)).body.archived_at).toBe(archived_at);
    await archive(id, false);
    expect(Date.parse((await archive(id)).body.archived_at ?? "")).toBeGreaterThan(
      Date.parse(archived_at ?? ""),
    );
  });

  it("stays archived when it is renamed", async () => {
    const { id } = await made("Royal Society");
    const { archived_at } = (await archive(id)).body;
    expect(archived_at).not.toBeNull();
    expect((await change(id, { name: "Navy" })).body.archived_at).toBe(archived_at);
  });

  it("reserves its name", async () => {
    await archive((await made("Royal Society")).id);
    expect((await create("Royal Society")).status).toBe(409);
  });

  it("stays in reports", async () => {
    const { id } = await made("Royal Society");
    await workFor(id);
    await archive(id);
    expect(await reported()).toEqual([["Royal Society", 3600]]);
  });
});

describe("GET /clients", () => {
  beforeEach(async () => {
    for (const name of ["Zebra", "Ärger", "apfel", "Royal Navy"]) await create(name);
    await archive((await made("Royal Society")).id);
    await remove((await made("Royal Mint")).id);
  });

  it.each([
    ["", ["apfel", "Ärger", "Royal Navy", "Royal Society", "Zebra"]],
    ["?sort=-name", ["Zebra", "Royal Society", "Royal Navy", "Ärger", "apfel"]],
    ["?sort=created_at", ["Zebra", "Ärger", "apfel", "Royal Navy", "Royal Society"]],
    ["?sort=-created_at", ["Royal Society", "Royal Navy", "apfel", "Ärger", "Zebra"]],
    ["?archived=true", ["Royal Society"]],
    ["?archived=false", ["apfel", "Ärger", "Royal Navy", "Zebra"]],
    ["?q=ROYAL", ["Royal Navy", "Royal Society"]],
    ["?q=al%20n", ["Royal Navy"]],
    ["?q=%C3%A4r", ["Ärger"]],
    ["?q=royal&archived=true", ["Royal Society"]],
    ["?q=royal&archived=false", ["Royal Navy"]],
    ["?q=mint", []],
  ])("answers %j with %j", async (query, names) => {
    expect(await list(query)).toMatchObject({ names, total: names.length });
  });

  it("keeps its filters on next and previous pages", async () => {
    const first = await list("?archived=false&limit=2");
    expect(first).toMatchObject({ names: ["apfel", "Ärger"], total: 4, previous: undefined });
    const second = await list(first.next);
    expect(second).toMatchObject({ names: ["Royal Navy", "Zebra"], total: 4, next: undefined });
    expect(await namesIn(second.previous)).toEqual(first.names);
    expect(await namesIn("?archived=false&skip=1&limit=2")).toEqual(["Ärger", "Royal Navy"]);
  });

  it.each([
    ["archived=maybe", "query.archived"],
    ["sort=color", "query.sort"],
    ["q=", "query.q"],
    ["owner_id=ada", "query.owner_id"],
  ])("refuses ?%s, and names the field", async (query, field) => {
    const { status, body } = await send("GET", `/clients?${query}`);
    expect([status, body.details[0]?.field]).toEqual([422, field]);
  });
});

describe("a deleted client", () => {
  it("is hidden from lists, reads, updates and deletes", async () => {
    const { id } = await made("Royal Society");
    expect((await remove(id)).status).toBe(204);
    expect(await namesIn()).toEqual([]);
    const answers = [await read(id), await change(id, { name: "Navy" }), await remove(id)];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it("keeps its projects, and its name in reports", async () => {
    const { id } = await made("Royal Society");
    const project = await workFor(id);
    await remove(id);
    expect((await send("GET", `/projects/${project}`)).body).toMatchObject({ client_id: id });
    expect(await reported()).toEqual([["Royal Society", 3600]]);
  });

  it("rejects new projects until it is restored", async () => {
    const { id } = await made("Royal Society");
    const { body: loose } = await send("POST", "/projects", { body: { name: "loose" } });
    await remove(id);
    const body = { client_id: id };
    const give = () => send<{ message: string }>("PATCH", `/projects/${loose.id}`, { body });
    const refusals = [await give(), await send("POST", "/projects", { body: { name: "new", ...body } })];
    expect(refusals.map(({ status }) => status)).toEqual([404, 404]);
    expect(refusals[0]?.body).toMatchObject({ message: "Client not found." });
    await restore(id);
    expect((await give()).status).toBe(200);
  });

  it("is restored with its fields, including its archive time", async () => {
    const { id } = await made("Royal Society");
    const { body } = await archive(id);
    await remove(id);
    const restored = await restore(id);
    expect(restored.body.archived_at).not.toBeNull();
    expect([restored.status, restored.body]).toEqual([200, { ...body, updated_at: expect.any(String) }]);
    expect((await read(id)).body).toEqual(restored.body);
  });

  it("releases its name, and is not restored while another client has it", async () => {
    const { id } = await made("Royal Society");
    await remove(id);
    const other = await made("royal society");
    const refused = await restore(id);
    expect([refused.status, refused.body.error]).toEqual([409, "RESOURCE_ALREADY_EXISTS"]);
    expect(await namesIn()).toEqual(["royal society"]);
    await change(other.id, { name: "Navy" });
    expect((await restore(id)).status).toBe(200);
    expect(await namesIn()).toEqual(["Navy", "Royal Society"]);
  });

  it("is restored only while it is deleted", async () => {
    const { id } = await made("Royal Society");
    const statuses = [(await restore(id)).status];
    await remove(id);
    statuses.push((await restore(id)).status, (await restore(id)).status);
    expect(statuses).toEqual([404, 200, 404]);
  });
});

describe("a client's ETag", () => {
  const tagged = (method: string, id: string, tag: string | null, body?: object) =>
    send(method, `/clients/${id}`, { headers: { "If-Match": tag ?? "" }, ...(body && { body }) });

  it("accepts one of two updates of the same version", async () => {
    const { body, headers } = await create("Royal Society");
    const rename = (name: string) => tagged("PATCH", body.id, headers.get("ETag"), { name });
    const [first, second] = [await rename("Navy"), await rename("Mint")];
    expect([first.status, second.status, second.body.error]).toEqual([200, 412, "PRECONDITION_FAILED"]);
    expect(await namesIn()).toEqual(["Navy"]);
    expect((await tagged("PATCH", body.id, first.headers.get("ETag"), { name: "Mint" })).status).toBe(200);
  });

  it("prevents the deletion of a client that was changed since", async () => {
    const { body, headers } = await create("Royal Society");
    const changed = await archive(body.id);
    expect((await tagged("DELETE", body.id, headers.get("ETag"))).status).toBe(412);
    expect(await namesIn()).toEqual(["Royal Society"]);
    expect((await tagged("DELETE", body.id, changed.headers.get("ETag"))).status).toBe(204);
  });
});

describe("another user's client", () => {
  /** Returns the statuses of reading, renaming, deleting and restoring the client with `token`. */
  const statusesFor = async (id: string, token: string) => {
    const path = `/clients/${id}`;
    const answers = [
      await send("GET", path, { token }),
      await send("PATCH", path, { token, body: { name: "Navy" } }),
      await send("DELETE", path, { token }),
      await send("POST", `${path}/restore`, { token }),
    ];
    return answers.map(({ status }) => status);
  };
  const CRUD = ["create", "read", "update", "delete"].map((action) => `clients:${action}`);

  it("is hidden, and unchanged after every attempt", async () => {
    const client = await made("Royal Society");
    const eve = await api.signUp();
    expect(await statusesFor(client.id, eve.access)).toEqual([404, 404, 404, 404]);
    expect(await namesIn("", eve.access)).toEqual([]);
    expect((await read(client.id)).body).toEqual(client);
    await remove(client.id);
    expect((await send("POST", `/clients/${client.id}/restore`, { token: eve.access })).status).toBe(404);
    expect(await namesIn()).toEqual([]);
  });

  it("allows reading and listing with clients:read_any, but not changes", async () => {
    const client = await made("Royal Society");
    const lead = await api.signUpHolding(...CRUD, "clients:read_any");
    await send("POST", "/clients", { body: { name: "Mint" }, token: lead.access });
    expect(await statusesFor(client.id, lead.access)).toEqual([200, 404, 404, 404]);
    expect(await namesIn("", lead.access)).toEqual(["Mint"]);
    expect(await namesIn(`?owner_id=${ada.id}`, lead.access)).toEqual(["Royal Society"]);
    expect(await namesIn("?owner_id=all&sort=-created_at&limit=2", lead.access)).toEqual([
      "Mint",
      "Royal Society",
    ]);
  });

  it("allows changes with clients:update_any and clients:delete_any, and keeps its owner", async () => {
    const client = await made("Royal Society");
    const any = ["read_any", "update_any", "delete_any"].map((action) => `clients:${action}`);
    const lead = await api.signUpHolding(...CRUD, ...any);
    await send("POST", "/clients", { body: { name: "Navy" }, token: lead.access });
    expect(await statusesFor(client.id, lead.access)).toEqual([200, 200, 204, 200]);
    expect((await read(client.id)).body).toMatchObject({ owner_id: ada.id, name: "Navy" });
  });

  it("refuses creation, updates, deletion and restoration with only clients:read", async () => {
    const reader = await api.signUpHolding("clients:read");
    const { id } = await made("Royal Society");
    const refused = await send("POST", "/clients", { body: { name: "Navy" }, token: reader.access });
    expect([refused.status, ...(await statusesFor(id, reader.access))]).toEqual([403, 404, 403, 403, 403]);
  });
});
