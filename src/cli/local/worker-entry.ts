import worker from "../../worker.ts";
import { LOCAL_ADDRESS } from "./address.ts";

/**
 * The Worker as `npm start` runs it. Cloudflare overwrites CF-Connecting-IP; its local runtime leaves what a client says
 * of itself. Unless --host opens it, only this machine can reach it, so the address is known; with --host all clients count as one.
 */
export default {
  ...worker,
  async fetch(request, bindings, execution) {
    const headers = new Headers(request.headers);
    headers.set("CF-Connecting-IP", LOCAL_ADDRESS);
    const known = new Request(request, { headers });
    const answer = await worker.fetch(known, bindings, execution);
    // What of a body is left unread would be taken for the connection's next request.
    if (!known.bodyUsed) await known.arrayBuffer();
    return answer;
  },
} satisfies typeof worker;
