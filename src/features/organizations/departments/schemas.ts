import { z } from "@hono/zod-openapi";
import { flag, recordName } from "../../../http/ownership-query.ts";
import { pageQuery } from "../../../http/paging.ts";
import { instant, nullableInstant, text, uuid } from "../../../http/schema-parts.ts";
import { Person } from "../teams/schemas.ts";

export const DepartmentResponse = z
  .object({
    id: uuid(),
    organization_id: uuid(),
    name: z.string().openapi({ example: "Research" }),
    description: z.string().nullable(),
    team_count: z.int().openapi({ example: 3 }),
    member_count: z.int().openapi({ description: "Number of people in the department's teams", example: 14 }),
    managers: z.array(Person),
    created_at: instant,
    updated_at: nullableInstant,
  })
  .openapi("DepartmentResponse");

const fields = {
  name: recordName(255, "Research"),
  description: text(0, 500)
    .nullable()
    .openapi({ type: ["string", "null"], maxLength: 500 }),
};

export const CreateDepartment = z
  .strictObject({ ...fields, description: fields.description.optional(), organization_id: uuid() })
  .openapi("CreateDepartment");
export type CreateDepartment = z.output<typeof CreateDepartment>;

export const UpdateDepartment = z.strictObject(fields).partial().openapi("UpdateDepartment");
export type UpdateDepartment = z.output<typeof UpdateDepartment>;

export const DepartmentParams = z.object({
  department_id: uuid().openapi({ param: { name: "department_id", in: "path" } }),
});

export const ManagerParams = z.object({
  ...DepartmentParams.shape,
  user_id: uuid().openapi({ param: { name: "user_id", in: "path" } }),
});

export const OfOrganizationParams = z.object({
  organization_id: uuid().openapi({ param: { name: "organization_id", in: "path" } }),
});

const listQuery = {
  ...pageQuery,
  sort: z.enum(["name", "-name", "created_at", "-created_at"]).default("name"),
};

export const OfOrganizationQuery = z.object(listQuery);

export const DepartmentQuery = z.object({ ...listQuery, organization_id: uuid().optional() });
export type DepartmentQuery = z.output<typeof DepartmentQuery>;

export const DeleteDepartmentQuery = z.object({
  cascade: flag.openapi({ type: "boolean", description: "`true` also deletes the department's teams" }),
});
