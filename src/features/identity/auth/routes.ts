import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { unauthenticated } from "../../../core/errors.ts";
import { clearTokenCookies, deviceCookie, tokenCookie } from "../../../core/security/cookies.ts";
import { anyone, inPerson, signedIn } from "../../../guard/guard.ts";
import { idempotent } from "../../../guard/idempotency.ts";
import type { AppEnv } from "../../../http/context.ts";
import { sendTagged, tagHeaders } from "../../../http/etag.ts";
import { requireSameOrigin } from "../../../http/middleware/same-origin.ts";
import {
  BODY_ERRORS,
  body,
  errors,
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
import { deliver, deliverFirst } from "../sessions/delivery.ts";
import { LoginResponse, Token } from "../sessions/schemas.ts";
import { RefreshRefused, refreshSession } from "../sessions/service.ts";
import { UpdateProfile, UserResponse } from "../users/schemas.ts";
import { deleteSelf, getSelf, updateSelf } from "../users/service.ts";
import { ChangePassword, Login, Reauthenticate, Refresh, Register } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Authentication"];

const register = createRoute({
  method: "post",
  path: "/register",
  operationId: "register",
  summary: "Create an account",
  description: "It has the role of every new account, and is not signed in yet.",
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
    "Opens a session. Its tokens come in the body, in HttpOnly cookies, or in both. To an account with a second factor it answers 202, with no session yet: `POST /auth/login/second-factor` ends the sign-in.",
  tags,
  ...anyone(),
  request: { body: body(Login) },
  responses: {
    200: json(LoginResponse, "Signed in"),
    202: json(SecondFactorRequired, "The password is right, and a second factor is asked for"),
    ...errors("INVALID_CREDENTIALS", "INACTIVE_USER", "RATE_LIMIT_EXCEEDED", "SERVICE_BUSY", ...BODY_ERRORS),
  },
});

const logout = createRoute({
  method: "post",
  path: "/logout",
  operationId: "logout",
  summary: "Sign out",
  description:
    "Ends the session at once, access tokens included, and clears its cookies. Harmless without a session.",
  tags,
  ...anyone(),
  responses: { 200: json(Message, "Signed out"), ...errors("PERMISSION_DENIED") },
});

const refresh = createRoute({
  method: "post",
  path: "/refresh",
  operationId: "refresh",
  summary: "Get new tokens",
  description:
    "Uses up a refresh token, from the body or the cookie, for a new pair. Tabs that refresh at once, and a client that retries within half a minute because it lost the answer, all stay signed in; a token older than that ends the session.",
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
  summary: "Read my account",
  description: "With my roles and what they grant at this moment.",
  tags,
  ...signedIn(),
  responses: {
    200: { ...json(UserResponse, "My account"), headers: tagHeaders },
    ...errors(...GUARD_ERRORS),
  },
});

const updateMe = createRoute({
  method: "put",
  path: "/me",
  operationId: "updateMe",
  summary: "Change my account",
  description:
    "Changes what is given and leaves the rest. A name is removed by null. Another email asks for recent proof of who one is.",
  tags,
  ...inPerson(),
  request: { body: body(UpdateProfile) },
  responses: {
    200: { ...json(UserResponse, "My account after the change"), headers: tagHeaders },
    ...errors("EMAIL_ALREADY_EXISTS", "USERNAME_ALREADY_EXISTS", ...RECENT_ERRORS, ...BODY_ERRORS),
  },
});

const deleteMe = createRoute({
  method: "delete",
  path: "/me",
  operationId: "deleteMe",
  summary: "Delete my account",
  description:
    "Ends every session, token, key and calendar feed at once, clears the cookies, and frees the email and the username. An administrator can restore the account for 30 days; then it is erased with everything recorded in it. Not the last active superuser.",
  tags,
  ...inPerson({ recent: true }),
  responses: { 204: NO_CONTENT, ...errors("BUSINESS_LOGIC_ERROR", ...RECENT_ERRORS) },
});

const changePassword = createRoute({
  method: "put",
  path: "/me/password",
  operationId: "changeMyPassword",
  summary: "Change my password",
  description:
    "Ends every other session. With `end_tokens`, personal tokens, keys and calendar feeds end too: do so if somebody else may have had the password.",
  tags,
  ...inPerson(),
  request: { body: body(ChangePassword) },
  responses: {
    200: { ...json(UserResponse, "My account"), headers: tagHeaders },
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
  summary: "Begin to prove again who I am, by a passkey",
  description: "What the browser needs to use one of mine. `POST /auth/reauthenticate` ends it.",
  tags,
  ...inPerson(),
  responses: { 200: json(PasskeyRequestOptions, "The options"), ...errors(...GUARD_ERRORS) },
});

const reauthenticate = createRoute({
  method: "post",
  path: "/reauthenticate",
  operationId: "reauthenticate",
  summary: "Prove again who I am",
  description:
    "What is sensitive asks for proof that is not older than some minutes: it answers `REAUTHENTICATION_REQUIRED`, and can be retried after this. Who has a second factor gives a code of it, too; a passkey is enough by itself.",
  tags,
  ...inPerson(),
  request: { body: body(Reauthenticate) },
  responses: {
    200: json(Message, "Proved"),
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
  .openapi(register, async (c) =>
    c.json(sendTagged(c, await service.register(c.var, c.req.valid("json"))), 201),
  )
  .openapi(login, async (c) => {
    const outcome = await service.login(c.var, c.req.valid("json"), deviceCookie(c));
    return "challenge" in outcome ? c.json(outcome, 202) : c.json(deliverFirst(c, outcome), 200);
  })
  .openapi(logout, async (c) => {
    await service.logout(c.var, credentialsOf(c));
    clearTokenCookies(c);
    return c.json({ message: "Logout successful" }, 200);
  })
  .openapi(refresh, async (c) => {
    const token = c.req.valid("json").refresh_token ?? ownCookie(c, "refresh");
    if (!token) unauthenticated();
    const tokens = await refreshSession(c.var, token).catch((error) => forgetOverSession(c, error));
    return c.json(deliver(c, tokens), 200);
  })
  .openapi(getMe, async (c) => c.json(sendTagged(c, await getSelf(c.var)), 200))
  .openapi(updateMe, async (c) => c.json(sendTagged(c, await updateSelf(c.var, c.req.valid("json"))), 200))
  .openapi(deleteMe, async (c) => {
    await deleteSelf(c.var);
    clearTokenCookies(c);
    return c.body(null, 204);
  })
  .openapi(changePassword, async (c) =>
    c.json(sendTagged(c, await service.changePassword(c.var, c.req.valid("json"))), 200),
  )
  .openapi(beginReauthentication, async (c) => c.json(await service.beginReauthentication(c.var), 200))
  .openapi(reauthenticate, async (c) => {
    await service.reauthenticate(c.var, c.req.valid("json"));
    return c.json({ message: "Proved who you are" }, 200);
  });

/** A token from a cookie, which a page of another origin must not make the browser use. */
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
 * Clears the cookies only of a session known to be over: the answer to a tab that lost a race must not delete what the
 * winner was just given.
 */
function forgetOverSession(c: Context<AppEnv>, error: unknown): never {
  if (error instanceof RefreshRefused && error.sessionOver) clearTokenCookies(c);
  throw error;
}
