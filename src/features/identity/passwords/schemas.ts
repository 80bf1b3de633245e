import { z } from "@hono/zod-openapi";
import { AccessReview, EndedAccess, MailedToken } from "../email/schemas.ts";
import { Email, NewPassword } from "../users/schemas.ts";

export const ForgotPassword = z.strictObject({ email: Email }).openapi("ForgotPassword");

export const ResetPassword = z
  .strictObject({ token: MailedToken, new_password: NewPassword })
  .openapi("ResetPassword");
export type ResetPassword = z.output<typeof ResetPassword>;

export const PasswordReset = z
  .object({
    message: z.string().openapi({ example: "Password set. Sign in with it" }),
    ended: EndedAccess.openapi({
      description: "The access that ended. Create tokens, keys and feeds again as needed",
    }),
    still_opens: AccessReview.pick({ passkeys: true, authenticator: true, recovery_codes: true }).openapi({
      description: "The factors that still open the account. Remove any that are not yours",
    }),
  })
  .openapi("PasswordReset");
