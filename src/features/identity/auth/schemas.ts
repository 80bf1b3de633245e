import { z } from "@hono/zod-openapi";
import { flag } from "../../../http/ownership-query.ts";
import { rawText } from "../../../http/schema-parts.ts";
import { RecoveryCode, TotpCode } from "../factors/schemas.ts";
import { Assertion } from "../passkeys/schemas.ts";
import { TokenDelivery } from "../sessions/schemas.ts";
import { Email, NewPassword, Username } from "../users/schemas.ts";

export const Register = z
  .strictObject({ email: Email, username: Username, password: NewPassword })
  .openapi("Register");
export type Register = z.output<typeof Register>;

export const Login = z
  .strictObject({
    username: rawText(1000).openapi({ description: "A username or an email", example: "ada" }),
    password: rawText(1000).openapi({ format: "password", example: "correct horse battery staple" }),
    token_delivery: TokenDelivery,
  })
  .openapi("Login");
export type Login = z.output<typeof Login>;

export const LogoutQuery = z.object({
  clear_storage: flag.openapi({
    type: "boolean",
    description:
      "`true` makes the browser delete what pages of this origin stored, such as changes that wait to be sent: only after the user confirmed it",
  }),
});

/** Response header of a sign-out that deletes what pages stored. */
export const clearingHeaders = z.object({
  "Clear-Site-Data": z
    .string()
    .optional()
    .openapi({ description: "Only with `clear_storage=true`", example: '"storage"' }),
});

/** Settings of the deployment that a page needs before anyone signs in. */
export const PublicSettings = z
  .object({
    app_name: z.string().openapi({ example: "Productivity Tracker" }),
    can_sign_up: z.boolean().openapi({ description: "Whether `POST /auth/register` is open to everyone" }),
    can_send_mail: z.boolean().openapi({
      description: "Whether the service sends mail; without it, a forgotten password cannot be reset by mail",
    }),
    can_use_passkeys: z.boolean().openapi({ description: "Whether pages of this origin can use passkeys" }),
    password: z.object({
      min_length: z.int().openapi({ description: "In Unicode code points", example: 8 }),
      max_length: z.int().openapi({ example: 128 }),
      is_checked_for_breaches: z.boolean().openapi({
        description: "Whether known breached passwords are rejected; common ones always are",
      }),
    }),
  })
  .openapi("PublicSettings");

export const Refresh = z
  .strictObject({ refresh_token: rawText(1000).optional() })
  .openapi("Refresh", { description: "Optional if the refresh token is in the cookie" });

export const ChangePassword = z
  .strictObject({
    current_password: rawText(1000).openapi({ format: "password" }),
    new_password: NewPassword,
    end_tokens: z.boolean().default(false).openapi({
      description:
        "Whether to end personal tokens, API keys and calendar feeds as well. Editors and watchers then need new ones",
    }),
  })
  .openapi("ChangePassword");
export type ChangePassword = z.output<typeof ChangePassword>;

export const Reauthenticate = z
  .strictObject({
    password: rawText(1000).optional().openapi({ format: "password" }),
    code: TotpCode.optional(),
    recovery_code: RecoveryCode.optional(),
    passkey: Assertion.optional(),
  })
  .refine(({ code, recovery_code }) => code === undefined || recovery_code === undefined, {
    error: "must not be combined with recovery_code",
    path: ["code"],
  })
  .refine(({ password, passkey }) => (password === undefined) !== (passkey === undefined), {
    error: "exactly one of password and passkey must be given",
    path: ["password"],
  })
  .openapi("Reauthenticate", {
    description: "Either a passkey, or the password together with a code if the account has a second factor",
  });
export type Reauthenticate = z.output<typeof Reauthenticate>;
