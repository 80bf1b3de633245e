import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/api.ts";

type User = Awaited<ReturnType<TestApi["signUp"]>>;

let api: TestApi;
let ada: User;
let eve: User;
beforeAll(async () => {
  api = await createTestApi();
  ada = await api.signUp();
  eve = await api.signUp();
});

const call = (method: string, path: string, { access }: { access: string }, body?: unknown, headers = {}) =>
  api.call<{ id: string; error: string }>(method, path, { token: access, body, headers });

const HOUR = { started_at: "2026-01-01T08:00:00Z", ended_at: "2026-01-01T09:00:00Z" };

/** Kinds of owned records, with a body and a change. */
const KINDS: [path: string, body: object, change: object][] = [
  ["/clients", { name: "Royal Society" }, { name: "Navy" }],
  ["/projects", { name: "Engine" }, { name: "Compiler" }],
  ["/tasks", { name: "Note G" }, { name: "Note H" }],
  ["/tags", { name: "deep" }, { name: "shallow" }],
  ["/time-entries", HOUR, { description: "mine" }],
  [
    "/goals",
    { name: "Six hours", period: "day", direction: "at_least", target_seconds: 1 },
    { name: "Five hours" },
  ],
];

const resourceOf = (path: string) => path.slice(1).replace("-", "_");

describe.each(KINDS)("a record in %s", (path, body, change) => {
  const made = async (owner: User) => (await call("POST", path, owner, body)).body.id;

  it("lets its owner, who has the default role, delete and restore it", async () => {
    const owner = await api.signUp();
    const id = await made(owner);
    expect((await call("DELETE", `${path}/${id}`, owner)).status).toBe(204);
    expect((await call("POST", `${path}/${id}/restore`, owner)).status).toBe(200);
    expect((await call("GET", `${path}/${id}`, owner)).status).toBe(200);
  });

  it("answers 404 to another user with any If-Match", async () => {
    const id = await made(await api.signUp());
    for (const tag of ['"1"', '"2"', '"x"', "*", 'W/"1"', ""]) {
      for (const [method, sent] of [["PATCH", change], ["DELETE"]] as const) {
        const { status } = await call(method, `${path}/${id}`, eve, sent, { "If-Match": tag });
        expect([method, tag, status]).toEqual([method, tag, 404]);
      }
    }
  });

  it("answers 404 to callers who may update records of other users but not read them", async () => {
    const id = await made(await api.signUp());
    const resource = resourceOf(path);
    const blind = await api.signUpHolding(
      ...["update", "delete", "update_any", "delete_any"].map((action) => `${resource}:${action}`),
    );
    expect((await call("PATCH", `${path}/${id}`, blind, change)).status).toBe(404);
    expect((await call("PATCH", `${path}/${id}`, blind, change, { "If-Match": '"9"' })).status).toBe(404);
    expect((await call("DELETE", `${path}/${id}`, blind)).status).toBe(404);
    const sighted = await api.signUpHolding(
      ...["update", "delete", "read_any", "update_any", "delete_any"].map(
        (action) => `${resource}:${action}`,
      ),
    );
    expect((await call("PATCH", `${path}/${id}`, sighted, change, { "If-Match": '"9"' })).status).toBe(412);
    expect((await call("PATCH", `${path}/${id}`, sighted, change)).status).toBe(200);
    expect((await call("DELETE", `${path}/${id}`, sighted)).status).toBe(204);
    expect((await call("POST", `${path}/${id}/restore`, blind)).status).toBe(404);
    expect((await call("POST", `${path}/${id}/restore`, sighted)).status).toBe(200);
  });
});

describe("a time entry of another user", () => {
  it("allows stopping and bulk changes only to callers who may read it", async () => {
    const { body } = await call("POST", "/time-entries/start", ada);
    const may = ["update", "delete", "update_any", "delete_any"].map((action) => `time_entries:${action}`);
    const blind = await api.signUpHolding("time_entries:create", ...may);
    const items = [
      { do: "update", id: body.id, values: { description: "x" } },
      { do: "delete", id: body.id },
    ];
    const refused = await call("POST", "/time-entries/bulk", blind, { items });
    expect(refused.body).toMatchObject({ results: [{ status: 404 }, { status: 404 }] });
    expect((await call("POST", `/time-entries/${body.id}/stop`, blind, {})).status).toBe(404);
    const sighted = await api.signUpHolding("time_entries:create", "time_entries:read_any", ...may);
    expect((await call("POST", `/time-entries/${body.id}/stop`, sighted, {})).status).toBe(200);
    const done = await call("POST", "/time-entries/bulk", sighted, { items });
    expect(done.body).toMatchObject({ results: [{ status: 200 }, { status: 204 }] });
  });

  it("reveals no times in a conflict to a caller who may not read it", async () => {
    const owner = await api.signUp();
    await call("PATCH", "/settings/time", owner, { allow_overlap: false });
    await call("POST", "/time-entries", owner, HOUR);
    const later = { started_at: "2026-01-01T10:00:00Z", ended_at: "2026-01-01T11:00:00Z" };
    const { body } = await call("POST", "/time-entries", owner, later);
    const blind = await api.signUpHolding("time_entries:update", "time_entries:update_any");
    for (const hour of ["06", "08"]) {
      const times = { started_at: `2026-01-01T${hour}:30:00Z`, ended_at: `2026-01-01T${hour}:45:00Z` };
      expect((await call("PATCH", `/time-entries/${body.id}`, blind, times)).status).toBe(404);
    }
  });

  it("looks like a deleted entry of the caller where a new entry has its id", async () => {
    const { body: theirs } = await call("POST", "/time-entries", await api.signUp(), HOUR);
    const { body: own } = await call("POST", "/time-entries", eve, HOUR);
    await call("DELETE", `/time-entries/${own.id}`, eve);
    const answers = await Promise.all(
      [theirs.id, own.id].map(async (id) => {
        const { status, body } = await call("POST", "/time-entries", eve, { ...HOUR, id });
        return { status, ...body, request_id: "" };
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({
      status: 409,
      error: "RESOURCE_ALREADY_EXISTS",
      message: expect.stringMatching(/new id/),
    });
  });
});
