import { useEffect, useState } from "preact/hooks";
import type { Entry } from "../data/outbox/changes.ts";

/** Start or stop of the timer. */
export interface Event {
  did: "started" | "stopped";
  entry: Entry;
}

let listener: ((event: Event) => void) | undefined;

/** Announces what the timer has done to people who can't see it. */
export const say = (did: Event["did"], entry: Entry): void => listener?.({ did, entry });

/** Returns what the timer has done last. */
export function useLastEvent(): Event | undefined {
  const [event, setEvent] = useState<Event>();
  useEffect(() => {
    listener = setEvent;
    return () => {
      listener = undefined;
    };
  }, []);
  return event;
}
