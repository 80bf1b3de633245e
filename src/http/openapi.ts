import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { ERRORS, type ErrorCode } from "../core/errors.ts";
import { VERSION } from "../core/version.ts";
import { ErrorResponse, ForbiddenResponse } from "./error-response.ts";
import { MEBIBYTE } from "./middleware/body.ts";

/** What the OpenAPI document says of the whole. */
export const documentConfig = {
  openapi: "3.1.0",
  info: {
    title: "Productivity Tracker",
    version: VERSION,
    description:
      "Accounts, sessions, fine-grained RBAC and productivity data. Every error has one shape, `ErrorResponse`, and carries the request's id. A server with a list of its host names (`ALLOWED_HOSTS`; `npm start` always has one) answers requests for other host names with 421 `MISDIRECTED_REQUEST`, at every address.",
    contact: { name: "Whoever runs this deployment" },
    license: { name: "MIT", identifier: "MIT" },
  },
  servers: [{ url: "/" }],
  // In this order, the most needed first, /docs and /redoc show them.
  tags: [
    { name: "Authentication", description: "Sign up, sign in, stay signed in, sign out; one's own account" },
    { name: "Sessions", description: "Where somebody is signed in, and how to end it" },
    { name: "Factors", description: "What proves who one is beside the password" },
    { name: "Passkeys", description: "Keys in a device, which sign in without a password" },
    { name: "Tokens", description: "Personal tokens, by which programs act for their owner" },
    { name: "Users", description: "Other people's accounts" },
    { name: "Time", description: "The timer, and what was worked when" },
    { name: "Projects", description: "What work is for" },
    { name: "Clients", description: "Whom work is done for" },
    { name: "Tasks", description: "What is to do" },
    { name: "Tags", description: "Words to find time entries by" },
    { name: "Settings", description: "How a user counts: zone, week, day" },
    { name: "Reports", description: "What the time entries amount to" },
    { name: "Goals", description: "How much of something to do, or to do at most, and how far that is" },
    { name: "Activity", description: "What programs saw by themselves, and what rules make of it" },
    {
      name: "WakaTime",
      description: "What editors' plugins, and other clients of WakaTime, ask of their server",
    },
    { name: "ActivityWatch", description: "What ActivityWatch's watchers and pages ask of their server" },
    { name: "Roles", description: "Named sets of permissions, and what they grant" },
    { name: "Permissions", description: "What may be done to what: `resource:action`" },
    { name: "Authorization", description: "Who may do what: decisions by OpenID AuthZEN" },
    { name: "Audit", description: "Who did what to whom, and when" },
    { name: "Service", description: "What this is, and whether it works" },
  ],
};

/** Declares the ways to send a token. The cookie is named as it is by default in production. */
export function registerSecuritySchemes(registry: OpenAPIHono["openAPIRegistry"]): void {
  registry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The `access_token` of `POST /auth/login`, or a personal token of `POST /auth/tokens`.",
  });
  registry.registerComponent("securitySchemes", "basic", {
    type: "http",
    scheme: "basic",
    description:
      "A personal token as the user or as the password, for programs that can't send it as Bearer.",
  });
  registry.registerComponent("securitySchemes", "key", {
    type: "apiKey",
    in: "query",
    name: "api_key",
    description:
      "A key of the format `wakatime` of `POST /auth/tokens`, for clients of WakaTime that can send it no other way; as Bearer or Basic too.",
  });
  registry.registerComponent("securitySchemes", "cookie", {
    type: "apiKey",
    in: "cookie",
    name: "__Host-access_token",
    description:
      "Set by `POST /auth/login` and sent by the browser itself: nothing to enter here. `access_token` in development.",
  });
}

/** A JSON response with `schema`. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { "application/json": { schema } },
});

/** A JSON request body that must be sent. */
export const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { "application/json": { schema } },
});

/** The answer to a successful DELETE. */
export const NO_CONTENT = { description: "Done" };

type ErrorStatus<Code extends ErrorCode> = (typeof ERRORS)[Code]["status"];

/** What any route may answer. */
const EVERYWHERE = ["INTERNAL_SERVER_ERROR"] as const;

/** What any route that asks the database may answer. */
const ALWAYS = [
  ...EVERYWHERE,
  "PAYLOAD_TOO_LARGE",
  "DATABASE_ERROR",
  "DATABASE_LIMIT_EXCEEDED",
  "DATABASE_CONNECTION_ERROR",
] as const;

/** What any route with a body may answer. */
export const BODY_ERRORS = [
  "BAD_REQUEST",
  "UNSUPPORTED_MEDIA_TYPE",
  "VALIDATION_ERROR",
] as const satisfies ErrorCode[];

/** The same where a standard, or the protocol of others, answers whatever is wrong with a request with 400. */
export const MALFORMED_ERRORS = ["BAD_REQUEST", "UNSUPPORTED_MEDIA_TYPE"] as const satisfies ErrorCode[];

