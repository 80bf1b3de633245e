import { z } from "@hono/zod-openapi";
import { nullableInstant, rawText } from "../../core/schema-parts.ts";

/** A token as it stands in a mail. */
export const MailedToken = rawText(200).openapi({ description: "What the mail shows", example: "kO3…" });

export const VerifyEmail = z.strictObject({ token: MailedToken }).openapi("VerifyEmail");

export const EmailStatus = z
  .object({
    email: z.string().openapi({ example: "ada@example.com" }),
    verified_at: nullableInstant.openapi({
      description: "Null until mail to it is known to reach its owner",
    }),
  })
  .openapi("EmailStatus");
