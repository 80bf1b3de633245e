import { spendBytes } from "./events.ts";
import { functionsOn, type Source } from "./functions.ts";
import { type Expression, QueryError, type Statement } from "./parser.ts";
import { fromEntries, heldBytesOf, measuredBytesOf } from "./values.ts";

/**
 * What the query returns. The memory that the result takes stays paid for: its receiver writes it out.
 *
 * @throws QueryError
 */
export function evaluate(statements: Statement[], source: Source): unknown {
  const { budget } = source;
  const variables = new Map<string, unknown>([
    ["STARTTIME", source.start],
    ["ENDTIME", source.end],
    ["NAME", "query"],
  ]);
  const call = functionsOn(source);
  /** What each variable holds, and what was made on the way to the next one. */
  const held = new Map<string, number>();
  let onTheWay = 0;

  function hold<Value>(value: Value): Value {
    const bytes = heldBytesOf(value);
    budget.hold(bytes);
    onTheWay += bytes;
    return value;
  }

  /** Pays for the measurements of a value, wherever the query writes it. */
  function payFor<Value>(value: Value, bytes?: number): Value {
    spendBytes(budget, measuredBytesOf(value, bytes));
    return value;
  }

  /** The value of an expression. Expressions are not deep: the parser sees to it. */
  function evaluateExpression(expression: Expression): unknown {
    budget.spend(1);
    switch (expression.kind) {
      case "literal":
        return payFor(expression.value);
      case "name":
        if (!variables.has(expression.name)) throw new QueryError(`Unknown variable ${expression.name}.`);
        return payFor(variables.get(expression.name), held.get(expression.name));
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
    budget.release(onTheWay + (held.get(name) ?? 0));
    budget.hold(bytes);
    onTheWay = 0;
    held.set(name, bytes);
    variables.set(name, result);
  }
  if (!variables.has("RETURN")) throw new QueryError("The query has no RETURN statement. Add one.");
  for (const [name, bytes] of held) if (name !== "RETURN") budget.release(bytes);
  return variables.get("RETURN");
}
