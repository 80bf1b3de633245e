import { knownPreferences } from "../pages/preferences/data.ts";
import { type Action, goPages } from "./table.ts";

/** Time within which the second key of two must follow. */
const PAIR_MS = 1500;

/** Single keys, and what they do. */
const SINGLE: Record<string, Action> = {
  "/": "palette",
  "?": "help",
  n: "timer_text",
  s: "timer_stop",
  c: "timer_continue",
};

interface Handlers {
  run: (action: Action) => void;
  goTo: (path: string) => void;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type)));

const hasDialog = () => document.querySelector("dialog:is([open], :popover-open)") !== null;

/** Returns the handler of the keys of the whole app. Keys that a page handles, and what is typed, it leaves alone. */
export function keyHandler({ run, goTo }: Handlers): (event: KeyboardEvent) => void {
  let wentAt = Number.NEGATIVE_INFINITY;

  /** Handles a key with Ctrl or Command, and returns whether it did. */
  function withControl(event: KeyboardEvent): boolean {
    const key = event.key.toLowerCase();
    if (key === "k" && !event.shiftKey) {
      if (!hasDialog()) run("palette");
      return true;
    }
    if (key !== "z" || event.shiftKey || isTyping(event.target) || hasDialog()) return false;
    run("undo");
    return true;
  }

  /** Handles a single key, or the second of two, and returns whether it did. */
  function single({ key, timeStamp }: KeyboardEvent): boolean {
    const page = timeStamp - wentAt < PAIR_MS && goPages().find((known) => known.key === key);
    wentAt = key === "g" ? timeStamp : Number.NEGATIVE_INFINITY;
    if (page) goTo(page.path);
    else if (SINGLE[key]) run(SINGLE[key]);
    return Boolean(page) || SINGLE[key] !== undefined;
  }

  return (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (withControl(event)) event.preventDefault();
      return;
    }
    if (!knownPreferences()?.has_single_key_shortcuts || isTyping(event.target) || hasDialog()) return;
    if (single(event)) event.preventDefault();
  };
}
