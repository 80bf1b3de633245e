import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { LOCAL_ADDRESS } from "./address.ts";

const EVERY_ADDRESS = ["0.0.0.0", "::"];

/**
 * Returns the value of ALLOWED_HOSTS for a server that listens on `host`: the names of this machine for itself, the addresses
 * that it can be reached at, and the names in `allowed`.
 */
export function knownHosts(host: string, allowed = ""): string {
  const reached = EVERY_ADDRESS.includes(host) ? ownAddresses() : [host];
  const names = ["localhost", LOCAL_ADDRESS, "::1", ...reached].map(inUrl);
  return [...new Set([...names, ...allowed.split(",").filter(Boolean)])].join(",");
}

/** Returns the address that a browser on this machine finds a server at that listens on `host`. */
export const localUrl = (host: string, port: number): string =>
  `http://${EVERY_ADDRESS.includes(host) ? LOCAL_ADDRESS : inUrl(host)}:${port}`;

const ownAddresses = () =>
  Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address));

/** Writes an address as the host of a URL has it, without the zone of a link-local one. */
const inUrl = (name: string) => (isIPv6(name) ? new URL(`http://[${name.split("%")[0]}]`).hostname : name);
