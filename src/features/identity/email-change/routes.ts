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
  summary: "Confirm a changed email",
  description:
    "Takes the token of the mail to the new address, good for one use within a day. A change that an administrator requested then waits up to three days for the old address. Where no email of the account had been confirmed before, the answer lists what was made of the account until then, possibly by another person; `POST /auth/email/review` ends it.",
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
  summary: "Approve a changed email",
  description:
    "Takes the token of the mail to the old address: the change takes effect as soon as the new address has confirmed it. The token can still stop the change.",
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
  summary: "Stop a changed email",
  description:
    "Takes the token of the mail to the old address, good for one use within seven days. A change that took effect is taken back: the old email is the account's again, and its password, sessions, tokens and feeds end. An old email that was never verified may have another account by then, which is answered with 409.",
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
    const reverted = "The old email is back, and access to the account ended. Reset the password by it.";
    return c.json({ message: isReverted ? reverted : "The change was stopped. Change your password." }, 200);
  });
