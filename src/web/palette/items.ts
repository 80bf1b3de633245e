import type { Scope } from "../data/scope.ts";
import { t } from "../i18n/keys/index.ts";
import type { Action } from "../keys/table.ts";
import { ROUTES } from "../routes.ts";
import type { IconName } from "../ui/icon.tsx";

/** A line of the palette. */
export interface Item {
  id: string;
  text: string;
  kind: "page" | "action" | "project" | "scope" | "personal" | "present";
  icon: IconName;
  /** The color of a project. */
  color?: string;
  /** The key that does the same. */
  key?: string;
  /** The page that it opens, or what it does. */
  to?: string;
  action?: Action;
  /** The scope whose records it shows. */
  scope?: Scope;
}

const TIMER_ACTIONS = [
  { action: "timer_text", key: "n" },
  { action: "timer_stop", key: "s" },
  { action: "timer_continue", key: "c" },
] as const;

/** Returns the pages and the actions. Records whose creation `may` refuses are left out. */
export function fixedItems(may: (grant: string) => boolean): Item[] {
  const pages = ROUTES.flatMap(({ path, menu }): Item[] =>
    menu ? [{ id: path, text: t(menu.label), kind: "page", icon: menu.icon, to: path }] : [],
  );
  const timer = TIMER_ACTIONS.map(
    ({ action, key }): Item => ({
      id: action,
      text: t(`keys.${action}`),
      kind: "action",
      icon: "clock",
      key,
      action,
    }),
  );
  const create = (["project", "task", "client", "tag"] as const)
    .filter((name) => may(`${name}s:create`))
    .map(
      (name): Item => ({
        id: `new-${name}`,
        text: t(`palette.new_${name}`),
        kind: "action",
        icon: "plus",
        to: `/app/${name}s?new=1`,
      }),
    );
  return [
    ...timer,
    ...create,
    ...pages,
    { id: "help", text: t("keys.title"), kind: "action", icon: "info", key: "?", action: "help" },
  ];
}

/** Returns the scopes to choose from: all with the present one, or the others as actions. */
export const scopeItems = (
  scopes: readonly { scope: Scope; name: string }[],
  present: Scope,
  isChoice: boolean,
): Item[] =>
  scopes
    .filter(({ scope }) => isChoice || scope !== present)
    .map(({ scope, name }) => ({
      id: `scope-${scope}`,
      text: isChoice ? name : t("palette.switch", { name }),
      kind: isChoice && scope === present ? "present" : scope === null ? "personal" : "scope",
      icon: isChoice && scope === present ? "check" : scope === null ? "user" : "people",
      scope,
    }));

const fold = (text: string): string => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();

/** Returns the items that have all words of a text. Those that begin with it are first. */
export function findItems(items: readonly Item[], text: string): Item[] {
  const words = fold(text).split(/\s+/).filter(Boolean);
  const found = items.filter((item) => words.every((word) => fold(item.text).includes(word)));
  const isFirst = (item: Item) => Number(!fold(item.text).startsWith(words[0] ?? ""));
  return found.sort((one, other) => isFirst(one) - isFirst(other));
}
