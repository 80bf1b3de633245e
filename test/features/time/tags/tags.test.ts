import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

interface Tag {
  id: string;
  name: string;
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

const send = <Body = Tag & Refusal>(
  method: string,
  path: string,
  { token = ada.access, ...more }: { body?: object; token?: string; headers?: Record<string, string> } = {},
) => api.call<Body>(method, path, { token, ...more });
const create = (name: string) => send("POST", "/tags", { body: { name } });
const made = async (name: string) => (await create(name)).body;
const read = (id: string) => send("GET", `/tags/${id}`);
const rename = (id: string, name: string) => send("PATCH", `/tags/${id}`, { body: { name } });
const remove = (id: string) => send("DELETE", `/tags/${id}`);
const restore = (id: string) => send("POST", `/tags/${id}/restore`);

const list = async (query = "", token = ada.access) => {
  const { body, headers } = await send<Tag[]>("GET", `/tags${query}`, { token });
  const link = (relation: string) =>
    new RegExp(`</tags([^>]+)>; rel="${relation}"`).exec(headers.get("Link") ?? "")?.[1];
  const total = Number(headers.get("X-Total-Count"));
  return { names: body.map(({ name }) => name), total, next: link("next"), previous: link("prev") };
};
const namesIn = async (query = "", token = ada.access) => (await list(query, token)).names;

const HOUR = { started_at: "2026-01-01T08:00:00Z", ended_at: "2026-01-01T09:00:00Z" };
/** Creates an entry of one hour with tags. */
const workWith = (...tag_ids: string[]) => send("POST", "/time-entries", { body: { ...HOUR, tag_ids } });
/** Returns the names of tags in a report on that day, with their tracked seconds. */
const reported = async () => {
  const { body } = await send<{ groups: { labels: (string | null)[]; tracked_seconds: number }[] }>(
    "GET",
    "/reports/summary?from=2026-01-01&group=tag",
  );
  return body.groups.map(({ labels, tracked_seconds }) => [labels[0], tracked_seconds]);
};

describe("a new tag", () => {
  it("belongs to the caller", async () => {
    const { status, body } = await create("deep work");
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      owner_id: ada.id,
      name: "deep work",
      created_at: expect.any(String),
      updated_at: null,
    });
    expect((await read(body.id)).body).toEqual(body);
  });

  it("trims its name, and normalizes it to NFC", async () => {
    expect((await made(` \t${"créer".normalize("NFD")} `)).name).toBe("créer");
  });

  it.each([
    ["an empty name", { name: "" }, "body.name"],
    ["a name of spaces", { name: "  " }, "body.name"],
    ["a name of 51 characters", { name: "x".repeat(51) }, "body.name"],
    ["no name", {}, "body.name"],
    ["a field that tags do not have", { name: "x", color: "#1f77b4" }, "body.color"],
  ])("rejects %s", async (_, body, field) => {
    const refused = await send("POST", "/tags", { body });
    expect([refused.status, refused.body.details[0]?.field]).toEqual([422, field]);
    expect(await namesIn()).toEqual([]);
  });

  it("accepts a name of 50 characters", async () => {
    expect((await create("x".repeat(50))).status).toBe(201);
  });

  it.each(["deep work", "DEEP Work", "  deep work "])(
    "rejects the name %j if a tag is named deep work",
    async (name) => {
      await create("deep work");
      const { status, body } = await create(name);
      expect([status, body.error]).toEqual([409, "RESOURCE_ALREADY_EXISTS"]);
      expect(await namesIn()).toEqual(["deep work"]);
    },
  );

  it("accepts the name of another user's tag", async () => {
    await create("deep work");
    const { access: token } = await api.signUp();
    expect((await send("POST", "/tags", { body: { name: "deep work" }, token })).status).toBe(201);
  });
});

describe("a renamed tag", () => {
  it("has the trimmed new name and the time of the update, and keeps the other fields", async () => {
    const tag = await made("deep work");
    const { status, body, headers } = await rename(tag.id, "  focus ");
    expect(status).toBe(200);
    expect(body).toEqual({ ...tag, name: "focus", updated_at: expect.any(String) });
    const after = await read(tag.id);
    expect([after.body, after.headers.get("ETag")]).toEqual([body, headers.get("ETag")]);
  });

  it("accepts its current name in another case", async () => {
    const { id } = await made("deep work");
    const { status, body } = await rename(id, "DEEP WORK");
    expect([status, body.name]).toEqual([200, "DEEP WORK"]);
  });

  it("rejects the name of another tag, in any case", async () => {
    const { id } = await made("deep work");
    await create("focus");
    const { status, body } = await rename(id, "fOCUS");
    expect([status, body.error]).toEqual([409, "RESOURCE_ALREADY_EXISTS"]);
    expect(await namesIn()).toEqual(["deep work", "focus"]);
  });

  it("releases its old name for a new tag", async () => {
    const { id } = await made("deep work");
    await rename(id, "focus");
    expect((await create("Deep Work")).status).toBe(201);
  });

  it("stays on its entries, and appears in reports by its new name", async () => {
    const { id } = await made("deep work");
    const { body: entry } = await workWith(id);
    await rename(id, "focus");
    expect((await send("GET", `/time-entries/${entry.id}`)).body).toMatchObject({ tag_ids: [id] });
    expect(await reported()).toEqual([["focus", 3600]]);
  });
});

