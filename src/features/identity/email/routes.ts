import { createRoute } from "@hono/zod-openapi";
import { anyone, inPerson, signedIn } from "../../../guard/guard.ts";
import { BODY_ERRORS, body, errors, GUARD_ERRORS, json } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { Message } from "../../../http/schema-parts.ts";
import { EmailStatus, ReviewAccess, ReviewedAccess, VerifiedEmail, VerifyEmail } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Authentication"];

const read = createRoute({
  method: "get",
  path: "/",
  operationId: "getMyEmail",
  summary: "Get the email address",
  description: "The email of the current user, and when it was verified.",
  tags,
  ...signedIn(),
  responses: { 200: json(EmailStatus, "My email"), ...errors(...GUARD_ERRORS) },
});

const requestVerification = createRoute({
  method: "post",
  path: "/verification",
  operationId: "requestEmailVerification",
  summary: "Request an email verification",
  description:
    "Sends a mail with a token that is good for a day; sends nothing if the email is already verified.",
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
    "Takes the token of a mail, which is good for one use and for the email that it was sent to, and opens no session. The answer lists what was made of the account before, possibly by another person; `POST /auth/email/review` ends it.",
  tags,
  ...anyone(),
  request: { body: body(VerifyEmail) },
  responses: { 200: json(VerifiedEmail, "Verified"), ...errors("INVALID_ONE_TIME_TOKEN", ...BODY_ERRORS) },
});

const review = createRoute({
  method: "post",
  path: "/review",
  operationId: "reviewAccess",
  summary: "Review a verified account",
  description:
    "Keeps or ends what was made before the email was verified, or disowns the account. Takes the `review_token` of the verification, or of a mail about a changed email. After `end`, set a password with `POST /auth/password/forgot`. Calling this is optional: without it everything is kept.",
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
