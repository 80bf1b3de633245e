import { createRoute } from "@hono/zod-openapi";
import { deviceCookie } from "../../../../core/security/cookies.ts";
import { anyone } from "../../../../guard/guard.ts";
import { BODY_ERRORS, body, errors, errorsWithoutDatabase, json } from "../../../../http/openapi.ts";
import { createRouter } from "../../../../http/router.ts";
import { deliverNewSession } from "../../sessions/delivery.ts";
import { LoginResponse } from "../../sessions/schemas.ts";
import { PasskeyRequestOptions } from "../schemas.ts";
import { SignInWithPasskey } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Authentication"];

const begin = createRoute({
  method: "post",
  path: "/options",
  operationId: "beginPasskeySignIn",
  summary: "Begin passkey sign-in",
  description:
    "Returns the options that the browser needs. The browser offers the passkeys that it has for this service.",
  tags,
  security: [],
  responses: { 200: json(PasskeyRequestOptions, "The options"), ...errorsWithoutDatabase() },
});

const signIn = createRoute({
  method: "post",
  path: "/",
  operationId: "signInWithPasskey",
  summary: "Sign in with a passkey",
  description:
    "Opens a session, as `POST /auth/login` does. Requires neither a password nor a second factor, because the device verifies its user. After a 401, start again.",
  tags,
  ...anyone(),
  request: { body: body(SignInWithPasskey) },
  responses: {
    200: json(LoginResponse, "Signed in"),
    ...errors("INVALID_TOKEN", "INACTIVE_USER", "INVALID_PASSKEY", "RATE_LIMIT_EXCEEDED", ...BODY_ERRORS),
  },
});

export const passkeySignIn = createRouter()
  .openapi(begin, async (c) => c.json(await service.beginSignIn(c.var), 200))
  .openapi(signIn, async (c) =>
    c.json(deliverNewSession(c, await service.signIn(c.var, c.req.valid("json"), deviceCookie(c))), 200),
  );
