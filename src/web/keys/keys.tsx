import { useEffect, useRef, useState } from "preact/hooks";
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

/** Listens to the keys of the whole app, and renders the palette and the map of the keys. */
export function Keys() {
  const { route } = useLocation();
  const [part, setPart] = useState<Exclude<PalettePart, "find">>();
  /** Number of times that the palette was closed. Each time, one without text takes its place. */
  const [closings, setClosings] = useState(0);
  const find = useRef<() => void>(() => {});
  const open = (wanted: PalettePart) => (wanted === "find" ? find.current() : setPart(wanted));
  const run = (action: Action) => {
    if (action === "palette") open("find");
    else if (action === "help") open("help");
    else if (action === "undo") undo();
    else void TIMER[action]();
  };
  useEffect(() => {
    void syncPreferences();
    setPalette(open);
    const handle = keyHandler({ run, goTo: (path) => route(path) });
    document.addEventListener("keydown", handle);
    return () => document.removeEventListener("keydown", handle);
  }, []);
  const close = () => setPart(undefined);
  return (
    <>
      <Palette key={closings} opener={find} onClose={() => setClosings(closings + 1)} onRun={run} />
      {part === "scope" && <Palette onClose={close} onRun={run} />}
      {part === "help" && <KeyMap onClose={close} />}
    </>
  );
}
