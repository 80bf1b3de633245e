import { z } from "@hono/zod-openapi";
import { instant, nullableInstant, text, uuid } from "../../../http/schema-parts.ts";

const base64Url = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[A-Za-z0-9_-]+$/, { error: "must be base64url" });

const CredentialId = base64Url(1400).openapi({ example: "Xw9kJ2sQYt0mHqfWcM0mBw" });
const type = z.literal("public-key");

/** Ways to reach an authenticator. Browsers may add new ones. */
const Transports = z
  .array(z.string().regex(/^[a-z-]{1,30}$/))
  .max(10)
  .openapi({ example: ["internal", "hybrid"] });

const Descriptor = z.object({ id: z.string(), type, transports: z.array(z.string()) });

export const PasskeyCreationOptions = z
  .object({
    challenge: z.string(),
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    pubKeyCredParams: z.array(z.object({ type, alg: z.int() })),
    timeout: z.int(),
    excludeCredentials: z.array(Descriptor),
    authenticatorSelection: z.object({
      residentKey: z.literal("required"),
      requireResidentKey: z.boolean(),
      userVerification: z.literal("required"),
    }),
    attestation: z.literal("none"),
  })
  .openapi("PasskeyCreationOptions", {
    description:
      "For `PublicKeyCredential.parseCreationOptionsFromJSON`. Valid for one passkey, for five minutes",
  });

export const PasskeyRequestOptions = z
  .object({
    challenge: z.string(),
    rpId: z.string(),
    timeout: z.int(),
    userVerification: z.enum(["required", "preferred"]),
    allowCredentials: z.array(Descriptor),
  })
  .openapi("PasskeyRequestOptions", {
    description: "For `PublicKeyCredential.parseRequestOptionsFromJSON`. Valid for one use, for five minutes",
  });

// Browsers send more fields than the following schemas keep (WebAuthn level 3, 5.1).

const Registration = z
  .object({
    id: CredentialId,
    response: z.object({
      clientDataJSON: base64Url(4000),
      attestationObject: base64Url(16_000),
      transports: Transports.default([]),
    }),
  })
  .openapi("PasskeyRegistration", { description: "`PublicKeyCredential.toJSON()` of the new passkey" });

export const Assertion = z
  .object({
    id: CredentialId,
    response: z
      .object({
        clientDataJSON: base64Url(4000),
        authenticatorData: base64Url(4000),
        signature: base64Url(4000),
        userHandle: base64Url(200).nullish(),
      })
      .transform(({ userHandle, ...rest }) => ({ ...rest, ...(userHandle && { userHandle }) })),
  })
  .openapi("PasskeyAssertion", {
    description: "`PublicKeyCredential.toJSON()` of the passkey that was used",
  });

const name = text(1, 100).openapi({ type: "string", minLength: 1, maxLength: 100, example: "My phone" });

export const CreatePasskey = z.strictObject({ name, credential: Registration }).openapi("CreatePasskey");
export type CreatePasskey = z.output<typeof CreatePasskey>;

export const RenamePasskey = z.strictObject({ name }).openapi("RenamePasskey");

export const Passkey = z
  .object({
    id: uuid(),
    name: z.string().openapi({ example: "My phone" }),
    credential_id: z.string().openapi({
      description: "The browser's id of the passkey, for `PublicKeyCredential.signalAllAcceptedCredentials`",
      example: "Xw9kJ2sQYt0mHqfWcM0mBw",
    }),
    is_backed_up: z
      .boolean()
      .openapi({ description: "Whether the passkey is backed up or synced beyond one device" }),
    created_at: instant,
    last_used_at: nullableInstant,
  })
  .openapi("Passkey");

export const CreatedPasskey = z
  .object({
    ...Passkey.shape,
    recovery_codes: z.array(z.string()).openapi({
      description: "Shown only once. Empty if the current user already has recovery codes",
      example: ["7ZQ2M4-0HX9KD-T5WABC-8RN3VE"],
    }),
  })
  .openapi("CreatedPasskey");

export const PasskeyParams = z.object({
  passkey_id: uuid().openapi({ param: { name: "passkey_id", in: "path" } }),
});
