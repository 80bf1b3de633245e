import { z } from "@hono/zod-openapi";
import { instant, nullableInstant, rawText } from "../../../http/schema-parts.ts";

/** One-time token, as it is written in a mail. */
export const MailedToken = rawText(200).openapi({ description: "The token from the mail", example: "kO3…" });

export const VerifyEmail = z.strictObject({ token: MailedToken }).openapi("VerifyEmail");

const namedCredentials = z.array(z.object({ name: z.string(), created_at: instant }));

/** Access to an account other than its password. */
export const AccessReview = z
  .object({
    username: z.string().openapi({ example: "ada" }),
    created_at: instant.openapi({ description: "When the account was created" }),
    sessions: z.int().openapi({ description: "Number of live sessions", example: 1 }),
    tokens: namedCredentials.openapi({ description: "Personal tokens" }),
    keys: namedCredentials.openapi({ description: "API keys for WakaTime plugins" }),
    feeds: namedCredentials.openapi({ description: "Calendar feeds" }),
    passkeys: namedCredentials,
    authenticator: z.boolean().openapi({ description: "Whether an authenticator app is set up" }),
    recovery_codes: z.int().openapi({ description: "Number of unused recovery codes", example: 0 }),
  })
  .openapi("AccessReview");

/** Fields of a response that offers a review. */
const reviewOffer = z.object({
  review_token: z.string().openapi({
    description: "For `POST /auth/email/review`",
    example: "Yt0mHqfWcM0mB5cQ9vSxk1pD3uJ7zR2nLwE6aGhKdTI",
  }),
  expires_in: z.int().openapi({ description: "Lifetime of the review token in seconds", example: 3600 }),
  review: AccessReview.openapi({ description: "The access that existed when the email was verified" }),
});

export const VerifiedEmail = z
  .object({ message: z.string().openapi({ example: "Email verified" }), ...reviewOffer.shape })
  .openapi("VerifiedEmail");

export const ConfirmedEmailChange = z
  .object({ message: z.string().openapi({ example: "Email changed" }), ...reviewOffer.partial().shape })
  .openapi("ConfirmedEmailChange");

export const ReviewAccess = z
  .strictObject({
    review_token: rawText(200).openapi({
      description:
        "From the response of `POST /auth/email/verify` or `POST /auth/email/confirm-change`, or from a mail",
    }),
    decision: z.enum(["keep", "end", "disown"]).openapi({
      description:
        "`keep`: the account and all access to it are yours. `end`: the account is yours, but the existing access to it may not be: all of it ends, including the password. `disown`: the account is not yours: it is deleted, and its email can be used again",
    }),
  })
  .openapi("ReviewAccess");
export type ReviewAccess = z.output<typeof ReviewAccess>;

/** Number of credentials of each kind that an event ended. */
export const EndedAccess = z
  .object({
    sessions: z.int(),
    tokens: z.int().openapi({ description: "Personal tokens" }),
    keys: z.int().openapi({ description: "API keys for WakaTime plugins" }),
    feeds: z.int().openapi({ description: "Calendar feeds" }),
    passkeys: z.int(),
    authenticators: z.int(),
    recovery_codes: z.int(),
  })
  .openapi("EndedAccess");

export const ReviewedAccess = z
  .object({
    message: z.string().openapi({ example: "All access to the account has ended" }),
    ended: EndedAccess,
  })
  .openapi("ReviewedAccess");

export const EmailStatus = z
  .object({
    email: z.string().openapi({ example: "ada@example.com" }),
    verified_at: nullableInstant.openapi({
      description: "When the email was verified: mail to it reaches its owner; null until then",
    }),
  })
  .openapi("EmailStatus");
