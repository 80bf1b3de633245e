import { BlockList, isIP } from "node:net";

const MAPPED = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;

/**
 * Returns the canonical form of the IP address in `text`: IPv4 for an IPv4-mapped address, and lowercase, shortened IPv6 without a zone.
 * `text` may have a port, as entries of X-Forwarded-For have behind some proxies (RFC 7239 6). Returns undefined for other text.
 */
export function parseAddress(text: string): string | undefined {
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? [];
  const [, v4] = /^([\d.]+)(?::\d{1,5})?$/.exec(text) ?? [];
  const address = (bracketed ?? v4 ?? text).replace(/%[\w.~-]+$/, "");
  const version = isIP(address);
  if (version === 0 || (bracketed !== undefined && version !== 6)) return undefined;
  return version === 4 ? address : canonicalIpv6(address);
}

/** Returns an IPv6 address in the form of RFC 5952, or the IPv4 address that it maps. */
function canonicalIpv6(address: string): string {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = MAPPED.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return canonical;
  return [high, low].flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]).join(".");
}

/** Networks of reverse proxies. */
export interface Networks {
  /** Returns whether one of the networks has `address`, in the form of parseAddress. */
  contain(address: string): boolean;
}

/**
 * Returns the networks that `list` names: addresses and CIDRs such as 10.0.0.0/8, separated by commas. Returns undefined if an entry is
 * neither.
 */
export function parseNetworks(list: string): Networks | undefined {
  const networks = new BlockList();
  for (const entry of list.split(",")) if (!addNetwork(networks, entry.trim())) return undefined;
  return { contain: (address) => networks.check(address, familyOf(address)) };
}

function addNetwork(networks: BlockList, entry: string): boolean {
  const [address = "", prefix, ...rest] = entry.split("/");
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  if (version === 0 || rest.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return false;
  const length = prefix === undefined ? longest : Number(prefix);
  if (length > longest) return false;
  networks.addSubnet(address, length, familyOf(address));
  return true;
}

const familyOf = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** Returns whether the server is reachable only from its own machine if it listens on `host`. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127\./.test(host);
