import type { Step } from "./steps.ts";

/** Maximum length of the `User-Agent` that is kept. The beginning names the program; nothing depends on the rest. */
const MAX_USER_AGENT = 255;

/**
 * Stores the origin of the request. The address is reported by the platform, never taken from headers that a client can set
 * (OWASP ASVS 5.0 15.3.4).
 */
export const readOrigin: Step = (c) => {
  const userAgent = c.req.header("User-Agent")?.slice(0, MAX_USER_AGENT).toWellFormed();
  const { raw } = c.req;
  c.set("origin", {
    requestId: c.get("requestId"),
    get url() {
      return new URL(raw.url).origin;
    },
    address: c.req.header("CF-Connecting-IP") ?? "",
    userAgent: userAgent || undefined,
    clientSignal: () => raw.signal,
  });
};
