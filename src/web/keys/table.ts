import type { Key, KeyOf } from "../i18n/index.ts";
import type { t } from "../i18n/keys/index.ts";
import { findRoute } from "../routes.ts";

/** Something that the timer does for a key. */
export type TimerAction = "timer_text" | "timer_stop" | "timer_continue";

/** Something that the app does for a key. */
export type Action = "palette" | "help" | "undo" | TimerAction;

type Label = KeyOf<typeof t>;

/** Keys of every page, as the map lists them. */
export const ACTIONS: readonly { keys: readonly string[]; action: Action; label: Label }[] = [
  { keys: ["Ctrl+K", "/"], action: "palette", label: "keys.palette" },
  { keys: ["?"], action: "help", label: "keys.help" },
  { keys: ["n"], action: "timer_text", label: "keys.timer_text" },
  { keys: ["s"], action: "timer_stop", label: "keys.timer_stop" },
  { keys: ["c"], action: "timer_continue", label: "keys.timer_continue" },
  { keys: ["Ctrl+Z"], action: "undo", label: "keys.undo" },
];

const PAGES: readonly { key: string; path: string; label: Key }[] = [
  { key: "t", path: "/app/", label: "menu.today" },
  { key: "e", path: "/app/entries", label: "menu.entries" },
  { key: "p", path: "/app/projects", label: "menu.projects" },
  { key: "k", path: "/app/tasks", label: "menu.tasks" },
  { key: "l", path: "/app/clients", label: "menu.clients" },
  { key: "h", path: "/app/tags", label: "menu.tags" },
  { key: "o", path: "/app/organizations", label: "menu.organizations" },
  { key: "s", path: "/app/settings/preferences", label: "menu.preferences" },
];

/** Returns the pages to which `g` and a letter lead. */
export const goPages = () =>
  PAGES.flatMap(({ key, path, label }) => {
    const route = findRoute(path);
    return route ? [{ key, path, label: route.menu?.label ?? label }] : [];
  });

/** Keys of the list of entries. */
export const ROW_KEYS: readonly { keys: readonly string[]; label: Label }[] = [
  { keys: ["j"], label: "keys.row_next" },
  { keys: ["k"], label: "keys.row_previous" },
  { keys: ["x"], label: "keys.row_select" },
  { keys: ["e"], label: "keys.row_edit" },
  { keys: ["Del"], label: "keys.row_delete" },
];
