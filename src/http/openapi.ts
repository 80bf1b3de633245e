import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { ERRORS, type ErrorCode } from "../core/errors.ts";
import { VERSION } from "../core/version.ts";
import { ErrorResponse, ForbiddenResponse } from "./error-response.ts";
import { MEBIBYTE } from "./middleware/body.ts";

/** Top-level part of the OpenAPI document. */
export const documentConfig = {
  openapi: "3.1.0",
  info: {
    title: "Productivity Tracker",
    version: VERSION,
    description:
      "Accounts, sessions, fine-grained RBAC and productivity data. All errors have the shape of `ErrorResponse`, which includes the request's id. If `ALLOWED_HOSTS` is set (`npm start` always sets it), every request for another host name is answered with 421 `MISDIRECTED_REQUEST`, on any path.",
    contact: { name: "The operator of this deployment" },
    license: { name: "MIT", identifier: "MIT" },
  },
  servers: [{ url: "/" }],
  // /docs and /redoc show the tags in this order: most used first.
  tags: [
    {
      name: "Authentication",
      description: "Sign-up, sign-in, sign-out, tokens, and the current user's account",
    },
    { name: "Sessions", description: "Where a user is signed in" },
    { name: "Factors", description: "Second factors: authenticator apps and recovery codes" },
    { name: "Passkeys", description: "Keys on a device that sign in without a password" },
    { name: "Tokens", description: "Personal tokens, with which programs act for a user" },
    { name: "Users", description: "Administration of users' accounts" },
    { name: "Time", description: "Time entries and the timer" },
    { name: "Projects", description: "Projects" },
    { name: "Clients", description: "Clients you work for" },
    { name: "Tasks", description: "Tasks" },
    { name: "Tags", description: "Labels for time entries" },
    { name: "Settings", description: "Time settings: time zone, start of the week, day boundary" },
    { name: "Reports", description: "Summaries of tracked time" },
    { name: "Goals", description: "Targets for tracked time, and progress toward them" },
    { name: "Activity", description: "Automatically tracked activity, and rules that classify it" },
    {
      name: "WakaTime",
      description: "Endpoints for editor plugins and other clients of WakaTime",
    },
    { name: "ActivityWatch", description: "Endpoints for ActivityWatch's watchers and web UI" },
    { name: "Organizations", description: "Organizations of people who share projects and time" },
    { name: "Members", description: "Members of organizations" },
    { name: "Organization roles", description: "Roles inside an organization" },
    { name: "Invitations", description: "Invitations to organizations" },
    { name: "Departments", description: "Departments of organizations" },
    { name: "Teams", description: "Teams of organizations, and their leads" },
    { name: "Roles", description: "Named sets of permissions" },
    { name: "Permissions", description: "Permissions, named `resource:action`" },
    { name: "Authorization", description: "Access decisions (OpenID AuthZEN)" },
    { name: "Audit", description: "Log of security-relevant changes" },
    { name: "Service", description: "Service information and health" },
  ],
};

/** Registers the ways to send a token. The cookie has its default name in production. */
export function registerSecuritySchemes(registry: OpenAPIHono["openAPIRegistry"]): void {
  registry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The `access_token` from `POST /auth/login`, or a personal token from `POST /auth/tokens`.",
  });
  registry.registerComponent("securitySchemes", "basic", {
    type: "http",
    scheme: "basic",
    description:
      "A personal token as the username or the password, for programs that cannot send a Bearer token.",
  });
  registry.registerComponent("securitySchemes", "key", {
    type: "apiKey",
    in: "query",
    name: "api_key",
    description:
      "An API key (`format: wakatime`) from `POST /auth/tokens`, for clients of WakaTime that can only send it in the query. Bearer and Basic also work.",
  });
  registry.registerComponent("securitySchemes", "cookie", {
    type: "apiKey",
    in: "cookie",
    name: "__Host-access_token",
    description:
      "Set by `POST /auth/login` and sent automatically by the browser; there is nothing to enter here. Named `access_token` in development.",
  });
}

/** Returns the declaration of a JSON response with `schema`. */
export const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { "application/json": { schema } },
});

/** Returns the declaration of a required JSON request body. */
export const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { "application/json": { schema } },
});

/** Response to a successful DELETE. */
export const NO_CONTENT = { description: "Success, without a body" };

type ErrorStatus<Code extends ErrorCode> = (typeof ERRORS)[Code]["status"];

/** Errors of all routes. */
const EVERYWHERE = ["INTERNAL_SERVER_ERROR"] as const;

/** Errors of all routes that query the database. */
const ALWAYS = [
  ...EVERYWHERE,
  "PAYLOAD_TOO_LARGE",
  "DATABASE_ERROR",
  "DATABASE_LIMIT_EXCEEDED",
  "DATABASE_CONNECTION_ERROR",
] as const;

/** Errors of routes with a body. */
export const BODY_ERRORS = [
  "BAD_REQUEST",
  "UNSUPPORTED_MEDIA_TYPE",
  "VALIDATION_ERROR",
] as const satisfies ErrorCode[];

/** Errors of routes with a body whose standard or protocol requires 400 for every invalid request. */
export const MALFORMED_ERRORS = ["BAD_REQUEST", "UNSUPPORTED_MEDIA_TYPE"] as const satisfies ErrorCode[];

