import type { Context, MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { AppEnv } from "../context.ts";

/** Response headers that pages may read, in addition to the headers that are always readable. */
const EXPOSED = [
  "Clear-Site-Data",
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
  const roots = open.map((path) => `${path}/`);
  return function crossOrigin(c, next) {
    const isOpen = roots.some((root) => `${c.req.path}/`.startsWith(root));
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

/** Allows the origins in CORS_ORIGINS. Browsers send credentials only if there is one. */
const allowOrigins = (credentials: boolean): MiddlewareHandler<AppEnv> =>
  cors({
    origin: (origin, c: Context<AppEnv>) => (c.get("settings").CORS_ORIGINS.includes(origin) ? origin : null),
    credentials,
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

const withCredentials = allowOrigins(true);
const withoutCredentials = allowOrigins(false);

const allowConfiguredOrigins: MiddlewareHandler<AppEnv> = async function allowConfiguredOrigins(c, next) {
  if (c.req.header("Origin") === undefined && c.req.method !== "OPTIONS") {
    await next();
    c.res.headers.append("Vary", "Origin");
    return;
  }
  return (c.get("settings").CORS_ORIGINS.length > 0 ? withCredentials : withoutCredentials)(c, next);
};
