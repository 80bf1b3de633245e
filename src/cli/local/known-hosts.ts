import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { LOCAL_ADDRESS } from "./address.ts";

const EVERY_ADDRESS = ["0.0.0.0", "::"];

/**
 * Returns the value of ALLOWED_HOSTS for a server that listens on `host`: the local names of this machine, the addresses at which it
 * can be reached, and the names in `allowed`.
 */
export function knownHosts(host: string, allowed = ""): string {
  const reached = EVERY_ADDRESS.includes(host) ? ownAddresses() : [host];
  const names = ["localhost", LOCAL_ADDRESS, "::1", ...reached].map(inUrl);
  return [...new Set([...names, ...allowed.split(",").filter(Boolean)])].join(",");
}

/** Returns the URL, for a browser on this machine, of a server that listens on `host`. */
export const localUrl = (host: string, port: number): string =>
  `http://${EVERY_ADDRESS.includes(host) ? LOCAL_ADDRESS : inUrl(host)}:${port}`;

const ownAddresses = () =>
  Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address));

/** Formats an address as the host of a URL, without the zone of a link-local address. */
const inUrl = (name: string) => (isIPv6(name) ? new URL(`http://[${name.split("%")[0]}]`).hostname : name);
