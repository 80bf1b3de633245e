import { settingsOf } from "../../../core/config.ts";
import { equalInConstantTime } from "../../../core/security/constant-time.ts";
import type { AppEnv } from "../../../http/context.ts";
import { maintain } from "../../../jobs/maintenance.ts";
import worker from "../../../worker.ts";
import { createAssets } from "./assets.ts";
import { trackWork, untilIdle } from "./pending-work.ts";

type Bindings = AppEnv["Bindings"];

/** The Worker as `npm start` runs it, on plain workerd, whose disk service stands in for Cloudflare's static assets. */
export default {
  fetch(request: Request, bindings: Bindings, execution: ExecutionContext): Promise<Response> {
    return trackWork(execution, async (tracked) => worker.fetch(request, withAssets(bindings), tracked));
  },
};

/** Commands of the parent process, on a separate socket: workerd has no cron triggers, and its shutdown drops deferred work. */
export const control = {
  async fetch(request: Request, bindings: Bindings, execution: ExecutionContext): Promise<Response> {
    const { CONTROL_SECRET, ...settings } = bindings;
    if (!isAuthorized(request, CONTROL_SECRET)) return new Response(null, { status: 403 });
    const { pathname } = new URL(request.url);
    if (pathname === "/idle") return new Response(whenIdle());
    if (pathname !== "/schedule") return new Response(null, { status: 404 });
    // The answer doesn't wait for the maintenance, which may take longer than a client waits.
    return trackWork(execution, async (tracked) => {
      tracked.waitUntil(maintain(settingsOf(settings)));
      return new Response(null, { status: 202 });
    });
  },
};

/** Returns a body that ends when no work is left. A shutdown waits for its response, and thus for the work. */
function whenIdle(): ReadableStream {
  const { readable, writable } = new TransformStream();
  void untilIdle().then(() => writable.close());
  return readable;
}

/** Bindings of the Worker by those of workerd, which passes the same object to each request. */
const known = new WeakMap<Bindings, Bindings>();

function withAssets(bindings: Bindings): Bindings {
  const found = known.get(bindings);
  if (found) return found;
  const { ASSETS, CONTROL_SECRET, ...settings } = bindings;
  const complete = { ...settings, ...(ASSETS && { ASSETS: createAssets(ASSETS) }) };
  known.set(bindings, complete);
  return complete;
}

function isAuthorized({ headers }: Request, secret: unknown): boolean {
  const [given, wanted] = [headers.get("Authorization") ?? "", `Bearer ${secret}`].map(encode);
  return Boolean(secret && given && wanted && equalInConstantTime(given, wanted));
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
