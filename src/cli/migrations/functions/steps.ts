import type { Difference } from "./differences.ts";

export interface Steps {
  /** Statements before changes of the tables: a column can't go while a trigger names it. */
  first: string[];
  /** Statements after them: a function in SQL must find its tables. */
  last: string[];
}

type Side = "before" | "after";

/** Lists the statements of a migration that brings the functions and triggers from one side of `differences` to the other. */
export function stepsBetween(differences: Difference[], from: Side, to: Side): Steps {
  const triggers = differences.filter(({ kind }) => kind === "trigger");
  const functions = differences.filter(({ kind }) => kind === "function");
  const gone = functions.filter(
    (difference) => difference[from] && difference[from].shape !== difference[to]?.shape,
  );
  return {
    first: triggers.filter((trigger) => trigger[from]).map(({ id }) => `DROP TRIGGER ${id};`),
    last: [
      ...gone.map(({ id }) => `DROP FUNCTION ${id};`),
      ...inOrder(functions, to),
      ...triggers.flatMap((trigger) => trigger[to]?.statement ?? []),
    ],
  };
}

/**
 * Lists the statements that make `functions`, each after those that its text names: Postgres looks for them when it makes a function
 * in SQL. Those in PL/pgSQL, where it doesn't look, may name each other in a circle.
 */
function inOrder(functions: Difference[], side: Side): string[] {
  const ordered = new Set<string>();
  const visited = new Set<Difference>();
  const visit = (difference: Difference) => {
    const statement = difference[side]?.statement;
    if (statement === undefined || visited.has(difference)) return;
    visited.add(difference);
    for (const other of functions) if (names(statement, other)) visit(other);
    ordered.add(statement);
  };
  for (const difference of functions) visit(difference);
  return [...ordered];
}

const names = (statement: string, { id }: Difference) =>
  new RegExp(`\\b${id.slice(0, id.indexOf("("))}\\(`).test(statement);
