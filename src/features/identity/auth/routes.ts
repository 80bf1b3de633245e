import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { unauthenticated } from "../../../core/errors.ts";
import { clearTokenCookies, deviceCookie, tokenCookie } from "../../../core/security/cookies.ts";
import { anyone, inPerson, signedIn } from "../../../guard/guard.ts";
import { idempotent } from "../../../guard/idempotency.ts";
import type { AppEnv } from "../../../http/context.ts";
import { sendTagged, tagHeaders } from "../../../http/etag.ts";
import { finish } from "../../../http/finish.ts";
import { requireSameOrigin } from "../../../http/middleware/same-origin.ts";
import {
  BODY_ERRORS,
  body,
  errors,
  errorsWithoutDatabase,
  GUARD_ERRORS,
  IDEMPOTENCY_ERRORS,
  json,
  NO_CONTENT,
  RECENT_ERRORS,
} from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { Message } from "../../../http/schema-parts.ts";
import { SecondFactorRequired } from "../factors/sign-in/schemas.ts";
import { PasskeyRequestOptions } from "../passkeys/schemas.ts";
import { deliverNewSession, deliverTokens } from "../sessions/delivery.ts";
import { LoginResponse, Token } from "../sessions/schemas.ts";
import { RefreshRefused, refreshSession } from "../sessions/service.ts";
import { UpdateProfile, UserResponse } from "../users/schemas.ts";
import { deleteSelf, getSelf, updateSelf } from "../users/service.ts";
import {
  ChangePassword,
  clearingHeaders,
  Login,
  LogoutQuery,
  PublicSettings,
  Reauthenticate,
  Refresh,
  Register,
} from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Authentication"];

const publicSettings = createRoute({
  method: "get",
  path: "/settings",
  operationId: "getPublicSettings",
  summary: "Get the public settings",
  description: "Returns what a page needs to know before a user signs in. Does not query the database.",
  tags,
  security: [],
  responses: { 200: json(PublicSettings, "The public settings"), ...errorsWithoutDatabase() },
});

