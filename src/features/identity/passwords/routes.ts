import { createRoute } from "@hono/zod-openapi";
import { anyone } from "../../../guard/guard.ts";
import { BODY_ERRORS, body, errors, json } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { Message } from "../../../http/schema-parts.ts";
import { ForgotPassword, PasswordReset, ResetPassword } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Authentication"];

const forgot = createRoute({
  method: "post",
  path: "/forgot",
  operationId: "forgotPassword",
  summary: "Request a password reset mail",
  description:
    "The response does not depend on whether an account has this email. The mailed token is valid for half an hour. A new mail invalidates earlier tokens.",
  tags,
  ...anyone(),
  request: { body: body(ForgotPassword) },
  responses: {
    202: json(Message, "The mail will be sent if an active account has this email"),
    ...errors("RATE_LIMIT_EXCEEDED", ...BODY_ERRORS),
  },
});

const reset = createRoute({
  method: "post",
  path: "/reset",
  operationId: "resetPassword",
  summary: "Reset a password",
  description:
    "Sets a new password with a mailed token, or the first password of an invited account. Ends every session, personal token, API key and calendar feed of the account, and opens no session. If the email was never verified, also removes passkeys, the authenticator app and recovery codes. If the new password is rejected, the token stays valid.",
  tags,
  ...anyone(),
  request: { body: body(ResetPassword) },
  responses: {
    200: json(PasswordReset, "The password was set"),
    ...errors(
      "INVALID_ONE_TIME_TOKEN",
      "INVALID_PASSWORD",
      "RATE_LIMIT_EXCEEDED",
      "SERVICE_BUSY",
      ...BODY_ERRORS,
    ),
  },
});

export const passwords = createRouter()
  .openapi(forgot, async (c) => {
    await service.forgotPassword(c.var, c.req.valid("json").email);
    return c.json({ message: "If an account has this email, a mail is on its way" }, 202);
  })
  .openapi(reset, async (c) => {
    const done = await service.resetPassword(c.var, c.req.valid("json"));
    return c.json({ message: "Password set. Sign in with it", ...done }, 200);
  });
