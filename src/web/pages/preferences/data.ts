import { useQuery } from "@tanstack/preact-query";
import { api, call, callTagged } from "../../api/client.ts";
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

/** Saves some preferences, unless they were changed elsewhere. */
export async function savePreferences(changes: Schemas["UpdatePreferences"], tag: string): Promise<void> {
  const params = { header: { "If-Match": tag } };
  try {
    applyPreferences(await call(api.PATCH("/auth/me/preferences", { params, body: changes })));
  } finally {
    await queries.invalidateQueries({ queryKey: KEY });
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
