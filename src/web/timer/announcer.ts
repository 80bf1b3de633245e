import { useEffect, useState } from "preact/hooks";
import type { Entry } from "../data/outbox/changes.ts";

/** Start or stop of the timer. */
export interface Event {
  did: "started" | "stopped";
  entry: Entry;
}

let listener: ((event: Event) => void) | undefined;

/** Announces the timer's actions to people who can't see it. */
export const say = (did: Event["did"], entry: Entry): void => listener?.({ did, entry });

/** Returns the announcement of the timer's last action. */
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
