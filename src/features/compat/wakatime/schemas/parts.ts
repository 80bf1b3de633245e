import { z } from "@hono/zod-openapi";
import { instant } from "../../../../http/schema-parts.ts";

export const nullableText = z.string().nullable();

/** A list of things that this service does not have. It is always empty, so that clients show nothing. */
export const emptyList = z.array(z.unknown()).max(0);

/** A setting that this service does not have, or that cannot be turned on. */
export const alwaysFalse = z.literal(false);

export const text = z.string().openapi({ example: "2 hrs 17 mins" });

export const timeFields = {
  total_seconds: z.number().openapi({ example: 8256.5 }),
  hours: z.int(),
  minutes: z.int(),
  digital: z.string().openapi({ example: "2:17" }),
  decimal: z.string().openapi({ example: "2.28" }),
  text,
};

const TimePart = z
  .object({
    name: z.string(),
    ...timeFields,
    seconds: z.int(),
    percent: z.number().openapi({ example: 62.5 }),
  })
  .openapi("ActivityTimePart");

export const parts = z.array(TimePart);

const machines = z.array(
  TimePart.extend({
    machine_name_id: z.string().openapi({ description: "The name; machines have no other identifier" }),
  }),
);

export const byDimension = {
  projects: parts,
  languages: parts,
  categories: parts,
  editors: parts,
  operating_systems: parts,
  machines,
};

export const rangeOfTime = z.object({
  date: z.string(),
  start: instant,
  end: instant,
  text: z.string(),
  timezone: z.string(),
});
