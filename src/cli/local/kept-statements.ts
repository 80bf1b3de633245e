import { createHash } from "node:crypto";
import type pg from "pg";
import type { SqlField, SqlStatement } from "./sql-backend.ts";

/** Maximum number of statements that a connection keeps, so that their plans take little memory. */
const KEPT_MAX = 100;

/** A statement that a connection has sent before. */
interface KeptStatement {
  /** Name of the prepared statement. Hash of its text: a name never means another text, even behind a proxy that shares connections. */
  name: string;
  /** Columns of its result, once the server has prepared it. */
  fields: SqlField[] | undefined;
}

/** Statement to send. */
export interface Sending extends SqlStatement {
  /** Present if the server prepares the statement under a name, or has prepared it. */
  kept?: KeptStatement;
  /** Names of prepared statements to close before. */
  closed: string[];
}

/**
 * Statements that the connections of a pool keep prepared, so that PostgreSQL neither parses nor plans them again. A connection
 * prepares a statement when it sends it for the second time, and forgets the one that it has not sent for the longest time.
 */
export interface KeptStatements {
  /** Returns how `client` is to send `statement`. */
  sendingOf(client: pg.ClientBase, statement: SqlStatement): Sending;
  /** Returns whether `error` says that a prepared statement is out of date or missing. It was not executed then, and is forgotten. */
  forgetAfter(client: pg.ClientBase, error: unknown): boolean;
}

/** Returns an empty record of statements for the connections of a pool. */
export function keepStatements(): KeptStatements {
  /** By text, in the order of their last use. The value is undefined for a statement that was sent once. */
  const connections = new WeakMap<pg.ClientBase, Map<string, KeptStatement | undefined>>();
  let isOff = false;
  return {
    sendingOf(client, statement) {
      if (isOff || !isWorthKeeping(statement.query)) return { ...statement, closed: [] };
      const known = connections.get(client) ?? new Map<string, KeptStatement | undefined>();
      connections.set(client, known);
      const { query } = statement;
      const isRepeated = known.has(query);
      const kept = known.get(query) ?? (isRepeated ? { name: nameOf(query), fields: undefined } : undefined);
      known.delete(query);
      known.set(query, kept);
      const closed = known.size > KEPT_MAX ? dropOldest(known) : [];
      // An earlier attempt to prepare it may have failed after the server had the name; the server ignores unknown names here.
      if (kept && !kept.fields) closed.push(kept.name);
      return { ...statement, closed, ...(kept && { kept }) };
    },
    forgetAfter(client, error) {
      const { code, routine } = error as pg.DatabaseError;
      const isMissing = code === "26000";
      if (!isMissing && !(code === "0A000" && routine === "RevalidateCachedQuery")) return false;
      // A proxy shares the server's connections between transactions, and they do not all have the statement.
      isOff ||= isMissing;
      return connections.delete(client);
    },
  };
}

function dropOldest(known: Map<string, KeptStatement | undefined>): string[] {
  for (const [query, kept] of known) {
    known.delete(query);
    return kept ? [kept.name] : [];
  }
  return [];
}

const nameOf = (query: string): string =>
  `kept_${createHash("sha256").update(query).digest("hex").slice(0, 40)}`;

/**
 * Returns whether a statement only calls functions, or begins or ends a transaction. PostgreSQL plans others by their values: a plan
 * for any period would be slow for a long one.
 */
const isWorthKeeping = (query: string): boolean =>
  /^(BEGIN|COMMIT)\b/.test(query) ||
  (/^select\s/.test(query) && !/\bfrom\s+(?!\(select guard\(\$1\) as guard\) as checked$)/.test(query));
