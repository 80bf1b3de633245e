import { setTimeout as sleep } from "node:timers/promises";

/** Mail as the provider receives it, as far as tests read it. */
interface Received {
  to: string[];
}

/** Mails accepted, by the API key of each test; the newest first. */
const accepted = new Map<string, Received[]>();
/** Idempotency keys of accepted mails, which are not accepted twice. */
const idempotencyKeys = new Set<string>();
/** Number of requests to send a mail, by API key. */
const attempts = new Map<string, number>();
/** API keys whose held responses are released. */
const released = new Set<string>();

/**
 * Speaks the protocol of Resend on http://mail.test. MAIL_API_URL is http://mail.test/MODE/emails, where MODE is the behavior of the
 * provider: `well`, `held` (it does not respond until it is released), `lossy` (it accepts a mail, but its first response is an error),
 * `refusing`, or `down`. Tests also fetch
 *
 *     GET  /inbox?key=KEY&to=ADDRESS   accepted mails to an address
 *     GET  /attempts?key=KEY           number of attempts
 *     POST /release?key=KEY            releases held responses
 */
export async function answerMail(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const key = searchParams.get("key") ?? "";
  if (pathname === "/inbox") {
    const to = searchParams.get("to") ?? "";
    return Response.json((accepted.get(key) ?? []).filter((mail) => mail.to.includes(to)));
  }
  if (pathname === "/attempts") return Response.json(attempts.get(key) ?? 0);
  if (pathname === "/release") {
    released.add(key);
    return new Response(null, { status: 204 });
  }
  const [, mode = ""] = /^\/(\w+)\/emails$/.exec(pathname) ?? [];
  return answerPost(mode, request);
}

async function answerPost(mode: string, request: Request): Promise<Response> {
  const [, key = ""] = /^Bearer (.+)$/.exec(request.headers.get("Authorization") ?? "") ?? [];
  const isFirst = !attempts.has(key);
  attempts.set(key, (attempts.get(key) ?? 0) + 1);
  if (request.method !== "POST" || !key) return Response.json({ name: "missing_api_key" }, { status: 401 });
  if (mode === "refusing") return Response.json({ name: "validation_error" }, { status: 422 });
  if (mode === "down") return Response.json({ name: "application_error" }, { status: 500 });
  const idempotencyKey = request.headers.get("Idempotency-Key") ?? crypto.randomUUID();
  if (!idempotencyKeys.has(idempotencyKey)) {
    idempotencyKeys.add(idempotencyKey);
    accepted.set(key, [(await request.json()) as Received, ...(accepted.get(key) ?? [])]);
  }
  if (mode === "lossy" && isFirst) return new Response("Bad gateway", { status: 502 });
  while (mode === "held" && !released.has(key)) await sleep(20);
  return Response.json({ id: crypto.randomUUID() });
}
