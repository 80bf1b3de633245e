/** A text that depends on a number. */
interface Plural {
  one: string;
  other: string;
}

/** Texts by their keys. */
export type Texts = Record<string, string | Plural>;

/** The texts of another language. A language that lacks a text, or has one too many, does not compile. */
export type MessagesOf<English extends Texts> = {
  [Name in keyof English]: English[Name] extends string ? string : Plural;
};
