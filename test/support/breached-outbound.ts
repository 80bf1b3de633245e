import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

/** Password that the service knows and that is not a common one. */
const BREACHED_PASSWORD = "a breached horse, a breached battery";

/** Number of padding lines in a response. */
const PADDED_LINES = 800;

/** Requests received, by the name that each test chooses for itself. */
const requests = new Map<string, { path: string; padding: string | null }[]>();

/**
 * Speaks the range protocol of Have I Been Pwned on http://breached.test. BREACHED_PASSWORDS_URL is
 * http://breached.test/MODE/NAME, where NAME is unique for the test, and MODE is the behavior of the service: `well`, `slow`,
 * `refusing`, `cut`, or `nonsense`. GET /asked/NAME returns the received requests.
 */
export async function answerBreached(request: Request): Promise<Response> {
  const [, mode = "", name = "", , prefix = ""] = new URL(request.url).pathname.split("/");
  if (mode === "asked") return Response.json(requests.get(name) ?? []);
  const padding = request.headers.get("Add-Padding");
  const path = new URL(request.url).pathname.replace(`/${mode}/${name}`, "");
  requests.set(name, [...(requests.get(name) ?? []), { path, padding }]);
  if (mode === "slow") await sleep(20_000, undefined, { ref: false });
  if (mode === "refusing") return new Response("Too many requests", { status: 429 });
  if (mode === "nonsense") return new Response("<html>A captive portal</html>");
  if (!/^[0-9A-F]{5}$/.test(prefix))
    return new Response("The hash prefix was not in a valid format", { status: 400 });
  const text = rangeOf(prefix, padding === "true");
  return mode === "cut" ? new Response(text.slice(0, 1000)) : new Response(text);
}

/** Returns known hashes with that prefix, other hashes, and padding with the count 0. */
function rangeOf(prefix: string, isPadded: boolean): string {
  const hash = createHash("sha1").update(BREACHED_PASSWORD).digest("hex").toUpperCase();
  const hits = hash.startsWith(prefix) ? [`${hash.slice(5)}:3861493`] : [];
  const others = Array.from({ length: 20 }, () => `${randomSuffix()}:2`);
  const padding = Array.from({ length: isPadded ? PADDED_LINES : 0 }, () => `${randomSuffix()}:0`);
  // A padding line with the requested hash must not count.
  const paddedHash = createHash("sha1").update(PADDED_PASSWORD).digest("hex").toUpperCase();
  if (paddedHash.startsWith(prefix)) padding.push(`${paddedHash.slice(5)}:0`);
  return [...others, ...hits, ...padding].sort().join("\r\n");
}

/** Password whose hash appears only in the padding. */
const PADDED_PASSWORD = "a padded horse, a padded battery";

const randomSuffix = () => randomBytes(18).toString("hex").toUpperCase().slice(0, 35);
