import { z } from "@hono/zod-openapi";
import { deletedQuery } from "../../../http/ownership-query.ts";
import { pageQuery } from "../../../http/paging.ts";
import { instant, nullableInstant, text, uuid } from "../../../http/schema-parts.ts";

export const PermissionResponse = z
  .object({
    id: uuid(),
    name: z.string().openapi({ example: "tasks:read" }),
    resource: z.string().openapi({ example: "tasks" }),
    action: z.string().openapi({ example: "read" }),
    description: z.string().nullable(),
    created_at: instant,
    updated_at: nullableInstant,
  })
  .openapi("PermissionResponse");

/** Returns the schema of a part of a name: without a colon, or `*` by itself. */
const part = (example: string) =>
  text(1, 50)
    .pipe(
      z
        .string()
        .regex(/^(\*|[\p{L}\p{N}_.-]+)$/u, { error: "must consist of letters, digits, _, . and -, or be *" }),
    )
    .openapi({ type: "string", minLength: 1, maxLength: 50, example });

/** Name of a permission, or a wildcard. The permission need not exist. */
export const PermissionName = text(1, 101)
  .pipe(
    z.string().regex(/^(\*|[\p{L}\p{N}_.-]{1,50}:(\*|[\p{L}\p{N}_.-]{1,50}))$/u, {
      error: "must be resource:action, resource:* or *",
    }),
  )
  .openapi({ type: "string", minLength: 1, maxLength: 101, example: "tasks:read" });

const fields = {
  name: text(1, 101).openapi({
    type: "string",
    minLength: 1,
    maxLength: 101,
    description: "Optional; must be `resource:action`",
    example: "invoices:read",
  }),
  resource: part("invoices"),
  action: part("read"),
  description: text(0, 255)
    .nullable()
    .openapi({ type: ["string", "null"], maxLength: 255 }),
};

/** Checks that the name matches its parts, and that a resource of `*` has the action `*`: guards match no other name with it. */
function checkName(
  {
    name,
    resource,
    action,
  }: { name?: string | undefined; resource?: string | undefined; action?: string | undefined },
  context: z.RefinementCtx,
): void {
  const issue = (field: string, message: string) =>
    context.addIssue({ code: "custom", path: [field], message });
  if (resource === "*" && action !== "*") issue("action", "must be * if resource is *");
  if (name === undefined) return;
  const expected = resource === "*" ? "*" : `${resource}:${action}`;
  if (name !== expected) issue("name", "must be resource:action, together with both of these fields");
}

export const CreatePermission = z
  .strictObject({ ...fields, name: fields.name.optional(), description: fields.description.optional() })
  .superRefine(checkName)
  .openapi("CreatePermission");
export type CreatePermission = z.output<typeof CreatePermission>;

export const UpdatePermission = z
  .strictObject(fields)
  .partial()
  .superRefine((changes, context) => {
    if ((changes.resource === undefined) !== (changes.action === undefined)) {
      const message = "Give resource and action together";
      context.addIssue({
        code: "custom",
        path: [changes.resource === undefined ? "resource" : "action"],
        message,
      });
    } else checkName(changes, context);
  })
  .openapi("UpdatePermission");
export type UpdatePermission = z.output<typeof UpdatePermission>;

export const PermissionParams = z.object({
  permission_id: uuid().openapi({ param: { name: "permission_id", in: "path" } }),
});

export const PermissionQuery = z.object({
  ...pageQuery,
  ...deletedQuery,
  sort: z.enum(["name", "-name", "created_at", "-created_at"]).default("name"),
  q: text(1, 101)
    .optional()
    .openapi({ type: "string", description: "Only names that contain this text", example: "tasks:" }),
});
export type PermissionQuery = z.output<typeof PermissionQuery>;
