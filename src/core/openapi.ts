import type { OpenAPIHono, z } from "@hono/zod-openapi";
import { ErrorResponse } from "./error-response.ts";
import { ERRORS, type ErrorCode } from "./errors.ts";
import { VERSION } from "./version.ts";

/** What the OpenAPI document says of the whole. */
export const documentConfig = {
  openapi: "3.1.0",
  info: {
    title: "Productivity Tracker",
    version: VERSION,
    description:
      "Accounts, sessions, fine-grained RBAC and productivity data. Every error has one shape, `ErrorResponse`, and carries the request's id.",
    license: { name: "MIT", identifier: "MIT" },
  },
  servers: [{ url: "/" }],
  tags: [
    { name: "Authentication", description: "Sign up, sign in, stay signed in, sign out; one's own account" },
    { name: "Service", description: "What this is, and whether it works" },
  ],
};

/** Declares the two ways to send an access token. The cookie is named as it is by default in production. */
export function registerSecuritySchemes(registry: OpenAPIHono["openAPIRegistry"]): void {
  registry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
  });
  registry.registerComponent("securitySchemes", "cookie", {
    type: "apiKey",
    in: "cookie",
    name: "__Host-access_token",
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

type ErrorStatus<Code extends ErrorCode> = (typeof ERRORS)[Code]["status"];

/** What any route may answer. */
const ALWAYS = ["INTERNAL_SERVER_ERROR", "DATABASE_CONNECTION_ERROR"] as const;

/** What any route with a body may answer. */
export const BODY_ERRORS = [
  "BAD_REQUEST",
  "PAYLOAD_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "VALIDATION_ERROR",
] as const satisfies ErrorCode[];

/** What any route for signed-in users may answer. */
export const GUARD_ERRORS = [
  "INVALID_TOKEN",
  "TOKEN_EXPIRED",
  "INACTIVE_USER",
  "PERMISSION_DENIED",
] as const satisfies ErrorCode[];

/** The documented responses for errors with `codes`, one for each status, naming the codes it may carry. */
export function errors<Code extends ErrorCode>(...codes: Code[]) {
  const byStatus = Object.groupBy(new Set<ErrorCode>([...codes, ...ALWAYS]), (code) => ERRORS[code].status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group]) => [
      status,
      json(ErrorResponse, group.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join("\n\n")),
    ]),
  ) as Record<ErrorStatus<Code | (typeof ALWAYS)[number]>, ReturnType<typeof json<typeof ErrorResponse>>>;
}
