import worker from "../../worker.ts";
import { LOCAL_ADDRESS } from "./address.ts";

/**
 * The Worker as `npm run dev` runs it. Cloudflare overwrites CF-Connecting-IP, but its local runtime keeps the value that a client sends.
 * Unless --host is given, only this machine can connect, so its address is set; with --host, all clients count as one.
 */
export default {
  ...worker,
  async fetch(request, bindings, execution) {
    const headers = new Headers(request.headers);
    headers.set("CF-Connecting-IP", LOCAL_ADDRESS);
    const known = new Request(request, { headers });
    const answer = await worker.fetch(known, bindings, execution);
    // An unread rest of the body would be read as the connection's next request.
    if (!known.bodyUsed) await known.arrayBuffer();
    return answer;
  },
} satisfies typeof worker;
