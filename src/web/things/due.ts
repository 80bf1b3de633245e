import { dayOf, instantOf } from "../ui/zone.ts";

const NOON = 12 * 60;

/** Returns the instant at which a day is due: its noon in the zone, or the instant before if that is on the same day. */
export function dueAt(day: string, zone: string, before: string): string | null {
  if (day === "") return null;
  const isSame = before !== "" && dayOf(Date.parse(before), zone) === day;
  return isSame ? before : new Date(instantOf(day, NOON, zone)).toISOString();
}
