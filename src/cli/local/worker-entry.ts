import worker from "../../index.ts";
import { LOCAL_ADDRESS } from "./address.ts";

/**
 * The Worker as `npm start` runs it. Cloudflare overwrites CF-Connecting-IP; its local runtime leaves what a client says
 * of itself. Only this machine can reach it, so the address is known.
 */
export default {
  ...worker,
  fetch(request, bindings, execution) {
    const headers = new Headers(request.headers);
    headers.set("CF-Connecting-IP", LOCAL_ADDRESS);
    return worker.fetch(new Request(request, { headers }), bindings, execution);
  },
} satisfies typeof worker;
