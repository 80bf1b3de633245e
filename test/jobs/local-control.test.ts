import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { control } from "../../src/cli/local/workerd/entry.ts";
import { createTestApi } from "../support/api.ts";

/** Tests the commands that the parent process of `npm start` sends to the Worker. */

const SECRET = "secret-of-this-test";

/** Sends a command, and waits for the work that it starts. */
async function send(path: string, bindings: Record<string, unknown>, authorization?: string) {
  const headers = new Headers(authorization === undefined ? {} : { Authorization: authorization });
  const context = createExecutionContext();
  const request = new Request(`http://127.0.0.1${path}`, { method: "POST", headers });
  const answer = await control.fetch(request, bindings, context);
  await waitOnExecutionContext(context);
  return answer;
}

it("runs the maintenance for the holder of the secret", async () => {
  const api = await createTestApi();
  await api.db.execute(sql`delete from role_permissions`);
  await api.db.execute(sql`delete from roles`);
  const bindings = { ...api.bindings, CONTROL_SECRET: SECRET };
  expect((await send("/schedule", bindings, `Bearer ${SECRET}`)).status).toBe(202);
  const { rows } = await api.db.execute(sql`select name from roles order by name`);
  expect(rows).toEqual([{ name: "admin" }, { name: "user" }, { name: "viewer" }]);
});

it.each([
  ["no secret", undefined, SECRET],
  ["another secret", "Bearer secret-of-this-tesT", SECRET],
  ["a longer secret", `Bearer ${SECRET}s`, SECRET],
  ["an undefined secret", "Bearer undefined", undefined],
  ["an empty secret", "Bearer ", ""],
])("refuses a command with %s", async (_, authorization, secret) => {
  for (const path of ["/schedule", "/idle"])
    expect((await send(path, { CONTROL_SECRET: secret }, authorization)).status).toBe(403);
});

it("answers 404 to an unknown command", async () => {
  expect((await send("/", { CONTROL_SECRET: SECRET }, `Bearer ${SECRET}`)).status).toBe(404);
});
