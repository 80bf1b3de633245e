import { z } from "@hono/zod-openapi";
import { instant, nullableInstant, rawText, text } from "../../core/schema-parts.ts";
import { RoleResponse } from "../roles/schemas.ts";

/** Compared without case: stored trimmed and in lower case. 254 is the longest address that SMTP can carry (RFC 5321). */
export const Email = z
  .string()
  .max(1000)
  .transform((value) => value.trim().toLowerCase())
  .pipe(z.email({ error: "Invalid email address" }).max(254))
  .openapi({ type: "string", format: "email", maxLength: 254, example: "ada@example.com" });

/** No `@`, so that nobody can take another's email for a username and be taken for them at sign-in. */
export const Username = text(3, 100)
  .pipe(
    z.string().regex(/^[\p{L}\p{M}\p{N}._ -]+$/u, {
      error: "Use letters, digits, spaces, dots, hyphens and underscores only",
    }),
  )
  .openapi({ type: "string", minLength: 3, maxLength: 100, example: "ada" });

/** Judged by core/security/password-rules.ts, which answers INVALID_PASSWORD. */
export const NewPassword = rawText(1000).openapi({
  format: "password",
  description: "8 to 128 characters, no common password, not the email or username",
  example: "correct horse battery staple",
});

const PersonName = text(0, 100)
  .nullable()
  .openapi({ type: ["string", "null"], maxLength: 100, example: "Ada" });

/** What users may change about themselves. */
export const UpdateProfile = z
  .strictObject({ email: Email, username: Username, first_name: PersonName, last_name: PersonName })
  .partial()
  .openapi("UpdateProfile");
export type UpdateProfile = z.output<typeof UpdateProfile>;

export const UserListItem = z
  .object({
    id: z.uuid(),
    username: z.string().openapi({ example: "ada" }),
    email: z.string().openapi({ example: "ada@example.com" }),
    is_active: z.boolean(),
    is_superuser: z.boolean(),
    created_at: instant,
  })
  .openapi("UserListItem");

export const UserResponse = z
  .object({
    ...UserListItem.shape,
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    updated_at: nullableInstant.openapi({ description: "Null until the account is changed" }),
    roles: z.array(RoleResponse),
  })
  .openapi("UserResponse");
