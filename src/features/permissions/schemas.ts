import { z } from "@hono/zod-openapi";
import { instant, nullableInstant } from "../../core/schema-parts.ts";

export const PermissionResponse = z
  .object({
    id: z.uuid(),
    name: z.string().openapi({ example: "tasks:read" }),
    resource: z.string().openapi({ example: "tasks" }),
    action: z.string().openapi({ example: "read" }),
    description: z.string().nullable(),
    created_at: instant,
    updated_at: nullableInstant,
  })
  .openapi("PermissionResponse");
