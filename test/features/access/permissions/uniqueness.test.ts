import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
});

const call = (method: string, path: string, body?: unknown) =>
  api.call<{ id: string; error?: string }>(method, path, { token: root.access, body });

it("rejects a duplicate resource and action in the database [PERMISSION-2]", async () => {
  const twice = sql`insert into permissions (resource, action) values ('Tasks', 'READ')`;
  await expect(api.db.execute(twice)).rejects.toMatchObject({ cause: { code: "23505" } });
  const renamed = sql`update permissions set action = 'read' where name = 'tasks:update'`;
  await expect(api.db.execute(renamed)).rejects.toMatchObject({ cause: { code: "23505" } });
});

it("creates only one of six permissions with the same name concurrently [PERMISSION-3]", async () => {
  const resource = `r${crypto.randomUUID()}`;
  const made = await Promise.all(
    Array.from({ length: 6 }, (_, n) => call("POST", "/permissions", { resource, action: `a${n}` })),
  );
  const answers = await Promise.all(
    made.map(({ body }) => call("PUT", `/permissions/${body.id}`, { resource, action: "read" })),
  );
  expect(answers.map(({ status, body }) => `${status} ${body.error ?? ""}`).sort()).toEqual([
    "200 ",
    ...Array(5).fill("409 RESOURCE_ALREADY_EXISTS"),
  ]);
});
