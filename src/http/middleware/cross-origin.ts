import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { AppEnv } from "../context.ts";

/** Response headers that pages may read, in addition to the headers that are always readable. */
const EXPOSED = [
  "Content-Disposition",
  "ETag",
  "Idempotency-Replayed",
  "Link",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "Unusable-Rules",
  "WWW-Authenticate",
  "X-Request-Id",
  "X-Total-Count",
  "X-Total-Count-Exact",
];

/**
 * Allows cross-origin requests with credentials from exactly the origins in CORS_ORIGINS. Other origins, and requests without an origin,
 * get no Access-Control-Allow-Origin. Paths below `open` allow every origin, without credentials, for programs that send a token.
 */
export function crossOrigin({ open = [] }: { open?: string[] } = {}): MiddlewareHandler<AppEnv> {
  return function crossOrigin(c, next) {
    const isOpen = open.some((path) => `${c.req.path}/`.startsWith(`${path}/`));
    return (isOpen ? allowAnyOrigin : allowConfiguredOrigins)(c, next);
  };
}

const allowAnyOrigin: MiddlewareHandler<AppEnv> = cors({
  origin: "*",
  allowMethods: ["GET", "HEAD", "POST"],
  allowHeaders: [
    "Authorization",
    "Content-Type",
    "Timezone",
    // Firefox requires it if a page sets it, as the status bar in VS Code for the Web does.
    "User-Agent",
    "X-Machine-Name",
    "X-Request-Id",
  ],
  exposeHeaders: EXPOSED,
  maxAge: 600,
});

const allowConfiguredOrigins: MiddlewareHandler<AppEnv> = async function allowConfiguredOrigins(c, next) {
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
      // Generated clients for browsers set it.
      "User-Agent",
      "X-Request-Id",
    ],
    exposeHeaders: EXPOSED,
    maxAge: 600,
  });
  return answer(c, next);
};
