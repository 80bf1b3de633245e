import type { Context } from "hono";
import { setDeviceCookie, setTokenCookies } from "../../../core/security/cookies.ts";
import type { AppEnv } from "../../../http/context.ts";
import type { SessionTokens } from "./service.ts";

/** Sets the cookies, unless the session wants none, and returns what goes into the body. */
export function deliver(c: Context<AppEnv>, { access, refresh, delivery }: SessionTokens) {
  if (delivery !== "body") setTokenCookies(c, { access, refresh });
  return {
    ...(delivery !== "cookie" && { access_token: access, refresh_token: refresh }),
    token_type: "bearer" as const,
  };
}

/** The same for a session that was just opened; its browser is named, too. The body of the answer. */
export function deliverFirst<User>(
  c: Context<AppEnv>,
  { user, tokens, device }: { user: User; tokens: SessionTokens; device: string | undefined },
) {
  if (device !== undefined && tokens.delivery !== "body") setDeviceCookie(c, device);
  return { message: "Login successful", user, ...deliver(c, tokens) };
}
