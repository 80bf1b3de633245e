import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
});

const NOTHING = "00000000-0000-0000-0000-000000000000";
const call = (method: string, path: string, body?: unknown, headers = {}) =>
  api.call<Record<string, unknown> & { id: string }>(method, path, { token: root.access, body, headers });
const resource = () => `r${crypto.randomUUID()}`;

describe("a permission", () => {
  it("is created with or without their name, read by id, name and resource, updated and deleted", async () => {
    const res = resource();
    const created = await call("POST", "/permissions/", {
      name: `${res}:read`,
      resource: res,
      action: "read",
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      name: `${res}:read`,
      resource: res,
      action: "read",
      description: null,
    });
    const { id } = created.body;
    await call("POST", "/permissions", { resource: res, action: "write" });
    expect((await call("GET", `/permissions/${id}`)).body).toEqual(created.body);
    expect((await call("GET", `/permissions/name/${res}:read`)).body.id).toBe(id);
    const ofResource = await call("GET", `/permissions/resource/${res}`);
    expect(ofResource.body).toMatchObject([
      { resource: res, action: "read" },
      { resource: res, action: "write" },
    ]);
    expect(ofResource.headers.get("X-Total-Count")).toBe("2");
    const changed = await call("PUT", `/permissions/${id}`, {
      resource: res,
      action: "list",
      description: "d",
    });
    expect(changed.body).toMatchObject({
      name: `${res}:list`,
      description: "d",
      updated_at: expect.any(String),
    });
    expect((await call("DELETE", `/permissions/${id}`)).status).toBe(204);
    expect((await call("GET", `/permissions/${id}`)).status).toBe(404);
    expect((await call("POST", `/permissions/${id}/restore`)).body).toMatchObject({ name: `${res}:list` });
  });

  it("has a unique name, even if renamed or restored [PERMISSION-1]", async () => {
    const res = resource();
    const make = (action: string) => call("POST", "/permissions", { resource: res, action });
    const [read, write] = [await make("read"), await make("write")];
    expect((await make("READ")).body.error).toBe("RESOURCE_ALREADY_EXISTS");
    const renamed = await call("PUT", `/permissions/${write.body.id}`, { resource: res, action: "read" });
    expect(renamed).toMatchObject({ status: 409, body: { error: "RESOURCE_ALREADY_EXISTS" } });
    await call("DELETE", `/permissions/${read.body.id}`);
    expect((await make("read")).status).toBe(201);
    expect((await call("POST", `/permissions/${read.body.id}/restore`)).status).toBe(409);
  });

  it("accepts wildcards: resource:* and *", async () => {
    const res = resource();
    expect((await call("POST", "/permissions", { resource: res, action: "*" })).body.name).toBe(`${res}:*`);
    expect((await call("POST", "/permissions", { resource: "*", action: "*" })).body.name).toBe("*");
    expect((await call("GET", "/permissions/name/*")).body.name).toBe("*");
  });

  it.each([
    [{ resource: "*", action: "read" }, "body.action"],
    [{ resource: "a:b", action: "read" }, "body.resource"],
    [{ resource: "ab*", action: "read" }, "body.resource"],
    [{ resource: "", action: "read" }, "body.resource"],
    [{ resource: "a".repeat(51), action: "read" }, "body.resource"],
    [{ resource: "tasks", action: "read", name: "tasks:write" }, "body.name"],
    [{ resource: "tasks", action: "x", description: "d".repeat(256) }, "body.description"],
    [{ resource: "tasks" }, "body.action"],
  ])("rejects %j", async (body, field) => {
    const answer = await call("POST", "/permissions", body);
    expect(answer.status).toBe(422);
    expect(answer.body.details).toMatchObject([{ field }]);
  });

  it("answers 404 for unknown ids", async () => {
    expect((await call("GET", `/permissions/${NOTHING}`)).body.error).toBe("RESOURCE_NOT_FOUND");
    expect((await call("GET", "/permissions/name/no:such")).body.error).toBe("RESOURCE_NOT_FOUND");
    expect((await call("PUT", `/permissions/${NOTHING}`, { description: "d" })).status).toBe(404);
    expect((await call("DELETE", `/permissions/${NOTHING}`)).status).toBe(404);
    expect((await call("GET", "/permissions/resource/none")).body).toEqual([]);
  });

  it("rejects a stale If-Match", async () => {
    const created = await call("POST", "/permissions", { resource: resource(), action: "read" });
    const seen = { "If-Match": created.headers.get("ETag") ?? "" };
    const path = `/permissions/${created.body.id}`;
    expect((await call("PUT", path, { description: "a" }, seen)).status).toBe(200);
    expect((await call("PUT", path, { description: "b" }, seen)).body.error).toBe("PRECONDITION_FAILED");
    expect((await call("GET", path)).body.description).toBe("a");
  });

  it("requires name, resource and action together to be renamed", async () => {
    const { id } = (await call("POST", "/permissions", { resource: resource(), action: "read" })).body;
    expect((await call("PUT", `/permissions/${id}`, { action: "write" })).status).toBe(422);
    expect((await call("PUT", `/permissions/${id}`, { name: "a:b" })).status).toBe(422);
  });
});
