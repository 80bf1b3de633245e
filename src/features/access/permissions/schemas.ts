import { z } from "@hono/zod-openapi";
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

/** No colon, which parts a name; a `*` only by itself. */
const part = (example: string) =>
  text(1, 50)
    .pipe(
      z.string().regex(/^(\*|[\p{L}\p{N}_.-]+)$/u, { error: "Use letters, digits, _, . and -, or * alone" }),
    )
    .openapi({ type: "string", minLength: 1, maxLength: 50, example });

/** What can be held: the name of a permission, or a wildcard. Whether there is such a permission is not asked. */
export const PermissionName = text(1, 101)
  .pipe(
    z.string().regex(/^(\*|[\p{L}\p{N}_.-]{1,50}:(\*|[\p{L}\p{N}_.-]{1,50}))$/u, {
      error: "Use resource:action, resource:* or *",
    }),
  )
  .openapi({ type: "string", minLength: 1, maxLength: 101, example: "tasks:read" });

const fields = {
  name: text(1, 101).openapi({
    type: "string",
    minLength: 1,
    maxLength: 101,
    description: "May be given, and is then `resource:action`",
    example: "invoices:read",
  }),
  resource: part("invoices"),
  action: part("read"),
  description: text(0, 255)
    .nullable()
    .openapi({ type: ["string", "null"], maxLength: 255 }),
};

/** A name says no more than its parts; a guard that asks for any resource would match nothing but `*`. */
function agree(
  {
    name,
    resource,
    action,
  }: { name?: string | undefined; resource?: string | undefined; action?: string | undefined },
  context: z.RefinementCtx,
): void {
  const issue = (field: string, message: string) =>
    context.addIssue({ code: "custom", path: [field], message });
  if (resource === "*" && action !== "*") issue("action", "Must be * where the resource is");
  if (name === undefined) return;
  const expected = resource === "*" ? "*" : `${resource}:${action}`;
  if (name !== expected) issue("name", "Must be resource:action, with both of these given");
}

export const CreatePermission = z
  .strictObject({ ...fields, name: fields.name.optional(), description: fields.description.optional() })
  .superRefine(agree)
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
    } else agree(changes, context);
  })
  .openapi("UpdatePermission");
export type UpdatePermission = z.output<typeof UpdatePermission>;

export const PermissionParams = z.object({
  permission_id: uuid().openapi({ param: { name: "permission_id", in: "path" } }),
});

export const PermissionQuery = z.object({
  ...pageQuery,
  sort: z.enum(["name", "-name", "created_at", "-created_at"]).default("name"),
  q: text(1, 101)
    .optional()
    .openapi({ type: "string", description: "What the name contains", example: "tasks:" }),
});
export type PermissionQuery = z.output<typeof PermissionQuery>;
