import { hc } from "hono/client";
import { beforeAll, expect, it } from "vitest";
import { type AppType, app } from "../../src/app.ts";
import { listRoleNames as listByRoutes } from "../examples/client.ts";
import { listRoleNames as listByDocument } from "../examples/openapi-client.ts";
import { createTestApi, PASSWORD, type TestApi } from "../support/api.ts";

const URL = "http://api.test";

let api: TestApi;
let fetcher: typeof fetch;
beforeAll(async () => {
  api = await createTestApi();
  fetcher = async (input, init) => app.fetch(new Request(input, init), api.bindings);
});

it("registers, signs in and reads the account, with the types of the routes", async () => {
  const visitor = hc<AppType>(URL, { fetch: fetcher });
  const username = `ada-${crypto.randomUUID()}`;
  const registered = await visitor.auth.register.$post({
    json: { email: `${username}@example.com`, username, password: PASSWORD },
  });
  if (registered.status !== 201) throw new Error(await registered.text());
  const created = await registered.json();

  const login = await visitor.auth.login.$post({ json: { username, password: PASSWORD } });
  if (login.status !== 200) throw new Error(await login.text());
  const { access_token } = await login.json();

  const client = hc<AppType>(URL, { fetch: fetcher, headers: { Authorization: `Bearer ${access_token}` } });
  const me = await client.auth.me.$get();
  if (me.status !== 200) throw new Error(await me.text());
  const account = await me.json();
  expect(account).toEqual(created);
  const names: string[] = account.roles.flatMap(({ permissions }) => permissions.map(({ name }) => name));
  expect(names).toContain("tasks:read");
});

it("distinguishes responses by their status", async () => {
  const { access } = await api.signUpHolding("roles:read");
  const client = hc<AppType>(URL, { fetch: fetcher, headers: { Authorization: `Bearer ${access}` } });
  const answer = await client.roles[":role_id"].$get({ param: { role_id: crypto.randomUUID() } });
  expect(answer.status).toBe(404);
  if (answer.status !== 404) return;
  const { error } = await answer.json();
  expect(error).toBe("RESOURCE_NOT_FOUND");
});

it("rejects invalid requests at compile time", () => {
  const client = hc<AppType>(URL);
  () => client.auth.me.password.$put({ json: { current_password: PASSWORD, new_password: PASSWORD } });
  // @ts-expect-error: no such route
  client.nowhere;
  // @ts-expect-error: no such method
  client.roles.$patch;
  // @ts-expect-error: a field is missing
  () => client.auth.login.$post({ json: { username: "ada" } });
  // @ts-expect-error: no such way to deliver tokens
  () => client.auth.login.$post({ json: { username: "ada", password: "x", token_delivery: "post" } });
});

it.each([
  ["the OpenAPI document", listByDocument],
  ["the routes", listByRoutes],
])("lists the roles as docs/typed-client.md shows, with types from %s", async (_, listRoleNames) => {
  const stranger = await api.signUpHolding();
  expect(await listRoleNames(URL, stranger.username, PASSWORD, fetcher)).toBeUndefined();
  const reader = await api.signUpHolding("roles:read");
  expect(await listRoleNames(URL, reader.username, PASSWORD, fetcher)).toEqual(
    expect.arrayContaining(["admin", "user", "viewer"]),
  );
});
