import { useEffect, useState } from "preact/hooks";
import { addDays, dayOf, instantOf } from "../ui/zone.ts";
import { useSession } from "./session.ts";

/** Rules by which the user's days are counted. */
export interface Days {
  zone: string;
  /** First day of the week: 0 is Sunday. */
  weekStart: number;
  /** Minutes after midnight at which a day begins. */
  dayStart: number;
  /** Returns the day of an instant. */
  dayOf: (ms: number) => string;
  /** Returns the first instant of a day. */
  startOf: (day: string) => number;
  /** Returns the instant after the last of a day. */
  endOf: (day: string) => number;
}

/** Returns the days of the user, by their settings and not by the browser's. */
export function useDays(): Days {
  const settings = useSession().data?.settings;
  const zone = settings?.timezone ?? "UTC";
  const dayStart = settings?.day_start_minutes ?? 0;
  return {
    zone,
    weekStart: settings?.week_start ?? 1,
    dayStart,
    dayOf: (ms) => dayOf(ms, zone, dayStart),
    startOf: (day) => instantOf(day, dayStart, zone),
    endOf: (day) => instantOf(addDays(day, 1), dayStart, zone),
  };
}

const MINUTE_MS = 60_000;

/** Returns the present day of the user, also when the page stays open past its end. */
export function useToday(): string {
  const days = useDays();
  const [, setToday] = useState("");
  useEffect(() => {
    const timer = setInterval(() => setToday(days.dayOf(Date.now())), MINUTE_MS);
    return () => clearInterval(timer);
  }, [days.zone, days.dayStart]);
  return days.dayOf(Date.now());
}
