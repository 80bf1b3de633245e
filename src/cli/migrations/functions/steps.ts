import type { Difference } from "./differences.ts";

/** Statements of a migration of functions and triggers. */
export interface Steps {
  /** Statements before changes of the tables: a column can't be dropped while a trigger mentions it. */
  first: string[];
  /** Statements after changes of the tables: a function in SQL must find its tables. */
  last: string[];
}

type Side = "before" | "after";

/** Returns the statements that change the functions and triggers from one side of `differences` to the other. */
export function stepsBetween(differences: Difference[], from: Side, to: Side): Steps {
  const triggers = differences.filter(({ kind }) => kind === "trigger");
  const functions = differences.filter(({ kind }) => kind === "function");
  const dropped = functions.filter(
    (difference) => difference[from] && difference[from].shape !== difference[to]?.shape,
  );
  return {
    first: triggers.filter((trigger) => trigger[from]).map(({ id }) => `DROP TRIGGER ${id};`),
    last: [
      ...dropped.map(({ id }) => `DROP FUNCTION ${id};`),
      ...orderStatements(functions, to),
      ...triggers.flatMap((trigger) => trigger[to]?.statement ?? []),
    ],
  };
}

/**
 * Returns the statements that create `functions`, each after the functions that it mentions: Postgres looks those up when it creates a
 * function in SQL. Functions in PL/pgSQL, which it does not check, may form a cycle.
 */
function orderStatements(functions: Difference[], side: Side): string[] {
  const ordered = new Set<string>();
  const visited = new Set<Difference>();
  const visit = (difference: Difference) => {
    const statement = difference[side]?.statement;
    if (statement === undefined || visited.has(difference)) return;
    visited.add(difference);
    for (const other of functions) if (mentions(statement, other)) visit(other);
    ordered.add(statement);
  };
  for (const difference of functions) visit(difference);
  return [...ordered];
}

const mentions = (statement: string, { id }: Difference) =>
  new RegExp(`\\b${id.slice(0, id.indexOf("("))}\\(`).test(statement);
