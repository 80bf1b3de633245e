import { spendBytes } from "./events.ts";
import { functionsOn, type Source } from "./functions.ts";
import { type Expression, QueryError, type Statement } from "./parser.ts";
import { fromEntries, heldBytesOf, measuredBytesOf } from "./values.ts";

/**
 * Returns the result of a query. The memory of the result stays paid for, since its receiver writes it out.
 *
 * @throws QueryError
 */
export function evaluate(statements: Statement[], source: Source): unknown {
  const { budget, regexes } = source;
  const variables = new Map<string, unknown>([
    ["STARTTIME", source.start],
    ["ENDTIME", source.end],
    ["NAME", "query"],
  ]);
  const call = functionsOn(source);
  /** Bytes that each variable holds, and bytes of values made since the last assignment. */
  const heldByVariable = new Map<string, number>();
  let unassignedBytes = 0;

  function hold<Value>(value: Value): Value {
    const bytes = heldBytesOf(value);
    budget.hold(bytes);
    unassignedBytes += bytes;
    return value;
  }

  /** Pays for measuring a value, each time that the query uses it. */
  function payFor<Value>(value: Value, bytes?: number): Value {
    spendBytes(budget, measuredBytesOf(value, bytes));
    return value;
  }

  /** Returns the value of an expression. The parser limits its depth. */
  function evaluateExpression(expression: Expression): unknown {
    budget.spend(1);
    switch (expression.kind) {
      case "literal":
        if (expression.written !== undefined) regexes.addReading(`${expression.value}`, expression.written);
        return payFor(expression.value);
      case "name":
        if (!variables.has(expression.name)) throw new QueryError(`Unknown variable ${expression.name}.`);
        return payFor(variables.get(expression.name), heldByVariable.get(expression.name));
      case "list":
        budget.spend(expression.items.length);
        return hold(expression.items.map(evaluateExpression));
      case "dict":
        budget.spend(expression.entries.length);
        return hold(fromEntries(expression.entries.map(([key, value]) => [key, evaluateExpression(value)])));
      case "call":
        return hold(call(expression.name, expression.args.map(evaluateExpression)));
    }
  }

  for (const { name, value } of statements) {
    const result = evaluateExpression(value);
    const bytes = heldBytesOf(result);
    budget.release(unassignedBytes + (heldByVariable.get(name) ?? 0));
    budget.hold(bytes);
    unassignedBytes = 0;
    heldByVariable.set(name, bytes);
    variables.set(name, result);
  }
  if (!variables.has("RETURN")) throw new QueryError("The query has no RETURN statement. Add one.");
  for (const [name, bytes] of heldByVariable) if (name !== "RETURN") budget.release(bytes);
  return variables.get("RETURN");
}
