import { createRoute } from "@hono/zod-openapi";
import { tokenCookie } from "../../../core/security/cookies.ts";
import type { Principal } from "../../../core/security/principal.ts";
import { anyoneOrSignedIn } from "../../../guard/guard.ts";
import { errors, GUARD_ERRORS, json } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { SessionState } from "./schemas.ts";
import { getSessionState } from "./service.ts";

const read = createRoute({
  method: "get",
  path: "/",
  operationId: "getSessionState",
  summary: "Get the state of the session",
  description:
    "Returns all that a page needs when it opens. Without a valid access cookie, the response is 200 with `user` null, and `can_refresh` tells whether `POST /auth/refresh` is worth a try. Credentials in the header must be valid.",
  tags: ["Authentication"],
  ...anyoneOrSignedIn(),
  responses: { 200: json(SessionState, "The state of the session"), ...errors(...GUARD_ERRORS) },
});

export const sessionState = createRouter().openapi(read, async (c) => {
  const principal = c.get("principal") as Principal | undefined;
  const cookies = {
    refreshToken: tokenCookie(c, "refresh"),
    isBrowser: c.req.header("Authorization") === undefined,
  };
  return c.json(await getSessionState({ ...c.var, principal }, cookies), 200);
});
