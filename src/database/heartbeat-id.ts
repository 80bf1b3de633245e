/** Returns a version 8 UUID (RFC 9562) from 31 of the 32 digits. The version and variant bits replace the rest: strict parsers require them. */
function customUuid(digits: string): string {
  const variant = "89ab".charAt(Number.parseInt(digits.charAt(15), 16) % 4);
  const uuid = `${digits.slice(0, 12)}8${digits.slice(12, 15)}${variant}${digits.slice(16, 31)}`;
  return uuid.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const digitsOf = (uuid: string) => uuid.replaceAll("-", "");

/**
 * Returns the id of a heartbeat at `time`, in seconds since 1970: its microseconds, followed by the start of its hash. Heartbeats with
 * equal contents at different times have the same hash.
 */
export function heartbeatId(time: number, hash: string): string {
  const micros = Math.round(time * 1e6)
    .toString(16)
    .padStart(13, "0");
  return customUuid(micros + digitsOf(hash).slice(micros.length));
}

/** Returns the public id of a program that sent heartbeats, from its id in the database: the hash of its name. */
export const agentId = (hash: string) => customUuid(digitsOf(hash));
