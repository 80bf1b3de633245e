import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { TestApi } from "../support/api.ts";

// An application of this file's own: the shared one accepts no more routes after its first request.
vi.resetModules();
const { app } = await import("../../src/app.ts");
const { signIns } = await import("../examples/sign-ins/routes.ts");
const { createTestApi } = await import("../support/api.ts");

// The line that docs/permissions.md adds to parts/.
app.route("/sign-ins", signIns);

let api: TestApi;
let ada: Awaited<ReturnType<TestApi["signUp"]>>;
let bob: typeof ada;
beforeAll(async () => {
  api = await createTestApi();
  [ada, bob] = [await api.signUp(), await api.signUp()];
});
// The files after this one load the usual application.
afterAll(() => {
  vi.resetModules();
});

interface SignIn {
  id: string;
}

const listMine = (token?: string) => api.call<SignIn[]>("GET", "/sign-ins", { token });

describe("the example of docs/permissions.md", () => {
  it("shows users their own record, and rejects unauthenticated callers", async () => {
    expect((await listMine(ada.access)).body).toHaveLength(1);
    const { status, body } = await api.call("GET", "/sign-ins");
    expect([status, body.error]).toEqual([401, "INVALID_TOKEN"]);
  });

  it("answers 404 for another user's record and for a missing one", async () => {
    const [own] = (await listMine(bob.access)).body;
    const path = `/sign-ins/${own?.id}`;
    expect((await api.call("GET", path, { token: bob.access })).status).toBe(200);
    const others = await api.call("GET", path, { token: ada.access });
    const absent = await api.call("GET", `/sign-ins/${crypto.randomUUID()}`, { token: ada.access });
    expect([others.status, others.body.error, others.body.message]).toEqual([
      404,
      "RESOURCE_NOT_FOUND",
      absent.body.message,
    ]);
  });

  it("shows other users' records to holders of the permission, from the next request on", async () => {
    const path = `/sign-ins/of/${ada.id}`;
    expect((await api.call("GET", path, { token: bob.access })).body.error).toBe("PERMISSION_DENIED");
    const reader = await api.signUpHolding("users:read");
    expect((await api.call<SignIn[]>("GET", path, { token: reader.access })).body).toHaveLength(1);
    expect((await api.call("GET", `/sign-ins/of/x`, { token: bob.access })).status).toBe(403);
  });

  it("makes one round trip", async () => {
    expect(await api.roundTripsOf(() => listMine(ada.access))).toBe(1);
  });

  it("documents its permissions", async () => {
    const { body } = await api.call<{ paths: Record<string, { get: { description?: string } }> }>(
      "GET",
      "/openapi.json",
    );
    expect(body.paths["/sign-ins/of/{user_id}"]?.get.description).toBe("Requires `users:read`.");
  });
});
