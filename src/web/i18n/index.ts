import { en } from "./base/en.ts";
import { numberFormat, pluralRules } from "./formats.ts";
import type { MessagesOf, Texts } from "./messages.ts";

type BaseTexts = MessagesOf<typeof en>;

/** Key of a text that every page has. */
export type Key = keyof typeof en;

/** Languages of the app, by their names for themselves. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const STORED = "language";

let language: Language = "en";
let base: BaseTexts = en;

const isLanguage = (text: string): text is Language => Object.hasOwn(LANGUAGES, text);

/** Returns the chosen language, or else the first of the browser's that there is. */
function findLanguage(): Language {
  const wanted = [localStorage.getItem(STORED) ?? "", ...navigator.languages];
  return wanted.map((tag) => tag.split("-")[0] ?? "").find(isLanguage) ?? "en";
}

/** Loads the texts that every page has, in the language. The page must not show texts before. */
export async function loadLanguage(): Promise<void> {
  language = findLanguage();
  if (language === "de") base = (await import("./base/de.ts")).de;
  document.documentElement.lang = language;
}

/** Stores the language, or that of the browser, and loads the page again if it changes. */
export function chooseLanguage(chosen: Language | null): void {
  if (chosen) localStorage.setItem(STORED, chosen);
  else localStorage.removeItem(STORED);
  if (findLanguage() !== language) location.reload();
}

/** Returns the current language. */
export const currentLanguage = (): Language => language;

const CLOCK = "clock";

/** Stores the clock of times of day: of 12 hours, of 24, or that of the language. */
export function chooseClock(clock: "h12" | "h23" | null): void {
  if (clock) localStorage.setItem(CLOCK, clock);
  else localStorage.removeItem(CLOCK);
}

/** Returns the tag for formats: the browser's variant of the language, such as en-GB, if it has one, with the chosen clock. */
export function localeTag(): string {
  const tag = navigator.languages.find((variant) => variant.split("-")[0] === language) ?? language;
  const clock = localStorage.getItem(CLOCK);
  return clock ? `${tag}-u-hc-${clock}` : tag;
}

type Values = Record<string, string | number>;

/** Returns the text with `values` in its placeholders. The form of a plural depends on `count`. */
export const t = (key: Key, values?: Values): string => fill(base[key], values);

/** Function that returns the texts of a page, and those that every page has. */
type Translate<Area> = (key: Key | Area, values?: Values) => string;

/** Key of a text that the function `t` of an area returns. */
export type KeyOf<Function> = Function extends Translate<infer Area> ? Key | Area : never;

/** Loads the texts of an area in the language, and returns the function that gives them. */
export async function loadTexts<English extends Texts>(
  english: English,
  loadGerman: () => Promise<{ de: MessagesOf<English> }>,
): Promise<Translate<Extract<keyof English, string>>> {
  const area: Texts = language === "de" ? (await loadGerman()).de : english;
  return (key, values) => fill(area[key] ?? base[key as Key], values);
}

function fill(message: Texts[string], values: Values = {}): string {
  const text =
    typeof message === "string"
      ? message
      : message[pluralRules(language).select(Number(values.count)) === "one" ? "one" : "other"];
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? numberFormat(localeTag()).format(value) : value;
  });
}
