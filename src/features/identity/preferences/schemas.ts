import { z } from "@hono/zod-openapi";

const fields = {
  language: z
    .string()
    .max(35)
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, { error: "must be a language tag such as en or de-AT" })
    .nullable()
    .openapi({ description: "Null for the language of the browser", example: "de" }),
  theme: z.enum(["system", "light", "dark"]),
  first_page: z
    .enum([
      "today",
      "entries",
      "timesheet",
      "calendar",
      "activity",
      "reports",
      "year",
      "focus",
      "goals",
      "projects",
    ])
    .openapi({ description: "Page to show after signing in" }),
  has_single_key_shortcuts: z
    .boolean()
    .openapi({ description: "Whether single letters are keyboard shortcuts" }),
  hour_cycle: z
    .enum(["h12", "h23"])
    .nullable()
    .openapi({
      type: ["string", "null"],
      description: "Clock of 12 or 24 hours; null for that of the language",
      example: "h23",
    }),
};

export const Preferences = z.object(fields).openapi("Preferences");

export const UpdatePreferences = z.strictObject(fields).partial().openapi("UpdatePreferences");
export type UpdatePreferences = z.output<typeof UpdatePreferences>;
