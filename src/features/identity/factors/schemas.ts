import { z } from "@hono/zod-openapi";
import { instant, rawText } from "../../../http/schema-parts.ts";

/** Code of an authenticator app, with or without a space in the middle. */
export const TotpCode = z
  .string()
  .max(20)
  .transform((value) => value.replace(/\s/g, ""))
  .pipe(z.string().regex(/^[0-9]{6}$/, { error: "must be six digits" }))
  .openapi({ type: "string", example: "492039" });

export const RecoveryCode = rawText(100).openapi({ example: "7ZQ2M4-0HX9KD-T5WABC-8RN3VE" });

/** Methods to prove a second factor. */
export const Method = z.enum(["totp", "passkey", "recovery_code"]);
export type Method = z.output<typeof Method>;

export const TotpEnrolment = z
  .object({
    secret: z
      .string()
      .openapi({ description: "Base32, for manual entry", example: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" }),
    otpauth_uri: z.string().openapi({
      description: "For display as a QR code",
      example: "otpauth://totp/Productivity%20Tracker:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    }),
  })
  .openapi("TotpEnrolment", { description: "Shown once" });

export const ConfirmTotp = z.strictObject({ code: TotpCode }).openapi("ConfirmTotp");

export const RecoveryCodes = z
  .object({
    message: z.string().openapi({
      example: "Store these codes in a safe place. They are not shown again.",
    }),
    recovery_codes: z.array(z.string().openapi({ example: "7ZQ2M4-0HX9KD-T5WABC-8RN3VE" })),
  })
  .openapi("RecoveryCodes", { description: "Shown once. Each code is valid for one sign-in" });

export const Factors = z
  .object({
    totp: z
      .object({ confirmed_at: instant })
      .nullable()
      .openapi({ description: "The authenticator app; null without one" }),
    passkeys: z
      .int()
      .openapi({ description: "Number of passkeys; `GET /auth/passkeys` lists them", example: 1 }),
    recovery_codes_left: z.int().openapi({ description: "Number of unused recovery codes", example: 10 }),
  })
  .openapi("Factors");
