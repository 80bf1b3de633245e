import createClient from "openapi-fetch";
import type { paths } from "./api.d.ts";

/** Signs in and returns the names of the roles, or undefined if this account may not list roles. */
export async function listRoleNames(baseUrl: string, username: string, password: string, fetcher = fetch) {
  const anonymousClient = createClient<paths>({ baseUrl, fetch: fetcher });
  const login = await anonymousClient.POST("/auth/login", {
    body: { username, password, token_delivery: "body" },
  });
  if (login.error) throw new Error(login.error.message);
  if (!("access_token" in login.data)) throw new Error("This account requires a second factor.");

  const headers = { Authorization: `Bearer ${login.data.access_token}` };
  const client = createClient<paths>({ baseUrl, fetch: fetcher, headers });
  const { data, error, response } = await client.GET("/roles", {
    params: { query: { sort: "name", limit: 20 } },
  });
  if (response.status === 403) return undefined;
  if (error) throw new Error(error.message);
  return data.map(({ name }) => name);
}
