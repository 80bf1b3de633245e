import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/api.ts";
import { OPERATIONS } from "../support/documented.ts";
import type { Parts } from "../support/fixtures.ts";
import { send, type ValidRequests, validRequests } from "../support/requests.ts";

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
let valid: ValidRequests;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
  valid = validRequests(api, root);
});

/** Returns a value with the letters of all ids in capitals, as RFC 9562 (4) lets a client send them. Mailed tokens stay as they are. */
const inCapitals = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (name, part) =>
    name !== "token" && typeof part === "string" && part.replace(UUID, "") === "" ? part.toUpperCase() : part,
  );

describe("ids in capitals", () => {
  it.each(OPERATIONS.map(({ operationId, isPublic }) => ({ operationId, isPublic })))(
    "finds in $operationId the record of the lower-case id",
    async ({ operationId, isPublic }) => {
      const actor = isPublic || operationId === "deleteMe" ? await api.signUp() : root;
      const parts = await valid(operationId, actor);
      const query = parts.query?.replace(UUID, (id) => id.toUpperCase());
      const { params, body } = inCapitals({ params: parts.params, body: parts.body }) as Parts;
      const sent = { ...parts, ...(params && { params }), ...(body !== undefined && { body }) };
      const { status } = await send(api, operationId, { ...sent, ...(query && { query }) }, actor.access);
      expect(status).toBeLessThan(300);
    },
  );

  it("keeps administrators from deleting or deactivating their own account", async () => {
    const admin = await api.signUpHolding("users:update", "users:delete");
    const path = `/auth/users/${admin.id.toUpperCase()}`;
    for (const [method, route, body] of [
      ["DELETE", path, undefined],
      ["POST", `${path}/deactivate`, undefined],
      ["PUT", path, { is_active: false }],
    ] as const) {
      const answer = await api.call(method, route, { token: admin.access, body });
      expect(answer, route).toMatchObject({ status: 400, body: { error: "BUSINESS_LOGIC_ERROR" } });
    }
  });

  it.each(["clients", "projects", "tasks", "tags", "time-entries", "goals"])(
    "selects the caller's own %s without the permission to read those of other users",
    async (resource) => {
      const caller = await api.signUpHolding(`${resource.replace("-", "_")}:read`);
      const path = `/${resource}?owner_id=${caller.id.toUpperCase()}`;
      expect((await api.call("GET", path, { token: caller.access })).status).toBe(200);
    },
  );

  it("treats both cases of an id as one record", async () => {
    const { body: roles } = await api.call<{ id: string }[]>("GET", "/roles", { token: root.access });
    const [{ id } = { id: "" }] = roles;
    const user = await api.signUp();
    const answer = await api.call("POST", `/auth/users/${user.id}/roles`, {
      token: root.access,
      body: { role_ids: [id, id.toUpperCase()] },
    });
    expect(answer).toMatchObject({ status: 200, body: { roles: [{ id }] } });
  });
});
