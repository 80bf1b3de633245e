import { AppError } from "./errors.ts";

/** Attempts of one kind are refused for now. */
export interface Block {
  /** The name of the policy that says so. */
  policy: string;
  /** How many attempts it allows within `window` seconds. */
  quota: number;
  window: number;
  /** Until it ends. */
  seconds: number;
  /** What the client is told, if there is more to say than how long to wait. */
  message?: string | undefined;
}

/** The refusal, with the headers that tell a client when to come back (draft-ietf-httpapi-ratelimit-headers). */
export function rateLimitExceeded(
  { policy, quota, window, seconds, message }: Block,
  cause?: unknown,
): AppError {
  return new AppError("RATE_LIMIT_EXCEEDED", {
    message: message ?? `Too many attempts. Try again in ${inWords(seconds)}.`,
    headers: {
      "Retry-After": String(seconds),
      RateLimit: `"${policy}";r=0;t=${seconds}`,
      "RateLimit-Policy": `"${policy}";q=${quota};w=${window}`,
    },
    cause,
  });
}

function inWords(seconds: number): string {
  const [count, unit] = seconds < 120 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
