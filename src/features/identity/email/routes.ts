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
  summary: "Get the current user's email",
  description: "Returns the email address and when it was verified.",
  tags,
  ...signedIn(),
  responses: { 200: json(EmailStatus, "The email address and its verification"), ...errors(...GUARD_ERRORS) },
});

const requestVerification = createRoute({
  method: "post",
  path: "/verification",
  operationId: "requestEmailVerification",
  summary: "Request email verification",
  description:
    "Mails a token that is valid for one day to the current user. Sends nothing if the email is already verified.",
  tags,
  ...inPerson(),
  responses: {
    202: json(Message, "The mail will be sent, unless the email is already verified"),
    ...errors("RATE_LIMIT_EXCEEDED", ...GUARD_ERRORS),
  },
});

const verify = createRoute({
  method: "post",
  path: "/verify",
  operationId: "verifyEmail",
  summary: "Verify an email address",
  description:
    "Takes a mailed token, which can be used once and only verifies the email that it was sent to. Opens no session. The response lists the credentials and feeds created before the verification, possibly by another person; decide about them with `POST /auth/email/review`.",
  tags,
  ...anyone(),
  request: { body: body(VerifyEmail) },
  responses: { 200: json(VerifiedEmail, "Verified"), ...errors("INVALID_ONE_TIME_TOKEN", ...BODY_ERRORS) },
});

const review = createRoute({
  method: "post",
  path: "/review",
  operationId: "reviewAccess",
  summary: "Review access to an account",
  description:
    "Keeps or ends the access created before the email was verified, or disowns the account. Takes the `review_token` from the verification, or from the mail about an email change. After `end`, set a new password with `POST /auth/password/forgot`. This request is optional: without it, all access is kept.",
  tags,
  ...anyone(),
  request: { body: body(ReviewAccess) },
  responses: {
    200: json(ReviewedAccess, "The decision was carried out"),
    ...errors("INVALID_ONE_TIME_TOKEN", "BUSINESS_LOGIC_ERROR", ...BODY_ERRORS),
  },
});

const REVIEWED = {
  keep: "All access was kept",
  end: "All access to the account has ended. Request a password reset to set a new password",
  disown: "The account was deleted, and its email can be used again",
};

export const email = createRouter()
  .openapi(read, async (c) => c.json(await service.getEmail(c.var), 200))
  .openapi(requestVerification, async (c) => {
    await service.requestVerification(c.var);
    return c.json(
      { message: "A verification mail is on its way, unless the email is already verified" },
      202,
    );
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
