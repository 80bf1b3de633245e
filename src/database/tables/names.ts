import { type AnyColumn, type SQL, sql } from "drizzle-orm";

/**
 * Returns the form in which names are compared: names that differ only in case, or in how Unicode encodes a letter, have the same form.
 * PostgreSQL's `lower` depends on the locale of the database, and JavaScript's `toLowerCase` differs from both.
 */
export const foldCase = (text: AnyColumn | SQL | string): SQL => sql`fold_case(${text})`;

/** Returns `name` with the language-neutral order of letters (the root of CLDR): an "Ä" sorts next to the "a". */
export const inOrderOfNames = (name: AnyColumn | SQL): SQL => sql`${name} collate "und-x-icu"`;
