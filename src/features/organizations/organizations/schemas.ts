import { z } from "@hono/zod-openapi";
import { deletedQuery, flag, recordName } from "../../../http/ownership-query.ts";
import { pageQuery } from "../../../http/paging.ts";
import { instant, nullableInstant, rawText, text, uuid, Zone } from "../../../http/schema-parts.ts";

const weekStart = z
  .int()
  .min(0)
  .max(6)
  .openapi({ description: "First day of the week: 0 is Sunday, 1 is Monday", example: 1 });

/** A role, as other records name it. */
export const RoleName = z
  .object({ id: uuid(), name: z.string().openapi({ example: "member" }) })
  .openapi("OrganizationRoleName");

export const Organization = z
  .object({
    id: uuid(),
    name: z.string().openapi({ example: "Acme" }),
    slug: z.string().openapi({ example: "acme" }),
    description: z.string().nullable(),
    timezone: z.string().openapi({ example: "Europe/Berlin" }),
    week_start: weekStart,
    currency: z.string().openapi({ example: "EUR" }),
    role: z.union([RoleName, z.null()]).openapi({
      description: "The caller's role; null for operators without a membership",
    }),
    member_count: z.int(),
    department_count: z.int(),
    created_at: instant,
    updated_at: nullableInstant,
  })
  .openapi("Organization");

export const OrganizationResponse = z
  .object({
    ...Organization.shape,
    grants: z
      .array(z.string())
      .openapi({ description: "Grants of the caller's role", example: ["members:read", "teams:read"] }),
  })
  .openapi("OrganizationResponse");

const MAX_SLUG = 100;

/** Part of a URL, in lower case: words of letters and digits, with a hyphen between them. */
const Slug = rawText(MAX_SLUG)
  .transform((slug) => slug.toLowerCase())
  .pipe(
    z
      .string()
      .min(1)
      .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "must be words of letters and digits, with a hyphen between them"),
  )
  .openapi({ type: "string", minLength: 1, maxLength: MAX_SLUG, example: "acme" });

const Currency = z
  .string()
  .max(3)
  .transform((code) => code.toUpperCase())
  .pipe(z.string().regex(/^[A-Z]{3}$/, "must be a code of ISO 4217"))
  .openapi({ type: "string", minLength: 3, maxLength: 3, description: "ISO 4217", example: "EUR" });

const fields = {
  name: recordName(255, "Acme"),
  slug: Slug,
  description: text(0, 500)
    .nullable()
    .openapi({ type: ["string", "null"], maxLength: 500 }),
  timezone: Zone,
  week_start: weekStart,
  currency: Currency,
};

export const CreateOrganization = z
  .strictObject(fields)
  .partial()
  .required({ name: true })
  .openapi("CreateOrganization");
export type CreateOrganization = z.output<typeof CreateOrganization>;

export const UpdateOrganization = z.strictObject(fields).partial().openapi("UpdateOrganization");
export type UpdateOrganization = z.output<typeof UpdateOrganization>;

export const OrganizationParams = z.object({
  organization_id: uuid().openapi({ param: { name: "organization_id", in: "path" } }),
});

export const SlugParams = z.object({ slug: Slug.openapi({ param: { name: "slug", in: "path" } }) });

export const OrganizationQuery = z.object({
  ...pageQuery,
  ...deletedQuery,
  sort: z.enum(["name", "-name", "created_at", "-created_at"]).default("name"),
  all: flag.openapi({
    type: "boolean",
    description: "`true` lists all organizations of the instance: requires `organizations:read`",
  }),
});
export type OrganizationQuery = z.output<typeof OrganizationQuery>;

export const TransferOrganization = z
  .strictObject({ user_id: uuid().openapi({ description: "The member who becomes an owner" }) })
  .openapi("TransferOrganization");
