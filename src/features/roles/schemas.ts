import { z } from "@hono/zod-openapi";
import { instant, nullableInstant } from "../../core/schema-parts.ts";
import { PermissionResponse } from "../permissions/schemas.ts";

export const RoleResponse = z
  .object({
    id: z.uuid(),
    name: z.string().openapi({ example: "user" }),
    description: z.string().nullable(),
    created_at: instant,
    updated_at: nullableInstant,
    permissions: z.array(PermissionResponse),
  })
  .openapi("RoleResponse");
