import { z } from "@hono/zod-openapi";
import { isScopeSet, SCOPE_SETS } from "../../../core/permissions.ts";
import { pageQuery } from "../../../http/paging.ts";
import { instant, nullableInstant, text, uuid } from "../../../http/schema-parts.ts";
import { PermissionName } from "../../access/permissions/schemas.ts";

const MAX_SCOPES = 50;

const Format = z.enum(["personal", "wakatime"]).openapi({
  description:
    "`wakatime` creates an API key in the form that WakaTime plugins accept. It works only at `/compat/wakatime/v1`",
});

export const PersonalToken = z
  .object({
    id: uuid(),
    name: z.string().openapi({ example: "nightly export" }),
    scopes: z.array(z.string()).openapi({ example: ["tasks:read", "projects:*"] }),
    format: Format,
    hint: z.string().openapi({ description: "The first characters of the token", example: "ptk_Xw9kJ2sQ" }),
    created_at: instant,
    expires_at: instant,
    last_used_at: nullableInstant.openapi({
      description: "Accurate to the minute; null until the token is used",
    }),
  })
  .openapi("PersonalToken");

export const CreatedPersonalToken = z
  .object({
    ...PersonalToken.shape,
    token: z.string().openapi({ description: "Send it as Bearer or Basic authentication. Shown only once" }),
  })
  .openapi("CreatedPersonalToken");

/** Set of scope names; duplicates are removed. */
const Scopes = z
  .array(z.union([z.enum(Object.keys(SCOPE_SETS).filter(isScopeSet)), PermissionName]))
  .min(1)
  .max(MAX_SCOPES)
  .transform((names) => [...new Set(names)])
  .openapi({
    type: "array",
    items: { type: "string" },
    minItems: 1,
    maxItems: MAX_SCOPES,
    description:
      "The permissions of the token, within those of its owner: permission names, wildcards, or the sets `ingest` (send activity, read nothing), `read` (read all that the owner may read) and `full`",
    example: ["tasks:read", "projects:*"],
  });

export const CreatePersonalToken = z
  .strictObject({
    name: text(1, 100).openapi({ type: "string", minLength: 1, maxLength: 100, example: "nightly export" }),
    scopes: Scopes,
    format: Format.default("personal"),
    expires_in_days: z.int().min(1).max(366).default(90),
  })
  .openapi("CreatePersonalToken");
export type CreatePersonalToken = z.output<typeof CreatePersonalToken>;

export const PersonalTokenParams = z.object({
  token_id: uuid().openapi({ param: { name: "token_id", in: "path" } }),
});

export const PersonalTokenQuery = z.object({
  ...pageQuery,
  sort: z.enum(["created_at", "-created_at"]).default("-created_at"),
});
export type PersonalTokenQuery = z.output<typeof PersonalTokenQuery>;
