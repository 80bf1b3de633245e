import { z } from "@hono/zod-openapi";
import { jsonFromBase64Url, jsonToBase64Url } from "../../../core/security/encoding.ts";
import { rawText } from "../../../http/schema-parts.ts";

const isObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);

// The standard is open: what is not known here is ignored, unlike elsewhere in this API.

const MAX_EVALUATIONS = 100;
const MAX_RESULTS = 100;

const part = (example: string) => rawText(255).min(1).openapi({ example });

/** Not looked into: a batch takes it as part of every question. */
const open = z.unknown().refine(isObject, { error: "must be an object" }).optional().openapi({
  type: "object",
  additionalProperties: {},
  description: "Accepted, and plays no part in the decision",
  example: {},
});

const AuthzenSubject = z
  .object({
    type: part("user").openapi({ description: "Only a `user` may do anything" }),
    id: part("3f0e8a52-7c55-4b8c-9a36-2d6a1f0c9be1").openapi({
      description:
        "The user's id, username or confirmed email. If it is something else, `properties` may have a `username` or an `email`",
    }),
    properties: open,
  })
  .openapi("AuthzenSubject");
export type AuthzenSubject = z.output<typeof AuthzenSubject>;

const AuthzenAction = z.object({ name: part("read"), properties: open }).openapi("AuthzenAction");

const AuthzenResource = z
  .object({
    type: part("tasks"),
    id: part("3f0e8a52-7c55-4b8c-9a36-2d6a1f0c9be1").openapi({
      description:
        "Of a record of this API it decides with the permission: whether the record exists, who owns it, and what it grants. `*` asks for the type as a whole",
    }),
    properties: open,
  })
  .openapi("AuthzenResource");

export const EvaluationRequest = z
  .object({ subject: AuthzenSubject, action: AuthzenAction, resource: AuthzenResource, context: open })
  .openapi("EvaluationRequest");
export type EvaluationRequest = z.output<typeof EvaluationRequest>;

/** A subject's id as it is stored, where it is one at all. */
export const UserId = z.guid().toLowerCase();

/** What can't be the name of a user names none: properties are open. */
const nameProperty = rawText(255).optional().catch(undefined);

/** What else a subject may be named by: an identity provider's `sub` is nothing that is known here. */
export const NameProperties = z.object({
  username: nameProperty,
  email: nameProperty,
});

/** One of a batch, with the defaults in it; or why it is no question. */
export type BatchEntry = { question: EvaluationRequest } | { problem: string };

const Semantic = z.enum(["execute_all", "deny_on_first_deny", "permit_on_first_permit"]);
export type Semantic = z.output<typeof Semantic>;

/** Without evaluations it is one question, as the standard demands. */
export const EvaluationsRequest = z
  .object({
    ...EvaluationRequest.partial().shape,
    evaluations: z
      .array(
        z.unknown().openapi({
          type: "object",
          description: "As the whole; what it leaves out is taken from there",
          example: { resource: { type: "tasks", id: "3f0e8a52-7c55-4b8c-9a36-2d6a1f0c9be1" } },
        }),
      )
      .max(MAX_EVALUATIONS)
      .optional(),
    options: z.object({ evaluations_semantic: Semantic.default("execute_all") }).optional(),
  })
  .transform(({ evaluations = [], options, ...defaults }, context) => {
    if (evaluations.length > 0) {
      const entries = evaluations.map((entry) => toEntry(defaults, entry));
      return { entries, semantic: options?.evaluations_semantic ?? "execute_all" };
    }
    const single = EvaluationRequest.safeParse(defaults);
    if (single.success) return { question: single.data };
    for (const { path, message } of single.error.issues) {
      context.addIssue({ code: "custom", path, message });
    }
    return z.NEVER;
  })
  .openapi("EvaluationsRequest");
export type EvaluationsRequest = z.output<typeof EvaluationsRequest>;

const DecisionContext = z
  .object({
    reason: z.enum(["subject_unresolved", "permission_missing"]).optional().openapi({
      description:
        "`permission_missing` also where the permission is not for this record: one that is not there, or not the subject's, is not told apart",
    }),
    error: z
      .object({ status: z.literal(400), message: z.string().openapi({ example: "action: Invalid input" }) })
      .optional()
      .openapi({ description: "What is wrong with this question of a batch" }),
  })
  .openapi("DecisionContext");

export const Decision = z
  .object({ decision: z.boolean(), context: DecisionContext.optional() })
  .openapi("Decision");
export type Decision = z.output<typeof Decision>;

export const Decisions = z
  .object({ evaluations: z.array(Decision) })
  .openapi("Decisions", { description: "In the order of the questions; cut off where the semantic says so" });

