import { answerBreached } from "./breached-outbound.ts";
import { answerMail } from "./mail-outbound.ts";
import { neonOutbound } from "./neon-outbound.ts";

/** Who answers what the Worker under test fetches, by host. There is no other world. */
const HOSTS: Record<string, (request: Request) => Promise<Response> | Response> = {
  "database.test": neonOutbound,
  "breached.test": answerBreached,
  "mail.test": answerMail,
};

/** Answers what the Worker under test, and the tests beside it, fetch. */
export async function outbound(request: Request): Promise<Response> {
  const { hostname } = new URL(request.url);
  return HOSTS[hostname]?.(request) ?? new Response(`Tests can't reach ${hostname}.`, { status: 502 });
}
