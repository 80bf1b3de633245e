import { z } from "@hono/zod-openapi";
import {
  countQuery,
  deletedQuery,
  newOrganizationId,
  organizationId,
  organizationQuery,
  ownerQuery,
  recordName,
} from "../../../http/ownership-query.ts";
import { pageQuery } from "../../../http/paging.ts";
import { instant, nullableInstant, text, uuid } from "../../../http/schema-parts.ts";

export const TagResponse = z
  .object({
    id: uuid(),
    owner_id: uuid(),
    organization_id: organizationId,
    name: z.string().openapi({ example: "deep work" }),
    created_at: instant,
    updated_at: nullableInstant,
  })
  .openapi("TagResponse");

const fields = {
  name: recordName(50, "deep work"),
};

export const CreateTag = z
  .strictObject({ ...fields, organization_id: newOrganizationId })
  .openapi("CreateTag");
export type CreateTag = z.output<typeof CreateTag>;

export const UpdateTag = z.strictObject(fields).partial().openapi("UpdateTag");
export type UpdateTag = z.output<typeof UpdateTag>;

export const TagParams = z.object({
  tag_id: uuid().openapi({ param: { name: "tag_id", in: "path" } }),
});

export const TagQuery = z.object({
  ...pageQuery,
  ...ownerQuery,
  ...organizationQuery("personal records"),
  ...countQuery,
  ...deletedQuery,
  sort: z.enum(["name", "-name", "created_at", "-created_at"]).default("name"),
  q: text(1, 50)
    .optional()
    .openapi({ type: "string", description: "Text that the name contains", example: "dee" }),
});
export type TagQuery = z.output<typeof TagQuery>;
