/** Returns a UUID of version 8 (RFC 9562) made of 32 digits, but for the last and half of another: strict readers refuse what has no version and variant. */
function customUuid(digits: string): string {
  const variant = "89ab".charAt(Number.parseInt(digits.charAt(15), 16) % 4);
  const uuid = `${digits.slice(0, 12)}8${digits.slice(12, 15)}${variant}${digits.slice(16, 31)}`;
  return uuid.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const digitsOf = (uuid: string) => uuid.replaceAll("-", "");

/**
 * The id of a heartbeat at `time`, in seconds since 1970: its microseconds, and then of its hash what has room, which others that
 * say the same at another time have too.
 */
export function heartbeatId(time: number, hash: string): string {
  const micros = Math.round(time * 1e6)
    .toString(16)
    .padStart(13, "0");
  return customUuid(micros + digitsOf(hash).slice(micros.length));
}

/** The id of a program that heartbeats came from, as it is told, by its id in the database: the hash of its name. */
export const agentId = (hash: string) => customUuid(digitsOf(hash));
