import { z } from "@hono/zod-openapi";
import { isOrganizationGrant, ORGANIZATION_GRANTS } from "../../../core/organization-permissions.ts";
import { instant, nullableInstant, text, uuid } from "../../../http/schema-parts.ts";
import { OrganizationParams } from "../organizations/schemas.ts";

export const OrganizationRole = z
  .object({
    id: uuid(),
    name: z.string().openapi({ example: "accountant" }),
    description: z.string().nullable(),
    is_builtin: z.boolean().openapi({ description: "True for the roles that every organization has" }),
    grants: z.array(z.string()).openapi({ example: ["time_entries:read_any", "reports:read_any"] }),
    member_count: z.int(),
    created_at: instant,
    updated_at: nullableInstant,
  })
  .openapi("OrganizationRole");

/** Set of grants; duplicates are removed. */
const Grants = z
  .array(z.enum(ORGANIZATION_GRANTS.filter(isOrganizationGrant)))
  .max(ORGANIZATION_GRANTS.length)
  .transform((names) => [...new Set(names)])
  .openapi({
    type: "array",
    items: { type: "string", enum: [...ORGANIZATION_GRANTS] },
    maxItems: ORGANIZATION_GRANTS.length,
    example: ["time_entries:read_any", "reports:read_any"],
  });

const fields = {
  name: text(1, 50).openapi({ type: "string", minLength: 1, maxLength: 50, example: "accountant" }),
  description: text(0, 255)
    .nullable()
    .openapi({ type: ["string", "null"], maxLength: 255 }),
  grants: Grants,
};

export const CreateOrganizationRole = z
  .strictObject(fields)
  .partial({ description: true })
  .openapi("CreateOrganizationRole");
export type CreateOrganizationRole = z.output<typeof CreateOrganizationRole>;

export const UpdateOrganizationRole = z.strictObject(fields).partial().openapi("UpdateOrganizationRole");
export type UpdateOrganizationRole = z.output<typeof UpdateOrganizationRole>;

export const OrganizationRoleParams = z.object({
  ...OrganizationParams.shape,
  role_id: uuid().openapi({ param: { name: "role_id", in: "path" } }),
});
