import type { Schemas } from "./types.ts";

type Body = Schemas["ErrorResponse"];

/** Code of an error: one of the API's, or OFFLINE if there was no answer. */
export type Code = Body["error"] | "OFFLINE";

/** An answer that is an error, or none. */
export class ApiError extends Error {
  readonly code: Code;
  /** Problems by the name of the field, such as `email`. */
  readonly fields: Record<string, string>;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: Code,
    { message = code, details = [], request_id }: Partial<Body> = {},
    retryAfterSeconds?: number,
  ) {
    super(message);
    this.code = code;
    this.fields = Object.fromEntries(
      details.map(({ field, message: text }) => [field.split(".").at(-1) ?? "", text]),
    );
    this.requestId = request_id;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const isBody = (value: unknown): value is Body =>
  typeof value === "object" && value !== null && "error" in value && "message" in value;

/** Returns the error of an answer with `body`. A proxy may answer with another body. */
export function errorOf(response: Response, body: unknown): ApiError {
  const seconds = Number(response.headers.get("Retry-After"));
  const retryAfter = seconds > 0 ? seconds : undefined;
  if (isBody(body)) return new ApiError(body.error, body, retryAfter);
  const code = response.status >= 502 ? "DATABASE_CONNECTION_ERROR" : "INTERNAL_SERVER_ERROR";
  return new ApiError(code, {}, retryAfter);
}
