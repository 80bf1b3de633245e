/**
 * Returns the network that counts as one address: an IPv4 address, also if mapped to IPv6 (RFC 4291 2.5.5.2), or the first
 * 64 bits of an IPv6 address, since a subscriber has all 2^64 addresses with this prefix. Returns undefined if the platform
 * reports no address.
 */
export function networkOf(address: string): string | undefined {
  if (!address.includes(":")) return address || undefined;
  const groups = groupsOf(address.toLowerCase());
  const isMapped = groups.slice(0, 5).every((group) => group === "0") && groups[5] === "ffff";
  if (!isMapped) return groups.slice(0, 4).join(":");
  return groups
    .slice(6, 8)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
    .join(".");
}

/**
 * Returns the site of a network: the first 48 bits of an IPv6 network, since one subscriber may have all of a site's 65,536
 * networks. An IPv4 network is its own site.
 */
export const siteOf = (network: string): string =>
  network.includes(":") ? network.split(":").slice(0, 3).join(":") : network;

/** Returns the eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] {
  const [head = "", tail] = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, inGroups).split("::");
  const groups = head.split(":").filter(Boolean);
  const after = tail?.split(":").filter(Boolean) ?? [];
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - groups.length - after.length)).fill("0");
  return [...groups, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/, ""));
}

/** Returns the two IPv6 groups that stand for the four numbers of an IPv4 address. */
const inGroups = (_: string, ...numbers: string[]) => {
  const [a = 0, b = 0, c = 0, d = 0] = numbers.slice(0, 4).map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};