/** What any route for signed-in users may answer. */
export const GUARD_ERRORS = [
  "INVALID_TOKEN",
  "TOKEN_EXPIRED",
  "INACTIVE_USER",
  "PERMISSION_DENIED",
  "RATE_LIMIT_EXCEEDED",
] as const satisfies ErrorCode[];

/** What any route that asks for recent proof of who one is may answer. */
export const RECENT_ERRORS = [...GUARD_ERRORS, "REAUTHENTICATION_REQUIRED"] as const satisfies ErrorCode[];

/** What any route that takes an Idempotency-Key may answer. */
export const IDEMPOTENCY_ERRORS = [
  "IDEMPOTENCY_KEY_IN_USE",
  "IDEMPOTENCY_KEY_REUSED",
  "VALIDATION_ERROR",
] as const satisfies ErrorCode[];

/** The documented responses for errors with `codes`, one for each status, with an example for each code. */
export function errors<Code extends ErrorCode>(...codes: Code[]) {
  return responsesFor<Code | (typeof ALWAYS)[number]>([...codes, ...ALWAYS]);
}

/** The documented errors of a route that asks nothing of the database. One without a guard never reads a body, however large. */
export const errorsWithoutDatabase = <Code extends ErrorCode = never>(...codes: Code[]) =>
  responsesFor<Code | (typeof EVERYWHERE)[number]>([...codes, ...EVERYWHERE]);

/** `document` with what each operation asks for put into words, from what its guard declares. */
export function withPermissionsInWords<Document extends ReturnType<OpenAPIHono["getOpenAPI31Document"]>>(
  document: Document,
): Document {
  for (const operation of Object.values(document.paths ?? {}).flatMap((methods) => Object.values(methods))) {
    const clauses: string[][] = operation["x-permissions"] ?? [];
    const forbidden = operation.responses?.[403]?.content?.["application/json"];
    if (forbidden?.examples?.PERMISSION_DENIED) {
      const lacked = [...clauses, ...((operation["x-may-need"] ?? []) as string[][])];
      const missing = lacked.length > 0 && { missing: lacked };
      const value = { ...exampleOf("PERMISSION_DENIED"), ...missing };
      forbidden.examples = { ...forbidden.examples, PERMISSION_DENIED: { value } };
      if (!missing) forbidden.schema = { $ref: "#/components/schemas/ErrorResponse" };
    }
    const needs = clauses.map((names) => names.map((name) => `\`${name}\``).join(" or ")).join(", and ");
    const sensitive = ((operation["x-sensitive-fields"] ?? []) as string[]).map((field) => `\`${field}\``);
    const words = [
      needs && `Needs ${needs}.`,
      operation["x-in-person"] && "Not for personal tokens.",
      operation["x-recent"] && "Asks for recent proof of who one is.",
      sensitive.length > 0 &&
        `With ${sensitive.join(" or ")} it is not for personal tokens, and asks for recent proof of who one is.`,
      operation["x-body-bytes"] && `The body may have ${operation["x-body-bytes"] / MEBIBYTE} MiB.`,
    ];
    operation.description = [operation.description, words.filter(Boolean).join(" ")]
      .filter(Boolean)
      .join("\n\n");
  }
  return document;
}

function responsesFor<Code extends ErrorCode>(codes: ErrorCode[]) {
  const byStatus = Object.groupBy(new Set(codes), (code) => ERRORS[code].status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group]) => [status, errorResponse(group)]),
  ) as Record<ErrorStatus<Code>, ReturnType<typeof errorResponse>>;
}

/** When to come back (RFC 9110 10.2.3, draft-ietf-httpapi-ratelimit-headers). */
const rateLimitHeaders = z.object({
  "Retry-After": z.string().openapi({ description: "Seconds to wait", example: "30" }),
  RateLimit: z
    .string()
    .openapi({ description: "What is left, and for how long", example: '"login";r=0;t=30' }),
  "RateLimit-Policy": z.string().openapi({ description: "What is allowed", example: '"login";q=10;w=900' }),
});

/** The documented response for errors with `codes`, which share a status. */
export function errorResponse(codes: ErrorCode[]) {
  return {
    ...(codes.includes("RATE_LIMIT_EXCEEDED") && { headers: rateLimitHeaders }),
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join("  \n"),
    content: {
      "application/json": {
        schema: codes.includes("PERMISSION_DENIED") ? ForbiddenResponse : ErrorResponse,
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
      },
    },
  };
}

function exampleOf(code: ErrorCode): z.input<typeof ForbiddenResponse> {
  const details = [{ field: "body.email", message: "Invalid email address", type: "invalid_format" }];
  return {
    error: code,
    message: ERRORS[code].message,
    request_id: "5f0c1b1e-6a0e-4c39-8a41-0b6c2f3f9a11",
    ...(code === "VALIDATION_ERROR" && { details }),
  };
}