describe("GET /tags", () => {
  beforeEach(async () => {
    for (const name of ["Zebra", "Ärger", "apfel", "deep work", "deep rest"]) await create(name);
    await remove((await made("deep sleep")).id);
  });

  it.each([
    ["", ["apfel", "Ärger", "deep rest", "deep work", "Zebra"]],
    ["?sort=-name", ["Zebra", "deep work", "deep rest", "Ärger", "apfel"]],
    ["?sort=created_at", ["Zebra", "Ärger", "apfel", "deep work", "deep rest"]],
    ["?sort=-created_at", ["deep rest", "deep work", "apfel", "Ärger", "Zebra"]],
    ["?q=EEP", ["deep rest", "deep work"]],
    ["?q=p%20w", ["deep work"]],
    ["?q=%C3%A4r", ["Ärger"]],
    ["?q=sleep", []],
  ])("answers %j with %j", async (query, names) => {
    expect(await list(query)).toMatchObject({ names, total: names.length });
  });

  it("keeps its filters on next and previous pages", async () => {
    const first = await list("?q=r&limit=2");
    expect(first).toMatchObject({ names: ["Ärger", "deep rest"], total: 4, previous: undefined });
    const second = await list(first.next);
    expect(second).toMatchObject({ names: ["deep work", "Zebra"], total: 4, next: undefined });
    expect(await namesIn(second.previous)).toEqual(first.names);
    expect(await namesIn("?q=r&skip=1&limit=2")).toEqual(["deep rest", "deep work"]);
  });

  it.each([
    ["sort=color", "query.sort"],
    ["q=", "query.q"],
    [`q=${"x".repeat(51)}`, "query.q"],
    ["owner_id=ada", "query.owner_id"],
  ])("refuses ?%s, and names the field", async (query, field) => {
    const { status, body } = await send("GET", `/tags?${query}`);
    expect([status, body.details[0]?.field]).toEqual([422, field]);
  });
});

