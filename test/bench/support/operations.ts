import { ADMINISTRATOR, PASSWORD } from "./arena.ts";
import { bodyOf, type Client } from "./client.ts";
import type { Work } from "./load.ts";

interface Tokens {
  access_token: string;
  refresh_token: string;
}

export const OPERATIONS = ["health", "me", "list", "login", "refresh"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Number of requests after which V8 has compiled an operation's code; a sign-in needs few, because it mostly computes a hash. */
export const WARM_UP_REQUESTS: Record<Operation, number> = {
  health: 5_000,
  me: 3_000,
  list: 3_000,
  login: 200,
  refresh: 3_000,
};
export const WARM_UP_MS_MAX = 15_000;

/** Number of users who sign in: few enough to exist in every database. */
const SIGNING_IN = 1_000;

let signIns = 0;

/** Returns the work of one client that repeats `operation`, for either system. */
export async function workOf(operation: Operation, client: Client): Promise<Work> {
  const signIn = async (username: string) => {
    const body = { username, password: PASSWORD, token_delivery: "body" };
    return bodyOf<Tokens>(await client.send({ method: "POST", path: "/auth/login", body }));
  };
  const get = (path: string, token?: string) => async () =>
    bodyOf<unknown>(await client.send({ path, ...(token !== undefined && { token }) }));
  const nextUser = () => `user${2 + (signIns++ % (SIGNING_IN - 1))}`;
  switch (operation) {
    case "health":
      return get("/health");
    case "me":
      return get("/auth/me", (await signIn(nextUser())).access_token);
    case "list":
      return get("/auth/users?limit=50", (await signIn(ADMINISTRATOR)).access_token);
    case "login":
      return () => signIn(nextUser());
    case "refresh": {
      let { refresh_token } = await signIn(nextUser());
      return async () => {
        const body = { refresh_token };
        ({ refresh_token } = bodyOf<Tokens>(
          await client.send({ method: "POST", path: "/auth/refresh", body }),
        ));
      };
    }
  }
}