/** Where a page ended: the last result on it, and a mark of the search, by which another's token is known. */
export interface Place {
  mark: string;
  last: string;
}

const PlaceParts = z.tuple([z.string(), rawText(255)]);

/** The token of `place`, which `PageToken` reads. */
export const tokenOf = ({ mark, last }: Place) =>
  jsonToBase64Url([mark, last] satisfies z.input<typeof PlaceParts>);

/** Empty, as on the last page, it says no place. */
const PageToken = rawText(1000)
  .transform((text, context): Place | undefined => {
    if (text === "") return undefined;
    const parts = PlaceParts.safeParse(jsonFromBase64Url(text));
    if (parts.success) return { mark: parts.data[0], last: parts.data[1] };
    context.addIssue({ code: "custom", message: "This is no token: take it from the page before." });
    return z.NEVER;
  })
  .openapi({ type: "string", description: "The `next_token` of the page before; none for the first page" });

const page = z
  .object({
    token: PageToken.optional(),
    limit: z
      .int()
      .min(0)
      .optional()
      .openapi({
        description: `No page has more than ${MAX_RESULTS} results; one of 0 has none, and the token of the first`,
        example: 20,
      })
      .transform((limit = MAX_RESULTS) => Math.min(limit, MAX_RESULTS)),
  })
  .default({ limit: MAX_RESULTS })
  .openapi({ example: { limit: 20 } });

const search = { context: open, page };
const subjectOfAnyId = AuthzenSubject.omit({ id: true }).openapi("AuthzenSubjectType");
const resourceOfAnyId = AuthzenResource.omit({ id: true }).openapi("AuthzenResourceType");

export const SubjectSearch = z
  .object({ subject: subjectOfAnyId, action: AuthzenAction, resource: AuthzenResource, ...search })
  .openapi("SubjectSearch");
export type SubjectSearch = z.output<typeof SubjectSearch>;

export const ResourceSearch = z
  .object({ subject: AuthzenSubject, action: AuthzenAction, resource: resourceOfAnyId, ...search })
  .openapi("ResourceSearch");
export type ResourceSearch = z.output<typeof ResourceSearch>;

export const ActionSearch = z
  .object({ subject: AuthzenSubject, resource: AuthzenResource, ...search })
  .openapi("ActionSearch");
export type ActionSearch = z.output<typeof ActionSearch>;

const results = <Result extends z.ZodType>(result: Result) =>
  z.object({
    results: z.array(result),
    page: z.object({
      next_token: z.string().openapi({ description: "Empty on the last page", example: "" }),
      count: z.int().openapi({ description: "How many results this page has", example: 1 }),
    }),
  });

export const SubjectResults = results(AuthzenSubject.omit({ properties: true })).openapi("SubjectResults");
export const ResourceResults = results(
  z.object({
    type: z.string().openapi({ example: "tasks" }),
    id: z.string().openapi({ example: "3f0e8a52-7c55-4b8c-9a36-2d6a1f0c9be1" }),
  }),
).openapi("ResourceResults");
export const ActionResults = results(AuthzenAction.omit({ properties: true })).openapi("ActionResults");

const endpoint = (path: string) => z.url().openapi({ example: `https://api.example.com${path}` });

export const AuthzenConfiguration = z
  .object({
    policy_decision_point: endpoint(""),
    access_evaluation_endpoint: endpoint("/access/v1/evaluation"),
    access_evaluations_endpoint: endpoint("/access/v1/evaluations"),
    search_subject_endpoint: endpoint("/access/v1/search/subject"),
    search_resource_endpoint: endpoint("/access/v1/search/resource"),
    search_action_endpoint: endpoint("/access/v1/search/action"),
  })
  .openapi("AuthzenConfiguration");

export const OwnPermissions = z
  .object({
    permissions: z.array(z.string()).openapi({
      description: "Sorted. `tasks:*` stands for every action, `*` for everything: all that superusers need",
      example: ["projects:read", "tasks:*"],
    }),
    is_superuser: z.boolean().openapi({ example: false }),
  })
  .openapi("OwnPermissions");

/** A key of the entry takes the place of the whole default of that name: the standard merges no deeper. */
function toEntry(defaults: object, entry: unknown): BatchEntry {
  const object = z.record(z.string(), z.unknown()).safeParse(entry);
  const whole = object.success ? { ...defaults, ...object.data } : entry;
  const question = EvaluationRequest.safeParse(whole);
  if (question.success) return { question: question.data };
  const problems = question.error.issues.map(({ path, message }) =>
    [...path.map(String), message].join(": "),
  );
  return { problem: problems.join("; ") };
}
