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
    message: z.string().openapi({ example: "The password is set: sign in with it" }),
    ended: EndedAccess.openapi({ description: "What ended: tokens, keys and feeds must be made again" }),
    still_opens: AccessReview.pick({ passkeys: true, authenticator: true, recovery_codes: true }).openapi({
      description: "What still opens the account besides the password. Remove what is not yours",
    }),
  })
  .openapi("PasswordReset");
