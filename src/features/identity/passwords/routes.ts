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
  summary: "Ask for a mail to reset a password by",
  description:
    "The answer is the same whether or not there is such an account. The mail is good for half an hour; a new one voids those before.",
  tags,
  ...anyone(),
  request: { body: body(ForgotPassword) },
  responses: {
    202: json(Message, "On its way, if there is an active account with this email"),
    ...errors("RATE_LIMIT_EXCEEDED", ...BODY_ERRORS),
  },
});

const reset = createRoute({
  method: "post",
  path: "/reset",
  operationId: "resetPassword",
  summary: "Set a password by the token of a mail",
  description:
    "Also the first password of an invited account. Every session, personal token, key and calendar feed of the account ends, and nobody is signed in. If the email was never verified, passkeys, the authenticator app and recovery codes end too. A password that is refused leaves the token good.",
  tags,
  ...anyone(),
  request: { body: body(ResetPassword) },
  responses: {
    200: json(PasswordReset, "Set"),
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
    return c.json({ message: "If there is an account with this email, a mail is on its way" }, 202);
  })
  .openapi(reset, async (c) => {
    const done = await service.resetPassword(c.var, c.req.valid("json"));
    return c.json({ message: "The password is set: sign in with it", ...done }, 200);
  });
