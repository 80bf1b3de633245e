import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { LOCAL_ADDRESS, LOCAL_ADDRESS_V6, LOCAL_NAME } from "./address.ts";

const EVERY_IPV4_ADDRESS = "0.0.0.0";
const EVERY_ADDRESS = "::";

/**
 * Returns the value of ALLOWED_HOSTS for a server that listens on `host`: the local names of this machine, the addresses at which it
 * can be reached, and the names in `allowed`.
 */
export function knownHosts(host: string, allowed = ""): string {
  const reached = isEvery(host) ? ownAddresses().map(({ address }) => address) : [host];
  const names = [LOCAL_NAME, LOCAL_ADDRESS, LOCAL_ADDRESS_V6, ...reached].map(inUrl);
  return [...new Set([...names, ...allowed.split(",").filter(Boolean)])].join(",");
}

/**
 * Returns the addresses to listen on for `--host`: in addition those that "localhost" means, since a passkey needs a name instead of an
 * address.
 */
export function listenAddresses(host: string): string[] {
  if (host === EVERY_ADDRESS) return [host];
  const own = ownAddresses().map(({ address }) => address);
  const local = [LOCAL_ADDRESS, LOCAL_ADDRESS_V6].filter((address) => own.includes(address));
  const isCovered = (address: string) => host === EVERY_IPV4_ADDRESS && !isIPv6(address);
  return [...new Set([host, ...local.filter((address) => !isCovered(address))])];
}

/** Returns the URL, for a browser on this machine, of a server that listens on `addresses`. */
export function localUrl(addresses: string[], port: number): string {
  const isLocal = (address: string) =>
    isEvery(address) || address === LOCAL_ADDRESS || address === LOCAL_ADDRESS_V6;
  const name = addresses.some(isLocal) ? LOCAL_NAME : inUrl(addresses[0] ?? LOCAL_NAME);
  return `http://${name}:${port}`;
}

/** Returns the URL with an address, for a browser on this machine, of a server that listens on `host` only. */
export const addressUrl = (host: string, port: number): string =>
  `http://${isEvery(host) ? LOCAL_ADDRESS : inUrl(host)}:${port}`;

/** Returns the URLs, for other machines, of a server that listens on `host`; none if only this machine can connect to it. */
export function networkUrls(host: string, port: number): string[] {
  const reached = ownAddresses().filter(({ address, internal }) => {
    if (internal || address.startsWith("fe80:")) return false;
    return isEvery(host) ? host === EVERY_ADDRESS || !isIPv6(address) : address === host;
  });
  return reached.map(({ address }) => `http://${inUrl(address)}:${port}`);
}

const isEvery = (host: string) => host === EVERY_IPV4_ADDRESS || host === EVERY_ADDRESS;

const ownAddresses = () => Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);

/** Formats an address as the host of a URL, without the zone of a link-local address. */
const inUrl = (name: string) => (isIPv6(name) ? new URL(`http://[${name.split("%")[0]}]`).hostname : name);
