import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { syncPreferences } from "../pages/preferences/data.ts";
import { type PalettePart, setPalette } from "../palette/open.ts";
import { Palette } from "../palette/palette.tsx";
import { continueLast, focusTimer, stopTimer } from "../timer/actions.ts";
import { KeyMap } from "./key-map.tsx";
import { keyHandler } from "./listen.ts";
import type { Action, TimerAction } from "./table.ts";

/** Does what the newest message offers, such as an undo. */
const undo = () => document.querySelector<HTMLElement>(".toasts button")?.click();

const TIMER: Record<TimerAction, () => void | Promise<void>> = {
  timer_text: focusTimer,
  timer_stop: stopTimer,
  timer_continue: continueLast,
};

/** Listens to the keys of the whole app, and renders the palette and the map of the keys when they are asked for. */
export function Keys() {
  const { route } = useLocation();
  const [part, setPart] = useState<PalettePart>();
  const run = (action: Action) => {
    if (action === "palette") setPart("find");
    else if (action === "help") setPart("help");
    else if (action === "undo") undo();
    else void TIMER[action]();
  };
  useEffect(() => {
    void syncPreferences();
    setPalette(setPart);
    const handle = keyHandler({ run, goTo: (path) => route(path) });
    document.addEventListener("keydown", handle);
    return () => document.removeEventListener("keydown", handle);
  }, []);
  const close = () => setPart(undefined);
  if (part === "help") return <KeyMap onClose={close} />;
  if (part) return <Palette key={part} isForScopes={part === "scope"} onClose={close} onRun={run} />;
  return null;
}
