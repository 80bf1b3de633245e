import { z } from "@hono/zod-openapi";
import { parseEmailAddress } from "../../../core/email-address.ts";
import { normalizeUsername, usernameProblem } from "../../../core/usernames.ts";
import { deletedQuery, flag } from "../../../http/ownership-query.ts";
import { pageQuery } from "../../../http/paging.ts";
import { Ids, instant, nullableInstant, rawText, text, uuid } from "../../../http/schema-parts.ts";
import { RoleResponse } from "../../access/roles/schemas.ts";

/** Email in the form that is stored and compared. 254 is the longest address that SMTP can carry (RFC 5321). */
export const Email = rawText(1000)
  .transform((text, context) => {
    const { address, problem } = parseEmailAddress(text);
    if (address !== undefined) return address;
    context.addIssue({ code: "invalid_format", format: "email", message: problem });
    return z.NEVER;
  })
  .openapi({ type: "string", format: "email", maxLength: 254, example: "ada@example.com" });

const USERNAME_LENGTH = { min: 3, max: 100 } as const;

const documentedUsername = {
  type: "string",
  minLength: USERNAME_LENGTH.min,
  maxLength: USERNAME_LENGTH.max,
  example: "ada",
} as const;

/** A new username, or a username that is older than the rules of `usernameProblem`. The service distinguishes them. */
const SentUsername = text(USERNAME_LENGTH.min, USERNAME_LENGTH.max).openapi(documentedUsername);

/** A new username. It has no `@`, so that a user can't take another user's email as a username and intercept their sign-ins. */
export const Username = rawText(4 * USERNAME_LENGTH.max)
  .transform(normalizeUsername)
  .pipe(z.string().min(USERNAME_LENGTH.min).max(USERNAME_LENGTH.max))
  .superRefine((name, context) => {
    const message = usernameProblem(name);
    if (message) context.addIssue({ code: "custom", message });
  })
  .openapi(documentedUsername);

/** Checked by core/security/password-rules.ts, with INVALID_PASSWORD. The served document shows the setting's value. */
export const NewPassword = rawText(1000).openapi({
  format: "password",
  description:
    "{MIN_PASSWORD_LENGTH} to 128 characters; must not be a common or breached password, or the email, the username or the name of the service",
  example: "correct horse battery staple",
});

const personName = (example: string) =>
  text(0, 100)
    .nullable()
    .openapi({ type: ["string", "null"], maxLength: 100, example });

const profile = {
  email: Email,
  username: SentUsername,
  first_name: personName("Ada"),
  last_name: personName("Lovelace"),
};

/** Fields that users may change in their own account. */
export const UpdateProfile = z.strictObject(profile).partial().openapi("UpdateProfile");
export type UpdateProfile = z.output<typeof UpdateProfile>;

/** Fields that an administrator may change in an account. */
export const UpdateUser = z
  .strictObject({ ...profile, is_active: z.boolean() })
  .partial()
  .openapi("UpdateUser");
export type UpdateUser = z.output<typeof UpdateUser>;

/** Account of an invited user, who chooses the password. */
export const CreateUser = z
  .strictObject({
    email: Email,
    username: Username,
    first_name: profile.first_name.optional(),
    last_name: profile.last_name.optional(),
    role_ids: Ids.optional().openapi({ description: "Roles to assign instead of the default role" }),
  })
  .openapi("CreateUser");
export type CreateUser = z.output<typeof CreateUser>;

export const AssignRoles = z.strictObject({ role_ids: Ids }).openapi("AssignRoles");

export const UserParams = z.object({ user_id: uuid().openapi({ param: { name: "user_id", in: "path" } }) });

export const UserQuery = z.object({
  ...pageQuery,
  ...deletedQuery,
  sort: z
    .enum(["created_at", "-created_at", "username", "-username", "email", "-email"])
    .default("created_at"),
  q: text(1, 254).optional().openapi({
    type: "string",
    description:
      "Text that the username or email contains. For a non-ASCII domain, use whole labels, such as `bücher` or `@bücher.example`",
    example: "ad",
  }),
  is_active: flag,
});
export type UserQuery = z.output<typeof UserQuery>;

export const UserListItem = z
  .object({
    id: uuid(),
    username: z.string().openapi({ example: "ada" }),
    email: z.string().openapi({ example: "ada@example.com" }),
    is_active: z.boolean(),
    is_superuser: z.boolean().openapi({ example: false }),
    created_at: instant,
  })
  .openapi("UserListItem");

const names = (description: string) => z.array(z.string()).openapi({ description });

/** Names of the credentials and feeds that ended when an account was deactivated or deleted. */
const ClosedAccess = z
  .object({
    tokens: names("Personal tokens"),
    keys: names("API keys for WakaTime plugins"),
    feeds: names("Calendar feeds"),
  })
  .openapi("ClosedAccess");

export const UserResponse = z
  .object({
    ...UserListItem.shape,
    first_name: z.string().nullable().openapi({ example: "Ada" }),
    last_name: z.string().nullable().openapi({ example: "Lovelace" }),
    pending_email: z.string().nullable().openapi({
      description: "The new email, until it is confirmed; null if no change is pending",
      example: null,
    }),
    updated_at: nullableInstant.openapi({ description: "Null until the account is updated" }),
    roles: z.array(RoleResponse),
  })
  .openapi("UserResponse");

/** A user as administrators see it after a change. */
export const AdministeredUser = z
  .object({
    ...UserResponse.shape,
    ended: ClosedAccess.optional().openapi({
      description:
        "Present if the account was activated or restored: the credentials and feeds that ended when it was deactivated or deleted, for its owner to create again",
    }),
  })
  .openapi("AdministeredUser");
