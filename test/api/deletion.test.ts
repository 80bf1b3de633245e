import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/api.ts";

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
});

const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";
const call = (method: string, path: string, body?: unknown, token = root.access) =>
  api.call<Record<string, unknown> & { id: string }>(method, path, { token, body });
const ABSENT = { status: 404, body: { error: "RESOURCE_NOT_FOUND" } };

it.each(["/auth/users", "/roles", "/permissions"])(
  "answers 404 to the deletion of an unknown record in %s [DELETE-5]",
  async (path) => {
    expect(await call("DELETE", `${path}/${UNKNOWN_ID}`)).toMatchObject(ABSENT);
  },
);

describe("a deleted role", () => {
  it("grants nothing from the next request on, and appears nowhere [DELETE-1]", async () => {
    const user = await api.signUpHolding("roles:read");
    expect((await call("GET", "/roles", undefined, user.access)).status).toBe(200);
    expect((await call("DELETE", `/roles/${user.roleId}`)).status).toBe(204);
    expect((await call("GET", "/roles", undefined, user.access)).body.error).toBe("PERMISSION_DENIED");
    expect((await call("GET", `/auth/users/${user.id}`)).body.roles).toEqual([]);
    expect((await call("GET", `/roles?q=${user.roleId}`)).body).toEqual([]);
    expect(await call("GET", `/roles/name/${user.roleId}`)).toMatchObject(ABSENT);
  });

  it("rejects assignments and changes [DELETE-2]", async () => {
    const { roleId } = await api.signUpHolding("roles:read");
    const user = await api.signUp();
    await call("DELETE", `/roles/${roleId}`);
    const assignment = await call("POST", `/auth/users/${user.id}/roles`, { role_ids: [roleId] });
    expect(assignment).toMatchObject(ABSENT);
    expect((await call("GET", `/auth/users/${user.id}`)).body.roles).toMatchObject([{ name: "user" }]);
    expect(await call("PUT", `/roles/${roleId}`, { description: "changed" })).toMatchObject(ABSENT);
    expect(await call("POST", `/roles/${roleId}/permissions`, { permission_ids: [] })).toMatchObject(ABSENT);
  });
});

describe("a deleted permission", () => {
  const made = async () => {
    const parts = { resource: `r${crypto.randomUUID()}`, action: "read" };
    return (await call("POST", "/permissions", parts)).body;
  };

  it("disappears from all roles, and grants nothing from the next request on [DELETE-3]", async () => {
    const own = await createTestApi();
    const chief = await own.signUpHolding("superuser");
    const user = await own.signUpHolding("roles:read", "tasks:read");
    const asChief = (method: string, path: string) => own.call(method, path, { token: chief.access });
    const { body } = await asChief("GET", "/permissions/name/roles:read");
    expect((await own.call("GET", "/roles", { token: user.access })).status).toBe(200);
    expect((await asChief("DELETE", `/permissions/${body.id}`)).status).toBe(204);
    expect((await own.call("GET", "/roles", { token: user.access })).status).toBe(403);
    const role = await asChief("GET", `/roles/${user.roleId}`);
    expect(role.body.permissions).toMatchObject([{ name: "tasks:read" }]);
    expect((await asChief("GET", "/permissions/resource/roles")).text).not.toContain("roles:read");
  });

  it("rejects every grant, like an unknown permission [DELETE-4]", async () => {
    const { id } = await made();
    await call("DELETE", `/permissions/${id}`);
    const role = (await call("POST", "/roles", { name: crypto.randomUUID() })).body;
    for (const absent of [id, UNKNOWN_ID]) {
      const permissions = { permission_ids: [absent] };
      for (const answer of [
        await call("POST", "/roles", { name: crypto.randomUUID(), ...permissions }),
        await call("PUT", `/roles/${role.id}`, permissions),
        await call("POST", `/roles/${role.id}/permissions`, permissions),
        await call("POST", `/roles/${role.id}/permissions/${absent}`),
      ]) {
        expect(answer).toMatchObject(ABSENT);
      }
    }
    expect((await call("GET", `/roles/${role.id}`)).body.permissions).toEqual([]);
  });
});
