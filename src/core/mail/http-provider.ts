import type { Message } from "./send.ts";

interface Provider {
  url: string;
  key: string;
  from: string;
}

const TIMEOUT_MS = 5_000;
const ATTEMPTS = 2;

/**
 * Posts a mail to an HTTP provider that is compatible with Resend: `{from, to, subject, text}` as JSON, with the key as bearer token.
 * Retries once if the mail may not have been accepted; the idempotency key prevents a duplicate.
 *
 * @throws Error with the reason, and without any content of the mail
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
    if (outcome === "accepted") return;
    if (!outcome.isRetryable || attempt === ATTEMPTS) {
      throw new Error("The mail provider did not accept a mail.", { cause: outcome.cause });
    }
  }
}

async function post(url: string, request: RequestInit) {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) });
    // The response is not logged, since it may repeat the mail.
    await response.body?.cancel();
    if (response.ok) return "accepted";
    const { status } = response;
    return { isRetryable: status === 429 || status >= 500, cause: `It responded with ${status}.` };
  } catch (cause) {
    return { isRetryable: true, cause };
  }
}