const register = createRoute({
  method: "post",
  path: "/register",
  operationId: "register",
  summary: "Create an account",
  description: "The account has the default role. Signing in is a separate request.",
  tags,
  ...idempotent(anyone()),
  request: { body: body(Register) },
  responses: {
    201: { ...json(UserResponse, "The new account"), headers: tagHeaders },
    ...errors(
      "EMAIL_ALREADY_EXISTS",
      "USERNAME_ALREADY_EXISTS",
      "INVALID_PASSWORD",
      "RATE_LIMIT_EXCEEDED",
      "SERVICE_BUSY",
      ...IDEMPOTENCY_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const login = createRoute({
  method: "post",
  path: "/login",
  operationId: "login",
  summary: "Sign in",
  description:
    "Opens a session and returns its tokens in the body, in HttpOnly cookies, or in both. If the account has a second factor, responds with 202 and opens no session: complete the sign-in with `POST /auth/login/second-factor`.",
  tags,
  ...anyone(),
  request: { body: body(Login) },
  responses: {
    200: json(LoginResponse, "Signed in"),
    202: json(SecondFactorRequired, "The password is correct, and a second factor is required"),
    ...errors("INVALID_CREDENTIALS", "INACTIVE_USER", "RATE_LIMIT_EXCEEDED", "SERVICE_BUSY", ...BODY_ERRORS),
  },
});

const logout = createRoute({
  method: "post",
  path: "/logout",
  operationId: "logout",
  summary: "Sign out",
  description:
    "Immediately ends the session, including its access tokens, and clears its cookies. Without a session, does nothing and succeeds.",
  tags,
  ...anyone(),
  request: { query: LogoutQuery },
  responses: {
    200: { ...json(Message, "Signed out"), headers: clearingHeaders },
    ...errors("PERMISSION_DENIED", "VALIDATION_ERROR"),
  },
});

const refresh = createRoute({
  method: "post",
  path: "/refresh",
  operationId: "refresh",
  summary: "Refresh the tokens",
  description:
    "Exchanges a refresh token, from the body or the cookie, for a new pair of tokens. Concurrent refreshes from several tabs, and a retry within half a minute after a lost response, keep the session open. Reuse of an older token ends it.",
  tags,
  ...anyone(),
  request: { body: { ...body(Refresh), required: false } },
  responses: {
    200: json(Token, "The new tokens"),
    ...errors(...GUARD_ERRORS, "RATE_LIMIT_EXCEEDED", ...BODY_ERRORS),
  },
});

const getMe = createRoute({
  method: "get",
  path: "/me",
  operationId: "getMe",
  summary: "Get the current user",
  description: "Includes the current user's roles and the permissions that they currently grant.",
  tags,
  ...signedIn(),
  responses: {
    200: { ...json(UserResponse, "The current user"), headers: tagHeaders },
    ...errors(...GUARD_ERRORS),
  },
});

const updateMe = createRoute({
  method: "put",
  path: "/me",
  operationId: "updateMe",
  summary: "Update the current user",
  description:
    "Updates only the fields in the request. `null` clears a name. Changing the email requires recent authentication.",
  tags,
  ...inPerson(),
  request: { body: body(UpdateProfile) },
  responses: {
    200: { ...json(UserResponse, "The updated user"), headers: tagHeaders },
    ...errors("EMAIL_ALREADY_EXISTS", "USERNAME_ALREADY_EXISTS", ...RECENT_ERRORS, ...BODY_ERRORS),
  },
});

const deleteMe = createRoute({
  method: "delete",
  path: "/me",
  operationId: "deleteMe",
  summary: "Delete the current user",
  description:
    "Immediately ends every session, token, key and calendar feed, clears the cookies, and frees the email and the username. An administrator can restore the account for 30 days; then it is erased with all its data. The last active superuser cannot be deleted.",
  tags,
  ...inPerson({ recent: true }),
  responses: { 204: NO_CONTENT, ...errors("BUSINESS_LOGIC_ERROR", ...RECENT_ERRORS) },
});

const changePassword = createRoute({
  method: "put",
  path: "/me/password",
  operationId: "changeMyPassword",
  summary: "Change the current user's password",
  description:
    "Ends every other session. With `end_tokens`, also ends personal tokens, API keys and calendar feeds: use it if another person may have known the password.",
  tags,
  ...inPerson(),
  request: { body: body(ChangePassword) },
  responses: {
    200: { ...json(UserResponse, "The current user"), headers: tagHeaders },
    ...errors(
      "PASSWORD_MISMATCH",
      "INVALID_PASSWORD",
      "RATE_LIMIT_EXCEEDED",
      "SERVICE_BUSY",
      ...GUARD_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const beginReauthentication = createRoute({
  method: "post",
  path: "/reauthenticate/options",
  operationId: "beginReauthentication",
  summary: "Begin reauthentication with a passkey",
  description:
    "Returns the options that the browser needs to use a passkey of the current user. Complete the reauthentication with `POST /auth/reauthenticate`.",
  tags,
  ...inPerson(),
  responses: { 200: json(PasskeyRequestOptions, "The options"), ...errors(...GUARD_ERRORS) },
});

const reauthenticate = createRoute({
  method: "post",
  path: "/reauthenticate",
  operationId: "reauthenticate",
  summary: "Reauthenticate the current user",
  description:
    "Sensitive operations require authentication within the last few minutes and otherwise respond with `REAUTHENTICATION_REQUIRED`; retry them after this request. If the account has a second factor, provide a code with the password. A passkey is sufficient by itself.",
  tags,
  ...inPerson(),
  request: { body: body(Reauthenticate) },
  responses: {
    200: json(Message, "Reauthenticated"),
    ...errors(
      "PASSWORD_MISMATCH",
      "INVALID_CODE",
      "INVALID_PASSKEY",
      "RATE_LIMIT_EXCEEDED",
      "SERVICE_BUSY",
      ...GUARD_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

export const auth = createRouter()
  .openapi(publicSettings, (c) =>
    c.json(service.getPublicSettings(c.var, c.req.header("Origin") ?? c.var.origin.url), 200),
  )
  .openapi(register, async (c) =>
    c.json(sendTagged(c, await service.register(c.var, c.req.valid("json"))), 201),
  )
  .openapi(login, async (c) => {
    const outcome = await finish(c.var, service.login(c.var, c.req.valid("json"), deviceCookie(c)));
    return "challenge" in outcome ? c.json(outcome, 202) : c.json(deliverNewSession(c, outcome), 200);
  })
  .openapi(logout, async (c) => {
    const { clear_storage: clearsStorage } = c.req.valid("query");
    // Browsers obey the header in answers to any page, also without credentials, so no other origin may cause it.
    if (clearsStorage) requireSameOrigin(c, []);
    await service.logout(c.var, credentialsOf(c));
    clearTokenCookies(c);
    if (clearsStorage) c.header("Clear-Site-Data", '"storage"');
    return c.json({ message: "Logout successful" }, 200);
  })
  .openapi(refresh, async (c) => {
    const token = c.req.valid("json").refresh_token ?? ownCookie(c, "refresh");
    if (!token) unauthenticated();
    const tokens = await refreshSession(c.var, token).catch((error) => clearEndedSession(c, error));
    return c.json(deliverTokens(c, tokens), 200);
  })
  .openapi(getMe, async (c) => c.json(sendTagged(c, await getSelf(c.var)), 200))
  .openapi(updateMe, async (c) => c.json(sendTagged(c, await updateSelf(c.var, c.req.valid("json"))), 200))
  .openapi(deleteMe, async (c) => {
    await deleteSelf(c.var);
    clearTokenCookies(c);
    return c.body(null, 204);
  })
  .openapi(changePassword, async (c) =>
    c.json(sendTagged(c, await finish(c.var, service.changePassword(c.var, c.req.valid("json")))), 200),
  )
  .openapi(beginReauthentication, async (c) => c.json(await service.beginReauthentication(c.var), 200))
  .openapi(reauthenticate, async (c) => {
    await finish(c.var, service.reauthenticate(c.var, c.req.valid("json")));
    return c.json({ message: "Reauthentication successful" }, 200);
  });

/** Returns a token from a cookie. A page of another origin must not make the browser use it. @throws AppError PERMISSION_DENIED */
function ownCookie(c: Context<AppEnv>, kind: "access" | "refresh"): string | undefined {
  const token = tokenCookie(c, kind);
  if (token !== undefined) requireSameOrigin(c);
  return token;
}

function credentialsOf(c: Context<AppEnv>) {
  const [, bearer] = /^Bearer (.+)$/i.exec(c.req.header("Authorization") ?? "") ?? [];
  return { accessToken: bearer ?? ownCookie(c, "access"), refreshToken: ownCookie(c, "refresh") };
}

/**
 * Rethrows `error`, and clears the cookies if the session is known to have ended. The response to a tab that lost a race must
 * not delete the cookies that the winner just received.
 */
function clearEndedSession(c: Context<AppEnv>, error: unknown): never {
  if (error instanceof RefreshRefused && error.hasSessionEnded) clearTokenCookies(c);
  throw error;
}