/** Errors of routes that require a signed-in user. */
export const GUARD_ERRORS = [
  "INVALID_TOKEN",
  "TOKEN_EXPIRED",
  "INACTIVE_USER",
  "PERMISSION_DENIED",
  "RATE_LIMIT_EXCEEDED",
] as const satisfies ErrorCode[];

/** Errors of routes that require recent authentication. */
export const RECENT_ERRORS = [...GUARD_ERRORS, "REAUTHENTICATION_REQUIRED"] as const satisfies ErrorCode[];

/** Errors of routes that accept an Idempotency-Key. */
export const IDEMPOTENCY_ERRORS = [
  "IDEMPOTENCY_KEY_IN_USE",
  "IDEMPOTENCY_KEY_REUSED",
  "VALIDATION_ERROR",
] as const satisfies ErrorCode[];

/** Returns the documented responses for errors with `codes`: one for each status, with an example for each code. */
export function errors<Code extends ErrorCode>(...codes: Code[]) {
  return responsesFor<Code | (typeof ALWAYS)[number]>([...codes, ...ALWAYS]);
}

/** Returns the documented error responses of a route that does not query the database. Without a guard, it never reads a body. */
export const errorsWithoutDatabase = <Code extends ErrorCode = never>(...codes: Code[]) =>
  responsesFor<Code | (typeof EVERYWHERE)[number]>([...codes, ...EVERYWHERE]);

/** Adds to each operation's description the requirements that its guard declares. Changes `document` in place and returns it. */
export function describeRequirements<Document extends ReturnType<OpenAPIHono["getOpenAPI31Document"]>>(
  document: Document,
): Document {
  for (const operation of Object.values(document.paths ?? {}).flatMap((methods) => Object.values(methods))) {
    const clauses: string[][] = operation["x-permissions"] ?? [];
    const forbidden = operation.responses?.[403]?.content?.["application/json"];
    if (forbidden?.examples?.PERMISSION_DENIED) {
      const missingClauses = [...clauses, ...((operation["x-may-need"] ?? []) as string[][])];
      const missing = missingClauses.length > 0 && { missing: missingClauses };
      const value = { ...exampleOf("PERMISSION_DENIED"), ...missing };
      forbidden.examples = { ...forbidden.examples, PERMISSION_DENIED: { value } };
      if (!missing) forbidden.schema = { $ref: "#/components/schemas/ErrorResponse" };
    }
    const needed = clauses.map((names) => names.map((name) => `\`${name}\``).join(" or ")).join(", and ");
    const sensitive = ((operation["x-sensitive-fields"] ?? []) as string[]).map((field) => `\`${field}\``);
    const sentences = [
      operation["x-within"]
        ? describeWithin(operation["x-within"], clauses)
        : needed && `Requires ${needed}.`,
      operation["x-in-person"] && "Personal tokens are not accepted.",
      operation["x-recent"] && "Requires recent authentication.",
      sensitive.length > 0 &&
        `Setting ${sensitive.join(" or ")} requires recent authentication, and is not possible with a personal token.`,
      operation["x-body-bytes"] && `The body may be up to ${operation["x-body-bytes"] / MEBIBYTE} MiB.`,
    ];
    operation.description = [operation.description, sentences.filter(Boolean).join(" ")]
      .filter(Boolean)
      .join("\n\n");
  }
  return document;
}

/** Returns the sentence about the grants that a route inside an organization requires. */
function describeWithin(within: string[][], frame: string[][]): string {
  const grants = within.flat().map((grant) => `\`${grant}\` in the organization`);
  const needed = [
    ...(grants.length > 0 ? grants : ["a membership of the organization"]),
    ...frame.flat().map((name) => `\`${name}\``),
  ];
  return `Requires ${needed.join(", or ")}.`;
}

function responsesFor<Code extends ErrorCode>(codes: ErrorCode[]) {
  const byStatus = Object.groupBy(new Set(codes), (code) => ERRORS[code].status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group]) => [status, errorResponse(group)]),
  ) as Record<ErrorStatus<Code>, ReturnType<typeof errorResponse>>;
}

/** Headers of 429 responses (RFC 9110 10.2.3, draft-ietf-httpapi-ratelimit-headers). */
const rateLimitHeaders = z.object({
  "Retry-After": z.string().openapi({ description: "Number of seconds to wait", example: "30" }),
  RateLimit: z.string().openapi({
    description: "Remaining quota, and the seconds until it resets",
    example: '"login";r=0;t=30',
  }),
  "RateLimit-Policy": z
    .string()
    .openapi({ description: "Quota and its window in seconds", example: '"login";q=10;w=900' }),
});

type ErrorDeclaration = ReturnType<typeof describeErrors>;

const declared = new Map<string, ErrorDeclaration>();

/** Returns the documented response for errors with `codes`, which share a status. Routes with the same errors share one declaration. */
export function errorResponse(codes: ErrorCode[]): ErrorDeclaration {
  const key = codes.join();
  const known = declared.get(key) ?? describeErrors(codes);
  declared.set(key, known);
  return known;
}

function describeErrors(codes: ErrorCode[]) {
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
