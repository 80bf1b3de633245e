import { createRoute } from "@hono/zod-openapi";
import { anyone, inPerson, signedIn } from "../../core/middleware/guard.ts";
import { BODY_ERRORS, body, errors, GUARD_ERRORS, json } from "../../core/openapi.ts";
import { createRouter } from "../../core/router.ts";
import { Message } from "../auth/schemas.ts";
import { EmailStatus, ReviewAccess, ReviewedAccess, VerifiedEmail, VerifyEmail } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Authentication"];

const read = createRoute({
  method: "get",
  path: "/",
  operationId: "getMyEmail",
  summary: "Read my email",
  description: "And whether mail to it is known to reach me.",
  tags,
  ...signedIn(),
  responses: { 200: json(EmailStatus, "My email"), ...errors(...GUARD_ERRORS) },
});

const requestVerification = createRoute({
  method: "post",
  path: "/verification",
  operationId: "requestEmailVerification",
  summary: "Send me a mail to verify my email by",
  description: "It is good for a day. Nothing is sent if the email is verified already.",
  tags,
  ...inPerson(),
  responses: {
    202: json(Message, "On its way, if needed"),
    ...errors("RATE_LIMIT_EXCEEDED", ...GUARD_ERRORS),
  },
});

const verify = createRoute({
  method: "post",
  path: "/verify",
  operationId: "verifyEmail",
  summary: "Verify an email",
  description:
    "With the token of a mail. It is good for one use, and for the email that it was sent to. Nobody is signed in. The answer shows what was made of the account before, which somebody else may have done; `POST /auth/email/review` ends it.",
  tags,
  ...anyone(),
  request: { body: body(VerifyEmail) },
  responses: { 200: json(VerifiedEmail, "Verified"), ...errors("INVALID_ONE_TIME_TOKEN", ...BODY_ERRORS) },
});

const review = createRoute({
  method: "post",
  path: "/review",
  operationId: "reviewAccess",
  summary: "Decide about a verified account",
  description:
    "Keeps or ends what was made before the email was verified, or disowns the account, with the token that the verification answered. After `end`, set a password by `POST /auth/password/forgot`. A client that does not ask its user need not call this.",
  tags,
  ...anyone(),
  request: { body: body(ReviewAccess) },
  responses: {
    200: json(ReviewedAccess, "Decided"),
    ...errors("INVALID_ONE_TIME_TOKEN", "BUSINESS_LOGIC_ERROR", ...BODY_ERRORS),
  },
});

const REVIEWED = {
  keep: "Everything stays as it is",
  end: "All access to the account has ended: ask for a mail to set a password",
  disown: "The account is deleted, and the email is free again",
};

export const email = createRouter()
  .openapi(read, async (c) => c.json(await service.getEmail(c.var), 200))
  .openapi(requestVerification, async (c) => {
    await service.requestVerification(c.var);
    return c.json({ message: "A mail is on its way unless the email is verified already" }, 202);
  })
  .openapi(verify, async (c) => {
    const verified = await service.verifyEmail(c.var, c.req.valid("json").token);
    return c.json({ message: "Email verified", ...verified }, 200);
  })
  .openapi(review, async (c) => {
    const decided = c.req.valid("json");
    const ended = await service.reviewAccess(c.var, decided);
    return c.json({ message: REVIEWED[decided.decision], ended }, 200);
  });
