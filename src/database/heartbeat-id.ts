/**
 * The id of a heartbeat at `time`, in seconds since 1970: its microseconds, and then of its hash what has room, which others that
 * say the same at another time have too.
 */
export function heartbeatId(time: number, hash: string): string {
  const micros = Math.round(time * 1e6)
    .toString(16)
    .padStart(13, "0");
  const digits = micros + hash.replaceAll("-", "").slice(micros.length);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
