import type { FunctionComponent } from "preact";
import type { User } from "../data/session.ts";

type TimerBar = FunctionComponent<{ user: User }>;

let loaded: TimerBar | undefined;

/** Loads the code of the timer. */
export async function loadTimer(): Promise<TimerBar> {
  loaded ??= (await import("./bar.tsx")).default;
  return loaded;
}

/** Returns the timer if its code is loaded, so that it can be rendered together with the page. */
export const findTimer = (): TimerBar | undefined => loaded;
