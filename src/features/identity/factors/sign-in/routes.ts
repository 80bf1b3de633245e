import { createRoute } from "@hono/zod-openapi";
import { deviceCookie } from "../../../../core/security/cookies.ts";
import { anyone } from "../../../../guard/guard.ts";
import { BODY_ERRORS, body, errors, json } from "../../../../http/openapi.ts";
import { createRouter } from "../../../../http/router.ts";
import { deliverNewSession } from "../../sessions/delivery.ts";
import { LoginResponse } from "../../sessions/schemas.ts";
import { SecondFactor } from "./schemas.ts";
import { proveSecondFactor } from "./service.ts";

const prove = createRoute({
  method: "post",
  path: "/",
  operationId: "proveSecondFactor",
  summary: "Sign in with a second factor",
  description:
    "Completes the sign-in that `POST /auth/login` began, within five minutes. The response is that of a sign-in without a second factor. A code can be used once. After a 401, start again with the password.",
  tags: ["Authentication"],
  ...anyone(),
  request: { body: body(SecondFactor) },
  responses: {
    200: json(LoginResponse, "Signed in"),
    ...errors(
      "INVALID_TOKEN",
      "INACTIVE_USER",
      "INVALID_CODE",
      "INVALID_PASSKEY",
      "RATE_LIMIT_EXCEEDED",
      ...BODY_ERRORS,
    ),
  },
});

export const secondFactor = createRouter().openapi(prove, async (c) =>
  c.json(deliverNewSession(c, await proveSecondFactor(c.var, c.req.valid("json"), deviceCookie(c))), 200),
);
