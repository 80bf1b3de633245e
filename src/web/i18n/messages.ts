import type { en } from "./en.ts";

/** A text that depends on a number. */
export interface Plural {
  one: string;
  other: string;
}

type English = typeof en;

/** Key of a text. */
export type Key = keyof English;

/** All texts of a language. A language that lacks a text, or has one too many, does not compile. */
export type Messages = { [Name in Key]: English[Name] extends string ? string : Plural };
