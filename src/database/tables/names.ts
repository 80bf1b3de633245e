import { type AnyColumn, type SQL, sql } from "drizzle-orm";

/**
 * Returns what names are compared by: two names that differ only in case, or in how Unicode writes a letter, have the same. PostgreSQL's
 * own `lower` depends on the locale of the database, and JavaScript's differs from both.
 */
export const foldCase = (text: AnyColumn | SQL | string): SQL => sql`fold_case(${text})`;

/** Returns `name` in the order of letters of no language in particular (the root of CLDR): an "Ä" stands beside the "a". */
export const inOrderOfNames = (name: AnyColumn | SQL): SQL => sql`${name} collate "und-x-icu"`;