describe("a deleted tag", () => {
  it("is hidden from lists, reads, updates and deletes", async () => {
    const { id } = await made("deep work");
    expect((await remove(id)).status).toBe(204);
    expect(await namesIn()).toEqual([]);
    const answers = [await read(id), await rename(id, "focus"), await remove(id)];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it("stays on its entries, in their filter, and in reports", async () => {
    const { id } = await made("deep work");
    const { body: entry } = await workWith(id);
    await remove(id);
    expect(entry).toMatchObject({ tag_ids: [id] });
    expect((await send("GET", `/time-entries?tag_id=${id}`)).body).toEqual([entry]);
    expect(await reported()).toEqual([["deep work", 3600]]);
  });

  it("rejects new entries until it is restored", async () => {
    const { id } = await made("deep work");
    await remove(id);
    const refused = await workWith(id);
    expect([refused.status, refused.body.message]).toEqual([404, "Tag not found."]);
    await restore(id);
    expect((await workWith(id)).status).toBe(201);
  });

  it("is restored with its fields", async () => {
    const tag = await made("deep work");
    await remove(tag.id);
    const restored = await restore(tag.id);
    expect([restored.status, restored.body]).toEqual([200, { ...tag, updated_at: expect.any(String) }]);
    expect((await read(tag.id)).body).toEqual(restored.body);
    expect(await namesIn()).toEqual(["deep work"]);
  });

  it("releases its name, and is not restored while another tag has it", async () => {
    const { id } = await made("deep work");
    await remove(id);
    const other = await made("Deep Work");
    const refused = await restore(id);
    expect([refused.status, refused.body.error]).toEqual([409, "RESOURCE_ALREADY_EXISTS"]);
    expect(await namesIn()).toEqual(["Deep Work"]);
    await rename(other.id, "focus");
    expect((await restore(id)).status).toBe(200);
    expect(await namesIn()).toEqual(["deep work", "focus"]);
  });

  it("is restored only while it is deleted", async () => {
    const { id } = await made("deep work");
    const statuses = [(await restore(id)).status];
    await remove(id);
    statuses.push((await restore(id)).status, (await restore(id)).status);
    expect(statuses).toEqual([404, 200, 404]);
  });
});

describe("a tag's ETag", () => {
  const tagged = (method: string, id: string, tag: string | null, body?: object) =>
    send(method, `/tags/${id}`, { headers: { "If-Match": tag ?? "" }, ...(body && { body }) });

  it("accepts one of two updates of the same version", async () => {
    const { body, headers } = await create("deep work");
    const changeTo = (name: string) => tagged("PATCH", body.id, headers.get("ETag"), { name });
    const [first, second] = [await changeTo("focus"), await changeTo("flow")];
    expect([first.status, second.status, second.body.error]).toEqual([200, 412, "PRECONDITION_FAILED"]);
    expect(await namesIn()).toEqual(["focus"]);
    expect((await tagged("PATCH", body.id, first.headers.get("ETag"), { name: "flow" })).status).toBe(200);
  });

  it("prevents the deletion of a tag that was changed since", async () => {
    const { body, headers } = await create("deep work");
    const changed = await rename(body.id, "focus");
    expect((await tagged("DELETE", body.id, headers.get("ETag"))).status).toBe(412);
    expect(await namesIn()).toEqual(["focus"]);
    expect((await tagged("DELETE", body.id, changed.headers.get("ETag"))).status).toBe(204);
  });
});

describe("another user's tag", () => {
  /** Returns the statuses of reading, renaming, deleting and restoring the tag with `token`. */
  const statusesFor = async (id: string, token: string) => {
    const path = `/tags/${id}`;
    const answers = [
      await send("GET", path, { token }),
      await send("PATCH", path, { token, body: { name: "focus" } }),
      await send("DELETE", path, { token }),
      await send("POST", `${path}/restore`, { token }),
    ];
    return answers.map(({ status }) => status);
  };
  const CRUD = ["create", "read", "update", "delete"].map((action) => `tags:${action}`);

  it("is hidden, and unchanged after every attempt", async () => {
    const tag = await made("deep work");
    const eve = await api.signUp();
    expect(await statusesFor(tag.id, eve.access)).toEqual([404, 404, 404, 404]);
    expect(await namesIn("", eve.access)).toEqual([]);
    expect((await read(tag.id)).body).toEqual(tag);
    const entry = await send("POST", "/time-entries", {
      body: { ...HOUR, tag_ids: [tag.id] },
      token: eve.access,
    });
    expect([entry.status, entry.body.message]).toEqual([404, "Tag not found."]);
    await remove(tag.id);
    expect((await send("POST", `/tags/${tag.id}/restore`, { token: eve.access })).status).toBe(404);
    expect(await namesIn()).toEqual([]);
  });

  it("allows reading and listing with tags:read_any, but not changes", async () => {
    const tag = await made("deep work");
    const lead = await api.signUpHolding(...CRUD, "tags:read_any");
    await send("POST", "/tags", { body: { name: "urgent" }, token: lead.access });
    expect(await statusesFor(tag.id, lead.access)).toEqual([200, 404, 404, 404]);
    expect(await namesIn("", lead.access)).toEqual(["urgent"]);
    expect(await namesIn(`?owner_id=${ada.id}`, lead.access)).toEqual(["deep work"]);
    expect(await namesIn("?owner_id=all&sort=-created_at&limit=2", lead.access)).toEqual([
      "urgent",
      "deep work",
    ]);
  });

  it("allows changes with tags:update_any and tags:delete_any, and keeps its owner", async () => {
    const tag = await made("deep work");
    const any = ["read_any", "update_any", "delete_any"].map((action) => `tags:${action}`);
    const lead = await api.signUpHolding(...CRUD, ...any);
    await send("POST", "/tags", { body: { name: "focus" }, token: lead.access });
    expect(await statusesFor(tag.id, lead.access)).toEqual([200, 200, 204, 200]);
    expect((await read(tag.id)).body).toMatchObject({ owner_id: ada.id, name: "focus" });
  });

  it("refuses creation, updates, deletion and restoration with only tags:read", async () => {
    const reader = await api.signUpHolding("tags:read");
    const { id } = await made("deep work");
    const refused = await send("POST", "/tags", { body: { name: "focus" }, token: reader.access });
    expect([refused.status, ...(await statusesFor(id, reader.access))]).toEqual([403, 404, 403, 403, 403]);
  });
});
