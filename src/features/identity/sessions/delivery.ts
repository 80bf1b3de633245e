import type { Context } from "hono";
import { setDeviceCookie, setTokenCookies } from "../../../core/security/cookies.ts";
import type { AppEnv } from "../../../http/context.ts";
import type { SessionTokens } from "./service.ts";

/** Sets the token cookies, unless the session's delivery is `body`, and returns the tokens for the response body. */
export function deliverTokens(c: Context<AppEnv>, { access, refresh, delivery }: SessionTokens) {
  if (delivery !== "body") setTokenCookies(c, { access, refresh });
  return {
    ...(delivery !== "cookie" && { access_token: access, refresh_token: refresh }),
    token_type: "bearer" as const,
  };
}

/** Delivers the tokens of a new session, and sets the device cookie. Returns the response body. */
export function deliverNewSession<User>(
  c: Context<AppEnv>,
  { user, tokens, device }: { user: User; tokens: SessionTokens; device: string | undefined },
) {
  if (device !== undefined && tokens.delivery !== "body") setDeviceCookie(c, device);
  return { message: "Login successful", user, ...deliverTokens(c, tokens) };
}
