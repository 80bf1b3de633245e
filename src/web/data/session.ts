import { useQuery } from "@tanstack/preact-query";
import { api, call, handleSession, refresh } from "../api/client.ts";
import type { Schemas } from "../api/types.ts";
import { queries } from "./client.ts";

type SessionState = Schemas["SessionState"];
export type User = Schemas["UserResponse"];

const KEY = ["session"];
const SIGNED_OUT: SessionState = {
  user: null,
  can_refresh: false,
  permissions: [],
  settings: null,
  running: null,
};

/** Tells the other tabs that a user has signed in or out. */
const channel = new BroadcastChannel("session");

/** Time at which the next request of the session is sent at the earliest: the page itself sends the first one, before any script runs. */
let earliest: number | undefined = performance.timeOrigin;

async function load(): Promise<SessionState> {
  const sentAt = earliest ?? Date.now();
  earliest = undefined;
  const state = await call(api.GET("/auth/session"));
  if (state.user || !state.can_refresh) return state;
  return (await refresh(sentAt)) ? call(api.GET("/auth/session")) : SIGNED_OUT;
}

const QUERY = { queryKey: KEY, queryFn: load, staleTime: 60_000 };

/** Begins to load the session, before the page is there to show it. */
export const prefetchSession = (): Promise<void> => queries.prefetchQuery(QUERY);

/** Returns the session. */
export const useSession = () => useQuery(QUERY, queries);

/** Returns the user of a page that requires one. */
export function useUser(): User {
  const { data } = useSession();
  if (!data?.user) throw new Error("The page requires a user.");
  return data.user;
}

/** Returns the id of the user whose session is loaded. */
export const sessionUserId = (): string | undefined => queries.getQueryData<SessionState>(KEY)?.user?.id;

/** Returns the id of the user who is signed in now, also if that was in another tab. */
export const findUserId = async (): Promise<string | undefined> =>
  (await queries.fetchQuery({ ...QUERY, staleTime: 15_000, retry: false })).user?.id;

/** Loads the session again after a change of the account. */
export const reloadSession = (): Promise<void> => queries.invalidateQueries({ queryKey: KEY });

/** Forgets what was loaded for a user, except the session, which pages observe. */
function forgetData(): void {
  const others = queries.getQueryCache().findAll({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
  for (const query of others) queries.getQueryCache().remove(query);
}

/** Loads the session of a user who has just signed in. */
export async function enterSession(): Promise<void> {
  forgetData();
  await queries.fetchQuery({ ...QUERY, staleTime: 0 });
  channel.postMessage("changed");
}

/** Forgets the session, and with it all that was loaded for its user. */
const leaveSession = (): unknown => queries.setQueryData(KEY, SIGNED_OUT);

/** Forgets the data of a user once the session belongs to another user or has ended, also after a sign-in in another tab. */
function watchUser(): void {
  let known = sessionUserId();
  queries.getQueryCache().subscribe(({ query }) => {
    const present = sessionUserId();
    if (query.queryKey[0] !== KEY[0] || present === known) return;
    const wasSignedIn = known !== undefined;
    known = present;
    if (wasSignedIn) forgetData();
  });
}

/**
 * Ends the session, and loads the sign-in page, so that nothing of the user stays in memory; with `forget`, which deletes it, nor in the
 * browser. `clear` also lets the browser delete all that the app stored.
 */
export async function signOut(forget?: () => Promise<unknown>, clear = false): Promise<void> {
  const params = { query: clear ? { clear_storage: true } : {} };
  await call(api.POST("/auth/logout", { params }));
  await forget?.();
  channel.postMessage("changed");
  location.assign("/app/sign-in");
}

/** Connects the session to the client, and to the other tabs. */
export function watchSession(): void {
  handleSession({ endSession: leaveSession });
  watchUser();
  channel.addEventListener("message", () => void queries.invalidateQueries({ queryKey: KEY }));
}
