import { z } from "@hono/zod-openapi";
import { instant, uuid } from "../../../http/schema-parts.ts";
import { ProjectParams } from "../projects/schemas.ts";

export const ProjectMember = z
  .object({
    user_id: uuid(),
    username: z.string().openapi({ example: "ada" }),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    is_manager: z.boolean().openapi({ description: "Whether the member manages the project" }),
    created_at: instant,
  })
  .openapi("ProjectMember");

export const ProjectMemberParams = z.object({
  ...ProjectParams.shape,
  user_id: uuid().openapi({ param: { name: "user_id", in: "path" } }),
});

export const SetProjectMember = z
  .strictObject({ is_manager: z.boolean().optional().openapi({ description: "False by default" }) })
  .openapi("SetProjectMember");
export type SetProjectMember = z.output<typeof SetProjectMember>;
