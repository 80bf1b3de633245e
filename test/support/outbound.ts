import { answerBreached } from "./breached-outbound.ts";
import { answerMail } from "./mail-outbound.ts";
import { neonOutbound } from "./neon-outbound.ts";

/** Handlers of the requests of the Worker under test, by host. Other hosts are unreachable. */
const HOSTS: Record<string, (request: Request) => Promise<Response> | Response> = {
  "database.test": neonOutbound,
  "breached.test": answerBreached,
  "mail.test": answerMail,
};

/** Responds to requests of the Worker under test and of its tests. */
export async function outbound(request: Request): Promise<Response> {
  const { hostname } = new URL(request.url);
  return HOSTS[hostname]?.(request) ?? new Response(`Tests can't reach ${hostname}.`, { status: 502 });
}
