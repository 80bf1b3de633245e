import type { IncomingMessage } from "node:http";
import { type Networks, parseAddress } from "./addresses.ts";

/** Header in which the application expects the client's address, as Cloudflare sets it. */
const CLIENT_ADDRESS = "CF-Connecting-IP";

/**
 * Returns the address of the client that sent a request: the right-most untrusted entry of X-Forwarded-For, if the request
 * comes from a trusted proxy; otherwise the address of the connection. Entries left of it are claims of that client. Any other text
 * than an address ends the chain at the proxy that wrote it.
 */
function findClientAddress(peer: string | undefined, forwardedFor: string, proxies: Networks): string {
  let address = parseAddress(peer ?? "") ?? "";
  const entries = forwardedFor.split(",");
  while (address !== "" && proxies.contain(address)) {
    const next = parseAddress(entries.pop()?.trim() ?? "");
    if (next === undefined) break;
    address = next;
  }
  return address;
}

/** Origin of a request, as the connection and the trusted proxies report it. */
interface Forwarding {
  /** True if the request comes from a trusted proxy. */
  isProxied: boolean;
  address: string;
}

/**
 * Sets the client's address and the scheme of its URL on a request, before the application reads it. A client's own claims are dropped:
 * its CF-Connecting-IP always, and X-Forwarded-For and X-Forwarded-Proto unless a trusted proxy sent them (OWASP ASVS 5.0 15.3.4).
 */
export function applyForwarding(incoming: IncomingMessage, proxies: Networks): Forwarding {
  const { headers, rawHeaders, socket } = incoming;
  const peer = parseAddress(socket.remoteAddress ?? "");
  const isProxied = peer !== undefined && proxies.contain(peer);
  const address = findClientAddress(socket.remoteAddress, String(headers["x-forwarded-for"] ?? ""), proxies);
  if (isProxied && isHttps(headers["x-forwarded-proto"]) && headers.host && incoming.url?.startsWith("/"))
    incoming.url = `https://${headers.host}${incoming.url}`;
  headers[CLIENT_ADDRESS.toLowerCase()] = address;
  incoming.rawHeaders = [...withoutHeader(rawHeaders, CLIENT_ADDRESS.toLowerCase()), CLIENT_ADDRESS, address];
  return { isProxied, address };
}

/** Returns whether the last of the proxies, which is the trusted one, received the request over TLS. */
const isHttps = (forwardedProto: string | string[] | undefined): boolean =>
  String(forwardedProto ?? "")
    .split(",")
    .at(-1)
    ?.trim()
    .toLowerCase() === "https";

/** Returns the alternating names and values of headers without the header `name`. */
function withoutHeader(rawHeaders: string[], name: string): string[] {
  return rawHeaders.filter((_, index) => rawHeaders[index - (index % 2)]?.toLowerCase() !== name);
}
