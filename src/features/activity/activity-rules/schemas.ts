import { z } from "@hono/zod-openapi";
import { instant, nullableInstant, text, uuid } from "../../../http/schema-parts.ts";

/** Maximum number of rules of a user: reports compare each with all activity. */
export const MAX_RULES = 200;

/** Part of an activity that a rule compares. */
const Field = z.enum(["app", "title", "domain", "project"]).openapi({
  description:
    "Compares the application, the title of its window, the domain of the site in it, or the project that an editor reported",
});

/** Comparison of a rule, which ignores case. */
const Match = z.enum(["equals", "contains", "starts_with", "ends_with"]);

/** Value of the time that a rule matches. */
const productivity = z.int().min(-2).max(2).nullable().openapi({
  description: "From -2 (distraction) to 2 (productive); null for no rating",
  example: 2,
});

const category = text(1, 50)
  .nullable()
  .openapi({ type: ["string", "null"], minLength: 1, maxLength: 50, example: "Programming" });

const fields = {
  field: Field,
  match: Match,
  pattern: text(1, 200).openapi({ type: "string", minLength: 1, maxLength: 200, example: "code" }),
  project_id: uuid().nullable(),
  category,
  productivity,
};

export const ActivityRuleResponse = z
  .object({
    id: uuid(),
    owner_id: uuid(),
    position: z.int().openapi({ description: "Rules with lower positions are evaluated first", example: 1 }),
    field: Field,
    match: Match,
    pattern: z.string().openapi({ example: "code" }),
    project_id: uuid().nullable(),
    category: z.string().nullable().openapi({ example: "Programming" }),
    productivity,
    created_at: instant,
    updated_at: nullableInstant,
  })
  .openapi("ActivityRuleResponse");

export const CreateActivityRule = z
  .strictObject(fields)
  .partial()
  .required({ field: true, match: true, pattern: true })
  .openapi("CreateActivityRule");
export type CreateActivityRule = z.output<typeof CreateActivityRule>;

export const UpdateActivityRule = z.strictObject(fields).partial().openapi("UpdateActivityRule");
export type UpdateActivityRule = z.output<typeof UpdateActivityRule>;

export const ActivityRuleOrder = z
  .strictObject({
    rule_ids: z
      .array(uuid())
      .max(MAX_RULES)
      .openapi({ description: "All rules of the current user, each exactly once, in the new order" }),
  })
  .openapi("ActivityRuleOrder");
export type ActivityRuleOrder = z.output<typeof ActivityRuleOrder>;

export const ActivityRuleParams = z.object({
  rule_id: uuid().openapi({ param: { name: "rule_id", in: "path" } }),
});
