import { z } from "@hono/zod-openapi";
import { deletedQuery } from "../../../http/ownership-query.ts";
import { pageQuery } from "../../../http/paging.ts";
import { Ids, instant, nullableInstant, text, uuid } from "../../../http/schema-parts.ts";
import { PermissionParams, PermissionResponse } from "../permissions/schemas.ts";

export const RoleListItem = z
  .object({
    id: uuid(),
    name: z.string().openapi({ example: "user" }),
    description: z.string().nullable(),
    created_at: instant,
  })
  .openapi("RoleListItem");

export const RoleResponse = z
  .object({ ...RoleListItem.shape, updated_at: nullableInstant, permissions: z.array(PermissionResponse) })
  .openapi("RoleResponse");

const name = text(1, 50).openapi({ type: "string", minLength: 1, maxLength: 50, example: "accountant" });
const description = text(0, 255)
  .nullable()
  .openapi({ type: ["string", "null"], maxLength: 255 });

export const CreateRole = z
  .strictObject({ name, description: description.optional(), permission_ids: Ids.optional() })
  .openapi("CreateRole");
export type CreateRole = z.output<typeof CreateRole>;

export const UpdateRole = z
  .strictObject({ name, description, permission_ids: Ids })
  .partial()
  .openapi("UpdateRole");
export type UpdateRole = z.output<typeof UpdateRole>;

export const SetPermissions = z.strictObject({ permission_ids: Ids }).openapi("SetPermissions");

export const RoleParams = z.object({ role_id: uuid().openapi({ param: { name: "role_id", in: "path" } }) });
export const RolePermissionParams = z.object({ ...RoleParams.shape, ...PermissionParams.shape });

export const RoleQuery = z.object({
  ...pageQuery,
  ...deletedQuery,
  sort: z.enum(["name", "-name", "created_at", "-created_at"]).default("name"),
  q: text(1, 50)
    .optional()
    .openapi({ type: "string", description: "Only names that contain this text", example: "acc" }),
});
export type RoleQuery = z.output<typeof RoleQuery>;
