import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { AppEnv } from "../context.ts";

/** What a page may read of an answer beside its type and its length. */
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
 * CORS for exactly the origins in CORS_ORIGINS, with credentials; other origins get no Access-Control-Allow-Origin, nor does a request
 * without an origin. What is below a path of `open` is for every origin, without credentials: for programs in any page that know a token.
 */
export function crossOrigin({ open = [] }: { open?: string[] } = {}): MiddlewareHandler<AppEnv> {
  return function crossOrigin(c, next) {
    const isOpen = open.some((path) => `${c.req.path}/`.startsWith(`${path}/`));
    return (isOpen ? forEverybody : forChosen)(c, next);
  };
}

const forEverybody: MiddlewareHandler<AppEnv> = cors({
  origin: "*",
  allowMethods: ["GET", "HEAD", "POST"],
  allowHeaders: [
    "Authorization",
    "Content-Type",
    "Timezone",
    // Firefox asks for it where a page sets it, as the status bar of VS Code for the Web does.
    "User-Agent",
    "X-Machine-Name",
    "X-Request-Id",
  ],
  exposeHeaders: EXPOSED,
  maxAge: 600,
});

const forChosen: MiddlewareHandler<AppEnv> = async function forChosen(c, next) {
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
      // As generated clients for browsers set it.
      "User-Agent",
      "X-Request-Id",
    ],
    exposeHeaders: EXPOSED,
    maxAge: 600,
  });
  return answer(c, next);
};
