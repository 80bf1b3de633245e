import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await createTestApi();
  token = (await api.signUpHolding("superuser")).access;
});

type Body = { id: string; name: string; details?: { field: string }[] };
const call = <Answer = Body>(method: string, path: string, body?: unknown) =>
  api.call<Answer>(method, path, { token, body });

describe("the name of a permission", () => {
  it("is accepted with its parts if it matches them; * stands for *:*", async () => {
    const all = await call("POST", "/permissions", { resource: "*", action: "*", name: "*" });
    expect(all).toMatchObject({ status: 201, body: { name: "*" } });
    const spelled = await call("POST", "/permissions", { resource: "*", action: "*", name: "*:*" });
    expect(spelled).toMatchObject({ status: 422, body: { details: [{ field: "body.name" }] } });
  });

  it.each([
    [{ action: "write" }, "body.resource"],
    [{ resource: "invoices" }, "body.action"],
    [{ name: "invoices:write" }, "body.name"],
  ])("rejects a change of only some parts: %j", async (change, field) => {
    const { id, name } = (
      await call("POST", "/permissions", { resource: crypto.randomUUID(), action: "read" })
    ).body;
    const answer = await call("PUT", `/permissions/${id}`, change);
    expect(answer).toMatchObject({ status: 422, body: { details: [{ field }] } });
    expect((await call("GET", `/permissions/${id}`)).body.name).toBe(name);
  });

  it("is found by its beginning, in any case, with % and _ as literals", async () => {
    await call("POST", "/permissions", { resource: "zinc_sheets", action: "read" });
    await call("POST", "/permissions", { resource: "zincxsheets", action: "read" });
    const found = async (q: string) => {
      const { body } = await call<Body[]>("GET", `/permissions?q=${encodeURIComponent(q)}`);
      return body.map(({ name }) => name);
    };
    expect(await found("ZINC_")).toEqual(["zinc_sheets:read"]);
    expect(await found("zinc")).toEqual(["zinc_sheets:read", "zincxsheets:read"]);
    expect(await found("%sheets")).toEqual([]);
  });
});
