import { expect } from "vitest";
import type { TestApi } from "./api.ts";

/** Path of the current user's WakaTime routes. */
export const WAKATIME = "/compat/wakatime/v1/users/current";

/** Returns the seconds since 1970 of an instant in ISO 8601. */
export const unixTime = (instant: string) => Date.parse(instant) / 1000;

/** Response to a batch of heartbeats: the result and the status of each. */
export interface BatchResponse {
  responses: [{ data?: { id: string }; errors?: Record<string, string[]> }, number][];
}

/** Returns a heartbeat of a file of the project `tracker`. */
export const beat = (time: number | string, fields: object = {}) => ({
  entity: "/src/app.ts",
  type: "file",
  project: "tracker",
  language: "TypeScript",
  category: "coding",
  time,
  ...fields,
});

/** Signs up a user, and creates an API key with these scopes. */
export async function signUpWithKey(api: TestApi, scopes: string[] = ["ingest", "read"]) {
  const owner = await api.signUp();
  return { ...owner, key: await keyOf(api, owner, scopes) };
}

/** Creates an API key of `owner`. */
export async function keyOf(api: TestApi, owner: { access: string }, scopes: string[]) {
  const body = { name: "editor", scopes, format: "wakatime" };
  const created = await api.call<{ token: string }>("POST", "/auth/tokens", { token: owner.access, body });
  expect(created.status, created.text).toBe(201);
  return created.body.token;
}

/** Sends heartbeats in a batch, as wakatime-cli does. */
export function sendBatch(api: TestApi, key: string, body: unknown, headers: Record<string, string> = {}) {
  return api.call<BatchResponse>("POST", `${WAKATIME}/heartbeats.bulk`, {
    body,
    headers: {
      Authorization: `Basic ${btoa(key)}`,
      "User-Agent": "wakatime/v1.98.5 (linux-6.1.0-x86_64) go1.22.3 vim/9.1 vim-wakatime/11.1.1",
      "X-Machine-Name": "lovelace",
      ...headers,
    },
  });
}

/** Sends heartbeats in a batch, and expects that all are accepted. */
export async function sendAll(api: TestApi, key: string, heartbeats: object[]) {
  const answer = await sendBatch(api, key, heartbeats);
  expect(answer.status, answer.text).toBe(201);
  expect(answer.body.responses.map(([, status]) => status)).toEqual(heartbeats.map(() => 201));
  return answer;
}

/** Returns the body of a GET request below `/users/current` with an API key. */
export async function ask<Body>(api: TestApi, key: string, path: string) {
  const answer = await api.call<Body>("GET", `${WAKATIME}/${path}`, { token: key });
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}
