import { sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

interface Entry {
  id: string;
  project_id: string | null;
  tag_ids: string[];
  description: string;
  started_at: string;
  ended_at: string | null;
  is_billable: boolean;
}

let api: TestApi;
let ada: Awaited<ReturnType<TestApi["signUp"]>>;
beforeAll(async () => {
  api = await createTestApi();
});
beforeEach(async () => {
  ada = await api.signUp();
});

const post = (path: string, body: unknown = {}, token = ada.access) =>
  api.call<Entry & { error: string; message: string }>("POST", `/time-entries${path}`, { body, token });
const list = async (query = "", token = ada.access) =>
  (await api.call<Entry[]>("GET", `/time-entries${query}`, { token })).body;
const current = async () =>
  (await api.call<{ entry: Entry | null }>("GET", "/time-entries/current", { token: ada.access })).body.entry;

describe("the timer", () => {
  it("runs from its start, and is the current entry", async () => {
    expect(await current()).toBeNull();
    const { status, body } = await post("/start", { description: "notes" });
    expect([status, body.ended_at, body.description]).toEqual([201, null, "notes"]);
    expect(await current()).toEqual(body);
  });

  it("stops the running entry at the instant of a new start", async () => {
    const first = (await post("/start")).body;
    const second = (await post("/start")).body;
    const [running, stopped] = await list();
    expect(running).toEqual(second);
    expect(stopped).toMatchObject({ id: first.id, ended_at: second.started_at });
  });

  it.each([
    ["after the running entry began, and stops that entry there", 30, "30 minutes"],
    ["before the running entry began, and stops that entry now", 90, "until now"],
    ["when the running entry began, and stops that entry now", 60, "until now"],
  ])("starts in the past, %s", async (_, minutesAgo, kept) => {
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const since = ago(60);
    const first = (await post("/start", { started_at: since })).body;
    const asked = Date.now();
    const started_at = minutesAgo === 60 ? since : ago(minutesAgo);
    const second = await post("/start", { started_at });
    expect(second.body).toMatchObject({ started_at, ended_at: null });
    const stopped = (await list()).find(({ id }) => id === first.id);
    expect(stopped?.started_at).toBe(since);
    const end = Date.parse(stopped?.ended_at ?? "");
    if (kept === "until now") expect(end).toBeGreaterThanOrEqual(asked - 1_000);
    else expect(end).toBe(Date.parse(started_at));
  });

  it("stops once, now or at an earlier time", async () => {
    const { body } = await post("/start", { started_at: "2026-01-01T08:00:00Z" });
    const stopped = await post(`/${body.id}/stop`, { at: "2026-01-01T09:00:00Z" });
    expect([stopped.status, stopped.body.ended_at]).toEqual([200, "2026-01-01T09:00:00.000Z"]);
    const again = await post(`/${body.id}/stop`, { at: "2026-01-01T10:00:00Z" });
    expect(again.body.ended_at).toBe("2026-01-01T09:00:00.000Z");
    expect(await current()).toBeNull();
  });

  it("rejects a stop before its start", async () => {
    const { body } = await post("/start", { started_at: "2026-01-01T08:00:00Z" });
    const refused = await post(`/${body.id}/stop`, { at: "2026-01-01T07:59:59Z" });
    expect([refused.status, refused.body.error]).toEqual([400, "BUSINESS_LOGIC_ERROR"]);
    expect((await current())?.id).toBe(body.id);
  });

  it("resumes an earlier entry", async () => {
    const tag = await api.call<{ id: string }>("POST", "/tags", {
      body: { name: "deep" },
      token: ada.access,
    });
    const { body } = await post("", {
      description: "notes",
      tag_ids: [tag.body.id],
      started_at: "2026-01-01T08:00:00Z",
      ended_at: "2026-01-01T09:00:00Z",
    });
    const resumed = await post(`/${body.id}/resume`);
    expect(resumed.body).toMatchObject({ description: "notes", tag_ids: [tag.body.id], ended_at: null });
    expect(resumed.body.id).not.toBe(body.id);
  });

  it.each([
    ["starts", "/start", { started_at: new Date(Date.now() + 10 * 60_000).toISOString() }],
    ["ends", "", { started_at: "2026-01-01T08:00:00Z", ended_at: "2100-01-01T08:00:00Z" }],
  ])("never %s more than five minutes in the future", async (_, path, body) => {
    const refused = await post(path, body);
    expect([refused.status, refused.body.error]).toEqual([422, "VALIDATION_ERROR"]);
  });
});

describe("a time entry", () => {
  const hour = { started_at: "2026-01-01T08:00:00Z", ended_at: "2026-01-01T09:00:00Z" };

  it("creates one entry for repeated requests with one id", async () => {
    const id = crypto.randomUUID();
    const first = await post("", { id, ...hour, description: "once" });
    const second = await post("", { id, ...hour, description: "once" });
    expect([first.status, second.status, second.body]).toEqual([201, 201, first.body]);
    const other = await post("", { id, ...hour, description: "else" });
    expect([other.status, other.body.error]).toEqual([409, "RESOURCE_ALREADY_EXISTS"]);
    expect(await list()).toHaveLength(1);
  });

  it("takes the project of its task, and is_billable of its project", async () => {
    const call = async (path: string, body: object) =>
      (await api.call<{ id: string }>("POST", path, { body, token: ada.access })).body.id;
    const project = await call("/projects", { name: "engine", is_billable: true });
    const task = await call("/tasks", { name: "notes", project_id: project });
    expect((await post("", { ...hour, task_id: task })).body).toMatchObject({ project_id: project });
    expect((await post("", { ...hour, project_id: project })).body.is_billable).toBe(true);
  });

  it("is found by any part of it", async () => {
    await post("", hour);
    const found = async (from: string, to: string) =>
      (await list(`?from=2026-01-01T${from}Z&to=2026-01-01T${to}Z`)).length;
    expect(await found("08:59:59", "10:00:00")).toBe(1);
    expect(await found("07:00:00", "08:00:01")).toBe(1);
    expect(await found("09:00:00", "10:00:00")).toBe(0);
    expect(await found("07:00:00", "08:00:00")).toBe(0);
  });

  it("is hidden from other users in every operation [TIMER-1]", async () => {
    const { body } = await post("", hour);
    const eve = await api.signUp();
    const path = `/time-entries/${body.id}`;
    for (const [method, suffix, sent] of [
      ["GET", "", undefined],
      ["PATCH", "", { description: "mine" }],
      ["POST", "/stop", {}],
      ["POST", "/resume", undefined],
      ["DELETE", "", undefined],
      ["POST", "/restore", undefined],
    ] as const) {
      const answer = await api.call(method, path + suffix, { token: eve.access, body: sent });
      expect([method, suffix, answer.status]).toEqual([method, suffix, 404]);
    }
    expect(await list(`?owner_id=${eve.id}`, eve.access)).toEqual([]);
    for (const owner of [ada.id, "all"]) {
      const { status } = await api.call("GET", `/time-entries?owner_id=${owner}`, { token: eve.access });
      expect(status).toBe(403);
    }
    const items = [
      { do: "update", id: body.id, values: { description: "mine" } },
      { do: "delete", id: body.id },
    ];
    const bulk = await api.call("POST", "/time-entries/bulk", { token: eve.access, body: { items } });
    expect(bulk.body).toMatchObject({ results: [{ status: 404 }, { status: 404 }] });
    expect(await list()).toEqual([body]);
  });

  it("allows reading other users' entries with the permission for it", async () => {
    const { body } = await post("", hour);
    const lead = await api.signUpHolding("time_entries:read", "time_entries:read_any");
    expect(await list(`?owner_id=${ada.id}`, lead.access)).toEqual([body]);
    const changed = await api.call("PATCH", `/time-entries/${body.id}`, {
      token: (await api.signUpHolding("time_entries:update", "time_entries:read_any")).access,
      body: { description: "x" },
    });
    expect(changed.status).toBe(404);
  });

  it("rejects references to records that its owner cannot read [TIMER-2]", async () => {
    const eve = await api.signUp();
    const other = await api.call<{ id: string }>("POST", "/projects", {
      body: { name: "secret" },
      token: eve.access,
    });
    const refused = await post("", { ...hour, project_id: other.body.id });
    expect([refused.status, refused.body.message]).toEqual([404, "Project not found."]);
    expect(await list()).toEqual([]);
  });

  it("accepts one of two updates of the same version", async () => {
    const made = await post("", hour);
    const change = (description: string) =>
      api.call("PATCH", `/time-entries/${made.body.id}`, {
        token: ada.access,
        body: { description },
        headers: { "If-Match": made.headers.get("ETag") ?? "" },
      });
    expect([(await change("first")).status, (await change("second")).status]).toEqual([200, 412]);
  });

  it("rejects a planned length that exceeds an integer of the database", async () => {
    const refused = await post("", { ...hour, planned_seconds: 2_147_483_648 });
    expect([refused.status, refused.body.error]).toEqual([422, "VALIDATION_ERROR"]);
    expect((await post("", { ...hour, planned_seconds: 2_147_483_647 })).status).toBe(201);
  });

  it("is listed by whether it is billable", async () => {
    const { body: billable } = await post("", { ...hour, is_billable: true });
    const { body: other } = await post("", { ...hour, is_billable: false });
    const idsOf = async (query: string) =>
      (await api.call<Entry[]>("GET", `/time-entries?${query}`, { token: ada.access })).body.map(
        ({ id }) => id,
      );
    expect(await idsOf("billable=true")).toEqual([billable.id]);
    expect(await idsOf("billable=false&limit=1")).toEqual([other.id]);
  });

  it("is listed again after being restored", async () => {
    const { body } = await post("", hour);
    await api.call("DELETE", `/time-entries/${body.id}`, { token: ada.access });
    expect(await list()).toEqual([]);
    expect((await post(`/${body.id}/restore`)).body).toMatchObject({
      ...body,
      updated_at: expect.any(String),
    });
  });
});

describe("an account that does not allow overlap", () => {
  beforeEach(async () => {
    const { status } = await api.call("PATCH", "/settings/time", {
      token: ada.access,
      body: { allow_overlap: false },
    });
    expect(status).toBe(200);
  });

  const between = (from: string, to: string) =>
    post("", { started_at: `2026-01-01T${from}Z`, ended_at: `2026-01-01T${to}Z` });

  it("rejects overlap, and accepts touching ends [TIMER-3]", async () => {
    expect((await between("10:00:00", "11:00:00")).status).toBe(201);
    expect((await between("11:00:00", "12:00:00")).status).toBe(201);
    const overlapping = await between("10:30:00", "10:45:00");
    expect([overlapping.status, overlapping.body.error]).toEqual([409, "TIME_CONFLICT"]);
  });

  it("accepts entries without length at any time [TIMER-5]", async () => {
    expect((await between("10:00:00", "11:00:00")).status).toBe(201);
    expect((await between("10:30:00", "10:30:00")).status).toBe(201);
  });

  it("rejects overlap with the running entry [TIMER-4]", async () => {
    await post("/start", { started_at: "2026-01-01T09:00:00Z" });
    expect((await between("10:00:00", "11:00:00")).status).toBe(409);
  });

  it("keeps the running entry when a start before it is rejected", async () => {
    const { body } = await post("/start", { started_at: "2026-01-01T09:00:00Z" });
    const refused = await post("/start", { started_at: "2026-01-01T08:00:00Z" });
    expect([refused.status, refused.body.error]).toEqual([409, "TIME_CONFLICT"]);
    expect(await current()).toEqual(body);
    expect((await post("/start", { started_at: "2026-01-01T10:00:00Z" })).status).toBe(201);
  });
});

describe("POST /time-entries/bulk", () => {
  it("returns the result of each item, in one round trip", async () => {
    const { body } = await post("", { started_at: "2026-01-01T08:00:00Z", ended_at: "2026-01-01T09:00:00Z" });
    const items = [
      { do: "create", values: { started_at: "2026-01-02T08:00:00Z", ended_at: "2026-01-02T09:00:00Z" } },
      { do: "create", values: { started_at: "2026-01-02T08:00:00Z", ended_at: "2026-01-01T09:00:00Z" } },
      { do: "update", id: body.id, values: { description: "changed" } },
      { do: "update", id: crypto.randomUUID(), values: { description: "changed" } },
      { do: "nothing" },
      { do: "create", values: { project_id: crypto.randomUUID() } },
      { do: "update", id: body.id, values: { started_at: "2026-01-01T10:00:00Z" } },
    ];
    let answer:
      | Awaited<ReturnType<typeof api.call<{ results: { status: number; error?: string }[] }>>>
      | undefined;
    const trips = await api.roundTripsOf(async () => {
      answer = await api.call("POST", "/time-entries/bulk", { token: ada.access, body: { items } });
    });
    expect(trips).toBe(1);
    expect(answer?.body.results.map(({ status, error }) => `${status} ${error ?? ""}`)).toEqual([
      "201 ",
      "422 VALIDATION_ERROR",
      "200 ",
      "404 RESOURCE_NOT_FOUND",
      "422 VALIDATION_ERROR",
      "404 RESOURCE_NOT_FOUND",
      "400 BUSINESS_LOGIC_ERROR",
    ]);
    expect((await list()).map(({ description }) => description)).toEqual(["", "changed"]);
  });

  it("accepts a thousand items, and no more", async () => {
    const items = Array.from({ length: 1000 }, (_, index) => ({
      do: "create",
      values: {
        started_at: new Date(1_700_000_000_000 + index * 60_000).toISOString(),
        ended_at: new Date(1_700_000_000_000 + index * 60_000 + 30_000).toISOString(),
      },
    }));
    const { status } = await api.call("POST", "/time-entries/bulk", { token: ada.access, body: { items } });
    expect(status).toBe(200);
    const [count] = (
      await api.db.execute<{ n: number }>(
        sql`select count(*)::int n from time_entries where owner_id = ${ada.id}`,
      )
    ).rows;
    expect(count?.n).toBe(1000);
    const more = await api.call("POST", "/time-entries/bulk", {
      token: ada.access,
      body: { items: [...items, ...items.slice(0, 1)] },
    });
    expect(more.status).toBe(422);
  });
});
