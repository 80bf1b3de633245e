import { createHash, timingSafeEqual } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Endpoint } from "./http-server.ts";
import type { Metrics } from "./metrics.ts";
import type { Readiness } from "./readiness.ts";

interface EndpointOptions {
  checkReadiness(): Promise<Readiness>;
  /** Undefined if /metrics is off. */
  metrics: Metrics | undefined;
  metricsToken: string | undefined;
}

const HEADERS = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

/**
 * Returns the answers for the operator's tools: /health/live, /health/ready and /metrics. They bypass the application, so that no limit on
 * requests makes a healthy server look dead.
 */
export function createEndpoints({ checkReadiness, metrics, metricsToken }: EndpointOptions): Endpoint {
  return ({ url = "", method = "GET", headers }, outgoing) => {
    const path = url.split("?", 1)[0] ?? "";
    const isOwn =
      path === "/health/live" || path === "/health/ready" || (path === "/metrics" && metrics !== undefined);
    if (!isOwn) return false;
    if (method !== "GET" && method !== "HEAD") {
      sendJson(outgoing, 405, { status: "method_not_allowed" }, { Allow: "GET, HEAD" });
    } else if (path === "/health/live") {
      sendJson(outgoing, 200, { status: "live" });
    } else if (path === "/health/ready") {
      void checkReadiness().then((status) => sendJson(outgoing, status === "ready" ? 200 : 503, { status }));
    } else if (metrics && isBearer(headers.authorization, metricsToken)) {
      void metrics.render().then(({ type, text }) => send(outgoing, 200, type, text));
    } else {
      sendJson(outgoing, 401, { status: "unauthorized" }, { "WWW-Authenticate": 'Bearer realm="metrics"' });
    }
    return true;
  };
}

/** Returns whether `authorization` has the token, in a time that does not depend on where they differ (OWASP ASVS 5.0 11.2.4). */
function isBearer(authorization = "", token = ""): boolean {
  const [, given = ""] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  const [one, other] = [given, token].map((text) => createHash("sha256").update(text).digest());
  return token !== "" && one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

function sendJson(outgoing: ServerResponse, status: number, body: object, headers = {}): void {
  send(outgoing, status, "application/json", JSON.stringify(body), headers);
}

function send(outgoing: ServerResponse, status: number, type: string, text: string, headers = {}): void {
  const length = Buffer.byteLength(text);
  outgoing.writeHead(status, { ...HEADERS, ...headers, "Content-Type": type, "Content-Length": length });
  outgoing.end(text);
}
