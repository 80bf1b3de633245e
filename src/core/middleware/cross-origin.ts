import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { AppEnv } from "../context.ts";

/**
 * CORS for exactly the origins in CORS_ORIGINS, with credentials; other origins get no CORS header at all, nor does what
 * is no cross-origin request.
 */
export const crossOrigin: MiddlewareHandler<AppEnv> = async function crossOrigin(c, next) {
  if (c.req.header("Origin") === undefined && c.req.method !== "OPTIONS") {
    await next();
    c.res.headers.append("Vary", "Origin");
    return;
  }
  const { CORS_ORIGINS } = c.var.settings;
  const answer = cors({
    origin: (origin) => (CORS_ORIGINS.includes(origin) ? origin : null),
    credentials: CORS_ORIGINS.length > 0,
    allowMethods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    allowHeaders: [
      "Authorization",
      "Content-Type",
      "Idempotency-Key",
      "If-Match",
      "If-None-Match",
      "X-Request-Id",
    ],
    exposeHeaders: [
      "ETag",
      "Idempotency-Replayed",
      "Link",
      "RateLimit",
      "RateLimit-Policy",
      "Retry-After",
      "X-Request-Id",
      "X-Total-Count",
    ],
    maxAge: 600,
  });
  return answer(c, next);
};
