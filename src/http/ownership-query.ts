import { z } from "@hono/zod-openapi";
import { text, uuid } from "./schema-parts.ts";

/** Query parameter that selects the owner of the records in a list. */
export const ownerQuery = {
  owner_id: z
    .union([uuid(), z.literal("all")])
    .optional()
    .openapi({
      description:
        "Id of another user, or `all`: requires the `read_any` permission. The current user by default",
    }),
};

/** A boolean filter in a query. If it is absent, both values match. */
export const flag = z
  .stringbool({ truthy: ["true"], falsy: ["false"] })
  .optional()
  .openapi({ type: "boolean" });

/** Query parameter that selects deleted records instead of live ones. */
export const deletedQuery = {
  deleted: flag.openapi({
    type: "boolean",
    description:
      "`true` lists only deleted records, to restore them: requires the permissions to restore them",
  }),
};

/** Returns the schema of a record's name. */
export const recordName = (max: number, example: string) =>
  text(1, max).openapi({ type: "string", minLength: 1, maxLength: max, example });

/** A duration in seconds, up to the maximum of a Postgres integer (68 years), or null. */
export const nullableSeconds = z.int().min(0).max(2_147_483_647).nullable().openapi({ example: 3600 });
