import { hc } from "hono/client";
import type { AppType } from "../../src/app.ts";

/** Signs in and returns the names of the roles, or undefined if this account may not list roles. */
export async function listRoleNames(url: string, username: string, password: string, fetcher = fetch) {
  const anonymousClient = hc<AppType>(url, { fetch: fetcher });
  const login = await anonymousClient.auth.login.$post({
    json: { username, password, token_delivery: "body" },
  });
  if (login.status !== 200) throw new Error((await login.json()).message);
  const { access_token } = await login.json();

  const client = hc<AppType>(url, { fetch: fetcher, headers: { Authorization: `Bearer ${access_token}` } });
  const roles = await client.roles.$get({ query: { sort: "name", limit: "20" } });
  if (roles.status === 403) return undefined;
  if (roles.status !== 200) throw new Error((await roles.json()).message);
  return (await roles.json()).map(({ name }) => name);
}
