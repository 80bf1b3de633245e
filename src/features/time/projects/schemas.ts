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
import { instant, nullableInstant, text, uuid } from "../../../http/schema-parts.ts";

const VISIBILITIES = ["organization", "members"] as const;

export const ProjectResponse = z
  .object({
    id: uuid(),
    owner_id: uuid(),
    organization_id: organizationId,
    client_id: uuid().nullable(),
    name: z.string().openapi({ example: "Analytical engine" }),
    color: z.string().openapi({ example: "#527dfb" }),
    is_billable: z.boolean(),
    estimate_seconds: z.int().nullable().openapi({ example: 360_000 }),
    visibility: z.enum(VISIBILITIES).optional().openapi({
      description: "Members of the organization who see the project; absent for a personal project",
    }),
    archived_at: nullableInstant,
    created_at: instant,
    updated_at: nullableInstant,
  })
  .openapi("ProjectResponse");

const fields = {
  name: recordName(100, "Analytical engine"),
  client_id: uuid().nullable(),
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, { error: "must be a color such as #527dfb" })
    .openapi({ example: "#527dfb" }),
  is_billable: z.boolean(),
  estimate_seconds: nullableSeconds,
  visibility: z.enum(VISIBILITIES).openapi({
    description:
      "In an organization: whether all members see the project, as by default, or only the members of the project",
  }),
};

export const CreateProject = z
  .strictObject({
    ...fields,
    organization_id: newOrganizationId,
    color: fields.color.openapi({
      description: "By default, one of eight in turn, by the number of the projects so far",
    }),
  })
  .partial()
  .required({ name: true })
  .openapi("CreateProject");
export type CreateProject = z.output<typeof CreateProject>;

export const UpdateProject = z
  .strictObject({
    ...fields,
    archived: z
      .boolean()
      .openapi({ description: "Archived projects are hidden from choices and still counted in reports" }),
  })
  .partial()
  .openapi("UpdateProject");
export type UpdateProject = z.output<typeof UpdateProject>;

export const ProjectParams = z.object({
  project_id: uuid().openapi({ param: { name: "project_id", in: "path" } }),
});

export const ProjectQuery = z.object({
  ...pageQuery,
  ...ownerQuery,
  ...organizationQuery("personal records"),
  ...countQuery,
  ...deletedQuery,
  sort: z.enum(["name", "-name", "created_at", "-created_at"]).default("name"),
  q: text(1, 100)
    .optional()
    .openapi({ type: "string", description: "Text that the name contains", example: "ana" }),
  client_id: uuid().optional(),
  archived: flag,
});
export type ProjectQuery = z.output<typeof ProjectQuery>;
