import { z } from "@hono/zod-openapi";
import { MailedToken } from "../email/schemas.ts";
import { Email, NewPassword } from "../users/schemas.ts";

export const ForgotPassword = z.strictObject({ email: Email }).openapi("ForgotPassword");

export const ResetPassword = z
  .strictObject({ token: MailedToken, new_password: NewPassword })
  .openapi("ResetPassword");
export type ResetPassword = z.output<typeof ResetPassword>;
