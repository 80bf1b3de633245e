import { z } from "@hono/zod-openapi";
import { rawText } from "../../../../http/schema-parts.ts";
import { Assertion, PasskeyRequestOptions } from "../../passkeys/schemas.ts";
import { Method, RecoveryCode, TotpCode } from "../schemas.ts";

export const SecondFactorRequired = z
  .object({
    message: z.string().openapi({ example: "A second factor is required to sign in" }),
    challenge: z.string().openapi({
      description: "For `POST /auth/login/second-factor`",
      example: "Yt0mHqfWcM0mB5cQ9vSxk1pD3uJ7zR2nLwE6aGhKdTI",
    }),
    methods: z.array(Method).openapi({ description: "The second factors that the account has" }),
    passkey_options: PasskeyRequestOptions.optional().openapi({
      description: "The options that the browser needs; present if `methods` contains `passkey`",
    }),
    expires_in: z.int().openapi({ description: "Lifetime of the challenge in seconds", example: 300 }),
  })
  .openapi("SecondFactorRequired");

export const SecondFactor = z
  .strictObject({
    challenge: rawText(200).openapi({ description: "From `POST /auth/login`" }),
    code: TotpCode.optional(),
    recovery_code: RecoveryCode.optional(),
    passkey: Assertion.optional(),
  })
  .refine(({ challenge: _, ...proofs }) => Object.values(proofs).filter(Boolean).length === 1, {
    error: "exactly one of code, recovery_code and passkey must be given",
    path: ["code"],
  })
  .openapi("SecondFactor");
export type SecondFactor = z.output<typeof SecondFactor>;
