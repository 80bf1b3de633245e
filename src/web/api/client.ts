import createClient from "openapi-fetch";
import { ApiError, errorOf } from "./errors.ts";
import type { paths } from "./types.ts";

/** The API's address for this app, so that its short paths may one day change. */
const BASE = "/api/v1";

/** Time of the last refresh by any tab, in the storage that tabs share. */
const REFRESHED_AT = "refreshed-at";

/** Time within which other tabs see a change of the storage. */
const STORAGE_MS = 200;

/** Paths whose 401 is about what was entered, not about the session. */
const SIGN_IN = /\/auth\/(?:login|refresh|logout)/;

type Ask = () => Promise<boolean>;

/** Functions of the page that the client calls. */
const handlers: { askForProof: Ask; endSession: () => void } = {
  askForProof: async () => false,
  endSession: () => {},
};

/** Sets the function that asks the user to reauthenticate, and the one that is called when the session has ended. */
export function handleSession(given: Partial<typeof handlers>): void {
  Object.assign(handlers, given);
}

/** The typed client. Requests of an expired session refresh it, and those that need recent authentication ask for it; then they repeat. */
export const api = createClient<paths>({ baseUrl: BASE, fetch: send });

async function send(request: Request): Promise<Response> {
  const sentAt = Date.now();
  const copies = [request.clone(), request.clone()];
  let response = await sendOnce(request);
  if ((await isExpired(request, response)) && (await refresh(sentAt)) && copies[0])
    response = await sendOnce(copies[0]);
  if ((await codeOf(response)) === "REAUTHENTICATION_REQUIRED" && (await handlers.askForProof()) && copies[1])
    response = await sendOnce(copies[1]);
  return response;
}

const sendOnce = (request: Request): Promise<Response> =>
  fetch(request).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError("OFFLINE");
  });

async function isExpired({ url }: Request, response: Response): Promise<boolean> {
  if (response.status !== 401 || SIGN_IN.test(url)) return false;
  return ["INVALID_TOKEN", "TOKEN_EXPIRED"].includes((await codeOf(response)) ?? "");
}

async function codeOf(response: Response): Promise<string | undefined> {
  if (response.status !== 401) return undefined;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return errorOf(response, body).code;
}

let refreshing: Promise<boolean> | undefined;

/**
 * Refreshes the session once for all requests that wait, also of other tabs, and returns whether it is live. A refresh after `since`, the
 * time when a refused request was sent, counts.
 *
 * @throws ApiError if the answer doesn't tell
 */
export function refresh(since: number): Promise<boolean> {
  refreshing ??= inTurn(() => refreshNow(since)).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

/**
 * Runs `work` while no other tab does. Without https, a browser has no locks; the API then keeps concurrent refreshes apart. Browsers write
 * to the storage of other tabs with a delay, so the lock is kept a little longer.
 */
function inTurn(work: Ask): Promise<boolean> {
  if (!navigator.locks) return work();
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  void navigator.locks.request("refresh", async () => {
    await work().then(resolve, reject);
    await new Promise((release) => setTimeout(release, STORAGE_MS));
  });
  return promise;
}

async function refreshNow(since: number): Promise<boolean> {
  if (Number(localStorage.getItem(REFRESHED_AT)) > since) return true;
  const response = await sendOnce(new Request(`${BASE}/auth/refresh`, { method: "POST" }));
  if (response.ok) {
    localStorage.setItem(REFRESHED_AT, String(Date.now()));
    return true;
  }
  const error = errorOf(response, await response.json().catch(() => undefined));
  if (response.status !== 401 && response.status !== 403) throw error;
  handlers.endSession();
  return false;
}

type Answer<Data> = { data?: Data | undefined; error?: unknown; response: Response };

/** Returns the data of an answer. @throws ApiError */
export async function call<Data>(answer: Promise<Answer<Data>>): Promise<Data> {
  return (await callTagged(answer)).data;
}

/** Returns a page of a list, and the cursor of the next page if there is one. @throws ApiError */
export async function callPage<Data>(
  answer: Promise<Answer<Data>>,
): Promise<{ data: Data; next: string | undefined }> {
  const { data, error, response } = await answer;
  if (!response.ok) throw errorOf(response, error);
  const [, address = ""] = /<([^>]+)>; rel="next"/.exec(response.headers.get("Link") ?? "") ?? [];
  const cursor = new URL(address, location.origin).searchParams.get("cursor");
  return { data: data as Data, next: cursor ?? undefined };
}

/** Returns the data of an answer and its ETag, for `If-Match`. @throws ApiError */
export async function callTagged<Data>(answer: Promise<Answer<Data>>): Promise<{ data: Data; tag: string }> {
  const { data, error, response } = await answer;
  if (!response.ok) throw errorOf(response, error);
  return { data: data as Data, tag: response.headers.get("ETag") ?? "*" };
}
