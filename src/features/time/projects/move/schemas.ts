import { z } from "@hono/zod-openapi";
import { flag } from "../../../../http/ownership-query.ts";
import { uuid } from "../../../../http/schema-parts.ts";

export const MoveProject = z
  .strictObject({ organization_id: uuid() })
  .openapi("MoveProject", { description: "The organization that gets the project" });

export const MoveQuery = z.object({
  dry_run: flag.openapi({
    description: "Answers with the result that the move would have; nothing is saved",
  }),
});

export const MovedProject = z
  .object({
    project_id: uuid(),
    organization_id: uuid(),
    dry_run: z.boolean(),
    tasks: z.int().openapi({ description: "Number of moved tasks", example: 3 }),
    entries: z.int().openapi({ description: "Number of moved time entries", example: 120 }),
    clients: z.int().openapi({ description: "Number of clients created in the organization", example: 1 }),
    tags: z.int().openapi({ description: "Number of tags created in the organization", example: 2 }),
  })
  .openapi("MovedProject");
export type MovedProject = z.output<typeof MovedProject>;
