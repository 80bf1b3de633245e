import { z } from "@hono/zod-openapi";
import {
  countQuery,
  deletedQuery,
  flag,
  newOrganizationId,
  organizationId,
  organizationQuery,
  ownerQuery,
  recordName,
} from "../../../http/ownership-query.ts";
import { pageQuery } from "../../../http/paging.ts";
import { instant, nullableInstant, text, uuid } from "../../../http/schema-parts.ts";

export const ClientResponse = z
  .object({
    id: uuid(),
    owner_id: uuid(),
    organization_id: organizationId,
    name: z.string().openapi({ example: "Royal Society" }),
    archived_at: nullableInstant,
    created_at: instant,
    updated_at: nullableInstant,
  })
  .openapi("ClientResponse");

const fields = {
  name: recordName(100, "Royal Society"),
};

export const CreateClient = z
  .strictObject({ ...fields, organization_id: newOrganizationId })
  .openapi("CreateClient");
export type CreateClient = z.output<typeof CreateClient>;

export const UpdateClient = z
  .strictObject({
    ...fields,
    archived: z
      .boolean()
      .openapi({ description: "Archived clients are hidden from choices and still counted in reports" }),
  })
  .partial()
  .openapi("UpdateClient");
export type UpdateClient = z.output<typeof UpdateClient>;

export const ClientParams = z.object({
  client_id: uuid().openapi({ param: { name: "client_id", in: "path" } }),
});

export const ClientQuery = z.object({
  ...pageQuery,
  ...ownerQuery,
  ...organizationQuery("personal records"),
  ...countQuery,
  ...deletedQuery,
  sort: z.enum(["name", "-name", "created_at", "-created_at"]).default("name"),
  q: text(1, 100)
    .optional()
    .openapi({ type: "string", description: "Text that the name contains", example: "roy" }),
  archived: flag,
});
export type ClientQuery = z.output<typeof ClientQuery>;
