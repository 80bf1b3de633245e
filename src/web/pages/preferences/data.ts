import { useQuery } from "@tanstack/preact-query";
import { api, callTagged } from "../../api/client.ts";
import type { Schemas } from "../../api/types.ts";
import { queries } from "../../data/client.ts";
import { chooseClock, chooseLanguage, LANGUAGES, type Language } from "../../i18n/index.ts";
import { chooseTheme } from "../../ui/theme.ts";

export type Preferences = Schemas["Preferences"];

const KEY = ["preferences"];
const QUERY = {
  queryKey: KEY,
  queryFn: () => callTagged(api.GET("/auth/me/preferences")),
  staleTime: 300_000,
};

/** Returns the preferences and their ETag. */
export const usePreferences = () => useQuery(QUERY, queries);

/** Loads the preferences, unless that was done lately. */
const loadPreferences = async (): Promise<Preferences> => (await queries.fetchQuery(QUERY)).data;

/** Returns the preferences if they are loaded. */
export const knownPreferences = (): Preferences | undefined =>
  queries.getQueryData<{ data: Preferences }>(KEY)?.data;

/** Changes that are being saved, or will be. */
const waiting: Schemas["UpdatePreferences"][] = [];
let last: Promise<unknown> = Promise.resolve();

/** Saves some preferences after those before, unless they were changed elsewhere. */
export function savePreferences(changes: Schemas["UpdatePreferences"]): Promise<void> {
  waiting.push(changes);
  const saved = last.then(saveNext);
  last = saved.catch(() => {});
  return saved;
}

/** Saves the first change that waits, and shows the result once none follows, so that a choice doesn't jump back. */
async function saveNext(): Promise<void> {
  const tag = queries.getQueryData<{ tag: string }>(KEY)?.tag ?? "*";
  const params = { header: { "If-Match": tag } };
  const [body = {}] = waiting;
  try {
    const saved = await callTagged(api.PATCH("/auth/me/preferences", { params, body }));
    waiting.shift();
    queries.setQueryData(KEY, { ...saved, data: Object.assign({}, saved.data, ...waiting) });
    if (waiting.length === 0) applyPreferences(saved.data);
  } catch (thrown) {
    waiting.shift();
    await queries.invalidateQueries({ queryKey: KEY });
    throw thrown;
  }
}

const isLanguage = (tag: string): tag is Language => Object.hasOwn(LANGUAGES, tag);

/** Stores the preferences in this browser, where the app reads them before it has a session, and shows them. */
function applyPreferences({ language, theme, hour_cycle: clock }: Preferences): void {
  chooseTheme(theme);
  chooseClock(clock === "h12" || clock === "h23" ? clock : null);
  if (language === null) return;
  const code = language.split("-")[0] ?? "";
  if (isLanguage(code)) chooseLanguage(code);
}

/** Loads the preferences, which another device may have changed, and applies them. Without an answer, those of this browser stay. */
export const syncPreferences = (): Promise<void> => loadPreferences().then(applyPreferences, () => {});

/** Pages with which a user may begin. */
const FIRST_PAGES = { today: "/app/", entries: "/app/entries", projects: "/app/projects" } as const;
type FirstPage = keyof typeof FIRST_PAGES;

/** Names of the pages with which a user may begin. */
export const FIRST_PAGE_NAMES: readonly FirstPage[] = ["today", "entries", "projects"];

/** Returns the path of the page with which the user begins. */
export async function firstPath(): Promise<string> {
  const chosen = await loadPreferences().catch(() => undefined);
  return FIRST_PAGES[FIRST_PAGE_NAMES.find((name) => name === chosen?.first_page) ?? "today"];
}
