import { createRoute } from "@hono/zod-openapi";
import { anyone } from "../../../guard/guard.ts";
import { BODY_ERRORS, body, errors, json } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { Message } from "../../../http/schema-parts.ts";
import { ConfirmedEmailChange } from "../email/schemas.ts";
import { EmailChangeToken } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Authentication"];

const confirm = createRoute({
  method: "post",
  path: "/confirm-change",
  operationId: "confirmEmailChange",
  summary: "Confirm an email change",
  description:
    "Takes the token that was mailed to the new address. The token can be used once, within a day. A change that an administrator requested then waits up to three days for approval from the old address. If the account had no verified email before, the response also lists the credentials and feeds created until then, possibly by another person; decide about them with `POST /auth/email/review`.",
  tags,
  ...anyone(),
  request: { body: body(EmailChangeToken) },
  responses: {
    200: json(ConfirmedEmailChange, "Confirmed"),
    ...errors("INVALID_ONE_TIME_TOKEN", "BUSINESS_LOGIC_ERROR", "EMAIL_ALREADY_EXISTS", ...BODY_ERRORS),
  },
});

const approve = createRoute({
  method: "post",
  path: "/approve-change",
  operationId: "approveEmailChange",
  summary: "Approve an email change",
  description:
    "Takes the token that was mailed to the old address. The change takes effect as soon as the new address is confirmed. The same token can still stop the change.",
  tags,
  ...anyone(),
  request: { body: body(EmailChangeToken) },
  responses: {
    200: json(Message, "Approved"),
    ...errors("INVALID_ONE_TIME_TOKEN", "BUSINESS_LOGIC_ERROR", "EMAIL_ALREADY_EXISTS", ...BODY_ERRORS),
  },
});

const stop = createRoute({
  method: "post",
  path: "/stop-change",
  operationId: "stopEmailChange",
  summary: "Stop an email change",
  description:
    "Takes the token that was mailed to the old address. The token can be used once, within seven days. A change that already took effect is reverted: the account gets its old email back, and its password, sessions, tokens and feeds end. If the old email was never verified and another account has it by then, responds with 409.",
  tags,
  ...anyone(),
  request: { body: body(EmailChangeToken) },
  responses: {
    200: json(Message, "Stopped"),
    ...errors("INVALID_ONE_TIME_TOKEN", "EMAIL_ALREADY_EXISTS", ...BODY_ERRORS),
  },
});

export const emailChange = createRouter()
  .openapi(confirm, async (c) => {
    const { isChanged, ...review } = await service.confirmEmailChange(c.var, c.req.valid("json").token);
    const waiting = "Confirmed. The email changes once the old address approves it, or after three days.";
    return c.json({ message: isChanged ? "Email changed" : waiting, ...review }, 200);
  })
  .openapi(approve, async (c) => {
    const isChanged = await service.approveEmailChange(c.var, c.req.valid("json").token);
    const waiting = "Approved. The email changes once the new address confirms it.";
    return c.json({ message: isChanged ? "Email changed" : waiting }, 200);
  })
  .openapi(stop, async (c) => {
    const isReverted = await service.stopEmailChange(c.var, c.req.valid("json").token);
    const reverted =
      "The old email is restored, and all access to the account has ended. Reset the password.";
    return c.json(
      { message: isReverted ? reverted : "The email change was stopped. Change your password." },
      200,
    );
  });
