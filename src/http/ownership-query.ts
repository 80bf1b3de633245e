import { z } from "@hono/zod-openapi";
import { text, uuid } from "./schema-parts.ts";

/** Whose records a list is of. */
export const ownerQuery = {
  owner_id: z
    .union([uuid(), z.literal("all")])
    .optional()
    .openapi({
      description: "Another user's, or `all`: for holders of the `read_any` permission. One's own by default",
    }),
};

/** A yes or no in a query; absent it means both. */
export const flag = z
  .stringbool({ truthy: ["true"], falsy: ["false"] })
  .optional()
  .openapi({ type: "boolean" });

/** The name of a record. */
export const recordName = (max: number, example: string) =>
  text(1, max).openapi({ type: "string", minLength: 1, maxLength: max, example });

/** A length of time in seconds, of as much as an integer of Postgres holds (68 years); null for none. */
export const nullableSeconds = z.int().min(0).max(2_147_483_647).nullable().openapi({ example: 3600 });
