import { z } from "@hono/zod-openapi";
import {
  countQuery,
  deletedQuery,
  flag,
  newOrganizationId,
  nullableSeconds,
  organizationId,
  organizationQuery,
  ownerQuery,
  recordName,
} from "../../../http/ownership-query.ts";
import { pageQuery } from "../../../http/paging.ts";
import { instant, nullableInstant, nullableMoment, text, uuid } from "../../../http/schema-parts.ts";

export const TaskResponse = z
  .object({
    id: uuid(),
    owner_id: uuid(),
    organization_id: organizationId,
    project_id: uuid().nullable(),
    name: z.string().openapi({ example: "Write the notes" }),
    description: z.string().nullable(),
    due_at: nullableInstant,
    estimate_seconds: z.int().nullable().openapi({ example: 360_000 }),
    done_at: nullableInstant,
    created_at: instant,
    updated_at: nullableInstant,
  })
  .openapi("TaskResponse");

const fields = {
  name: recordName(255, "Write the notes"),
  project_id: uuid().nullable(),
  description: text(0, 3000)
    .nullable()
    .openapi({ type: ["string", "null"], maxLength: 3000 }),
  due_at: nullableMoment,
  estimate_seconds: nullableSeconds,
};

export const CreateTask = z
  .strictObject({ ...fields, organization_id: newOrganizationId })
  .partial()
  .required({ name: true })
  .openapi("CreateTask");
export type CreateTask = z.output<typeof CreateTask>;

export const UpdateTask = z
  .strictObject({
    ...fields,
    done: z.boolean(),
  })
  .partial()
  .openapi("UpdateTask");
export type UpdateTask = z.output<typeof UpdateTask>;

export const TaskParams = z.object({
  task_id: uuid().openapi({ param: { name: "task_id", in: "path" } }),
});

export const TaskQuery = z.object({
  ...pageQuery,
  ...ownerQuery,
  ...organizationQuery("personal records"),
  ...countQuery,
  ...deletedQuery,
  sort: z.enum(["name", "-name", "created_at", "-created_at"]).default("name"),
  q: text(1, 100)
    .optional()
    .openapi({ type: "string", description: "Text that the name contains", example: "wri" }),
  project_id: uuid().optional(),
  done: flag,
});
export type TaskQuery = z.output<typeof TaskQuery>;
