import { en } from "./en.ts";
import type { Key, Messages, Plural } from "./messages.ts";

export type { Key } from "./messages.ts";

/** Languages of the app, by their names for themselves. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const STORED = "language";

let language: Language = "en";
let messages: Messages = en;

const isLanguage = (text: string): text is Language => Object.hasOwn(LANGUAGES, text);

/** Returns the chosen language, or else the first of the browser's that there is. */
function findLanguage(): Language {
  const wanted = [localStorage.getItem(STORED) ?? "", ...navigator.languages];
  return wanted.map((tag) => tag.split("-")[0] ?? "").find(isLanguage) ?? "en";
}

/** Loads the texts of the language. The page must not show texts before. */
export async function loadLanguage(): Promise<void> {
  language = findLanguage();
  if (language === "de") messages = (await import("./de.ts")).de;
  document.documentElement.lang = language;
}

/** Stores the language and loads the page again in it. */
export function chooseLanguage(chosen: Language): void {
  localStorage.setItem(STORED, chosen);
  location.reload();
}

/** Returns the current language. */
export const currentLanguage = (): Language => language;

/** Returns the tag for formats: the browser's variant of the language, such as en-GB, if it has one. */
export const localeTag = (): string =>
  navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language;

type Values = Record<string, string | number>;

/** Returns the text with `values` in its placeholders. The form of a plural depends on `count`. */
export function t(key: Key, values: Values = {}): string {
  const message: string | Plural = messages[key];
  const text =
    typeof message === "string"
      ? message
      : message[new Intl.PluralRules(language).select(Number(values.count)) === "one" ? "one" : "other"];
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? new Intl.NumberFormat(localeTag()).format(value) : value;
  });
}
