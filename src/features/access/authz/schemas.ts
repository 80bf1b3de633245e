import { z } from "@hono/zod-openapi";
import { jsonFromBase64Url, jsonToBase64Url } from "../../../core/security/encoding.ts";
import { rawText } from "../../../http/schema-parts.ts";

const isObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);

// The standard is open: unknown fields are ignored, unlike elsewhere in this API.

const MAX_EVALUATIONS = 100;
const MAX_RESULTS = 100;

const part = (example: string) => rawText(255).min(1).openapi({ example });

/** An object of any content. Not validated further, since a batch copies it into every question. */
const open = z.unknown().refine(isObject, { error: "must be an object" }).optional().openapi({
  type: "object",
  additionalProperties: {},
  description: "Accepted, but does not affect the decision",
  example: {},
});

const AuthzenSubject = z
  .object({
    type: part("user").openapi({ description: "Must be `user` for the subject to be allowed anything" }),
    id: part("3f0e8a52-7c55-4b8c-9a36-2d6a1f0c9be1").openapi({
      description:
        "The user's id, username or confirmed email. If it is another identifier, `properties` may contain a `username` or an `email`",
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
        "For a record of this API, the decision also depends on whether the record exists, on its owner, and on what it grants. `*` stands for all records of the type",
    }),
    properties: open,
  })
  .openapi("AuthzenResource");

export const EvaluationRequest = z
  .object({ subject: AuthzenSubject, action: AuthzenAction, resource: AuthzenResource, context: open })
  .openapi("EvaluationRequest");
export type EvaluationRequest = z.output<typeof EvaluationRequest>;

/** Id of a user, in lower case as it is stored. */
export const UserId = z.guid().toLowerCase();

/** A property that may be a user's name. Any other value is ignored, since properties are open. */
const nameProperty = rawText(255).optional().catch(undefined);

/** Properties that identify a user if the id does not: an identity provider's `sub` is unknown here. */
export const NameProperties = z.object({
  username: nameProperty,
  email: nameProperty,
});

/** A question of a batch with the defaults filled in, or the problem with it. */
export type BatchEntry = { question: EvaluationRequest } | { problem: string };

const Semantic = z.enum(["execute_all", "deny_on_first_deny", "permit_on_first_permit"]);
export type Semantic = z.output<typeof Semantic>;

/** A batch of questions. Without evaluations it is a single question, as the standard requires. */
export const EvaluationsRequest = z
  .object({
    ...EvaluationRequest.partial().shape,
    evaluations: z
      .array(
        z.unknown().openapi({
          type: "object",
          description: "Has the same fields as the request; missing fields are taken from the request",
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
        "`permission_missing` is also the reason if the record does not exist or is not accessible to the subject",
    }),
    error: z
      .object({ status: z.literal(400), message: z.string().openapi({ example: "action: Invalid input" }) })
      .optional()
      .openapi({ description: "Problem with this question of the batch" }),
  })
  .openapi("DecisionContext");

export const Decision = z
  .object({ decision: z.boolean(), context: DecisionContext.optional() })
  .openapi("Decision");
export type Decision = z.output<typeof Decision>;

export const Decisions = z.object({ evaluations: z.array(Decision) }).openapi("Decisions", {
  description: "In the order of the questions; ends early if `evaluations_semantic` says so",
});

/** End of a page: its last result, and a hash of the search, which detects tokens of other searches. */
export interface Place {
  mark: string;
  last: string;
}

const PlaceParts = z.tuple([z.string(), rawText(255)]);

/** Returns the page token of `place`, which `PageToken` parses. */
export const tokenOf = ({ mark, last }: Place) =>
  jsonToBase64Url([mark, last] satisfies z.input<typeof PlaceParts>);

/** A page token. An empty token, as on the last page, means the start of the list. */
const PageToken = rawText(1000)
  .transform((text, context): Place | undefined => {
    if (text === "") return undefined;
    const parts = PlaceParts.safeParse(jsonFromBase64Url(text));
    if (parts.success) return { mark: parts.data[0], last: parts.data[1] };
    context.addIssue({ code: "custom", message: "must be the `next_token` of the previous page" });
    return z.NEVER;
  })
  .openapi({ type: "string", description: "`next_token` of the previous page; omit it for the first page" });

const page = z
  .object({
    token: PageToken.optional(),
    limit: z
      .int()
      .min(0)
      .optional()
      .openapi({
        description: `At most ${MAX_RESULTS}. A page with limit 0 has no results, and the token of the first page`,
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
      count: z.int().openapi({ description: "Number of results on this page", example: 1 }),
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
      description:
        "Sorted. `tasks:*` stands for every action on tasks, `*` for everything; superusers have only `*`",
      example: ["projects:read", "tasks:*"],
    }),
    is_superuser: z.boolean().openapi({ example: false }),
  })
  .openapi("OwnPermissions");

/** Merges an entry with the defaults. Each field of the entry replaces the whole default: the standard does not merge deeper. */
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
