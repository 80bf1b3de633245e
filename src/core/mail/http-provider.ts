import type { Message } from "./send.ts";

interface Provider {
  url: string;
  key: string;
  from: string;
}

const TIMEOUT_MS = 5_000;
const ATTEMPTS = 2;

/**
 * Posts a mail to an HTTP provider that takes what Resend takes: `{from, to, subject, text}` as JSON, with the key as
 * bearer token. What was perhaps not taken is tried once more; the idempotency key keeps it from arriving twice.
 *
 * @throws Error that says why it was not taken, and nothing of the mail
 */
export async function sendByHttp(
  { url, key, from }: Provider,
  { to, subject, text }: Message,
): Promise<void> {
  const request = {
    method: "POST",
    headers: {
      Authorization: `Bearer ${key}`,
      "Content-Type": "application/json",
      "Idempotency-Key": crypto.randomUUID(),
    },
    body: JSON.stringify({ from, to: [to], subject, text }),
    redirect: "manual",
  } satisfies RequestInit;
  for (let attempt = 1; ; attempt++) {
    const outcome = await post(url, request);
    if (outcome === "taken") return;
    if (!outcome.mayHelpToRetry || attempt === ATTEMPTS) {
      throw new Error("The mail provider did not take a mail.", { cause: outcome.cause });
    }
  }
}

async function post(url: string, request: RequestInit) {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) });
    // The answer may repeat the mail: it is not for the log.
    await response.body?.cancel();
    if (response.ok) return "taken";
    const { status } = response;
    return { mayHelpToRetry: status === 429 || status >= 500, cause: `It answered ${status}.` };
  } catch (cause) {
    return { mayHelpToRetry: true, cause };
  }
}
