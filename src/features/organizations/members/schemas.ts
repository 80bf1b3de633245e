import { z } from "@hono/zod-openapi";
import { flag } from "../../../http/ownership-query.ts";
import { pageQuery } from "../../../http/paging.ts";
import { instant, nullableInstant, text, uuid } from "../../../http/schema-parts.ts";
import { OrganizationParams, RoleName } from "../organizations/schemas.ts";

export const Member = z
  .object({
    user_id: uuid(),
    username: z.string().openapi({ example: "ada" }),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    email: z
      .string()
      .nullable()
      .openapi({ description: "Null for callers who may not change members", example: "ada@example.com" }),
    is_active: z.boolean().openapi({ description: "False while the account is deactivated" }),
    role: RoleName,
    joined_at: instant,
    left_at: nullableInstant,
  })
  .openapi("OrganizationMember");

export const MemberParams = z.object({
  ...OrganizationParams.shape,
  user_id: uuid().openapi({ param: { name: "user_id", in: "path" } }),
});

export const MemberQuery = z.object({
  ...pageQuery,
  sort: z.enum(["username", "-username"]).default("username"),
  q: text(1, 100).optional().openapi({
    type: "string",
    description: "Only members whose username contains this text",
    example: "ada",
  }),
  role: uuid().optional().openapi({ description: "Only members with this role" }),
  team_id: uuid().optional().openapi({ description: "Only members of this team" }),
  left: flag.openapi({ type: "boolean", description: "`true` lists former members" }),
});
export type MemberQuery = z.output<typeof MemberQuery>;

export const UpdateMember = z.strictObject({ role_id: uuid() }).openapi("UpdateMember");

export const AddMember = z
  .strictObject({ role_id: uuid().optional().openapi({ description: "By default, the role `member`" }) })
  .openapi("AddMember");
