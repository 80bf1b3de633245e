import { z } from "@hono/zod-openapi";
import { recordName } from "../../../http/ownership-query.ts";
import { pageQuery } from "../../../http/paging.ts";
import { instant, nullableInstant, text, uuid } from "../../../http/schema-parts.ts";

/** A member of an organization, as other members see them. */
export const Person = z
  .object({
    id: uuid().openapi({ description: "Id of the user" }),
    username: z.string().openapi({ example: "grace" }),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
  })
  .openapi("Person");

export const TeamResponse = z
  .object({
    id: uuid(),
    organization_id: uuid(),
    department_id: uuid().nullable(),
    name: z.string().openapi({ example: "Compilers" }),
    description: z.string().nullable(),
    lead_id: uuid().nullable().openapi({ description: "Id of the first of `leads`" }),
    lead: z.union([Person, z.null()]).openapi({ description: "The first of `leads`" }),
    leads: z.array(Person).openapi({ description: "In the order in which they joined the team" }),
    member_count: z.int().openapi({ example: 5 }),
    created_at: instant,
    updated_at: nullableInstant,
  })
  .openapi("TeamResponse");

export const TeamMember = z
  .object({ ...Person.shape, is_lead: z.boolean(), joined_at: instant })
  .openapi("TeamMember");

const fields = {
  name: recordName(255, "Compilers"),
  description: text(0, 500)
    .nullable()
    .openapi({ type: ["string", "null"], maxLength: 500 }),
  department_id: uuid().nullable(),
  lead_id: uuid()
    .nullable()
    .openapi({ description: "The member who becomes the only lead; `null` for none" }),
};

export const CreateTeam = z
  .strictObject({
    ...fields,
    organization_id: uuid().openapi({ description: "Not needed with `department_id`" }),
  })
  .partial()
  .required({ name: true })
  .refine(({ organization_id, department_id }) => Boolean(organization_id ?? department_id), {
    error: "is required without department_id",
    path: ["organization_id"],
  })
  .openapi("CreateTeam");
export type CreateTeam = z.output<typeof CreateTeam>;

export const UpdateTeam = z
  .strictObject({
    ...fields,
    department_id: fields.department_id.openapi({
      description: "Moves the team to another department of its organization, or with `null` to none",
    }),
  })
  .partial()
  .openapi("UpdateTeam");
export type UpdateTeam = z.output<typeof UpdateTeam>;

export const AddTeamMember = z.strictObject({ user_id: uuid() }).openapi("AddTeamMember");

export const TeamParams = z.object({
  team_id: uuid().openapi({ param: { name: "team_id", in: "path" } }),
});

export const TeamMemberParams = z.object({
  ...TeamParams.shape,
  user_id: uuid().openapi({ param: { name: "user_id", in: "path" } }),
});

const sort = z.enum(["name", "-name", "created_at", "-created_at"]).default("name");

export const TeamQuery = z.object({
  ...pageQuery,
  sort,
  organization_id: uuid().optional(),
  department_id: uuid().optional(),
});
export type TeamQuery = z.output<typeof TeamQuery>;

export const DepartmentTeamsQuery = z.object({ ...pageQuery, sort });

export const TeamMemberQuery = z.object({
  ...pageQuery,
  sort: z.enum(["username", "-username"]).default("username"),
});
export type TeamMemberQuery = z.output<typeof TeamMemberQuery>;
