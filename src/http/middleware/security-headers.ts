import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";

/** Security headers of every response (OWASP ASVS 5.0 3.4). Set here in one pass, since a library's layer would be passed by every request. */
const HEADERS = Object.entries({
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Origin-Agent-Cluster": "?1",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
  "X-DNS-Prefetch-Control": "off",
  "X-Download-Options": "noopen",
  "X-Frame-Options": "DENY",
  "X-Permitted-Cross-Domain-Policies": "none",
  "X-XSS-Protection": "0",
});

/** Content-Security-Policy of API responses: a browser that shows one may load nothing. */
const API_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Sets the security headers of every response, including errors. A handler may set its own Content-Security-Policy, as pages do, and its
 * own Cache-Control, as public files do. All other responses get `no-store`.
 */
export const securityHeaders: MiddlewareHandler<AppEnv> = async function securityHeaders(c, next) {
  await next();
  const { headers } = c.res;
  for (const [name, value] of HEADERS) headers.set(name, value);
  headers.delete("X-Powered-By");
  if (!headers.has("Content-Security-Policy")) headers.set("Content-Security-Policy", API_POLICY);
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
};
