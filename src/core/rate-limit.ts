import { AppError } from "./errors.ts";

/** A rate limit that is exceeded: further attempts are rejected for some time. */
export interface Block {
  /** Name of the policy. */
  policy: string;
  /** Number of attempts that are allowed within `window` seconds. */
  quota: number;
  window: number;
  /** Seconds until the block ends. */
  seconds: number;
  /** Message for the client, if the default one with the seconds to wait is not enough. */
  message?: string | undefined;
}

/** Creates the error, with headers that say when to retry (draft-ietf-httpapi-ratelimit-headers). */
export function rateLimitExceeded(
  { policy, quota, window, seconds, message }: Block,
  cause?: unknown,
): AppError {
  return new AppError("RATE_LIMIT_EXCEEDED", {
    message: message ?? `Too many attempts. Try again in ${formatWait(seconds)}.`,
    headers: {
      "Retry-After": String(seconds),
      RateLimit: `"${policy}";r=0;t=${seconds}`,
      "RateLimit-Policy": `"${policy}";q=${quota};w=${window}`,
    },
    cause,
  });
}

function formatWait(seconds: number): string {
  const [count, unit] = seconds < 120 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
