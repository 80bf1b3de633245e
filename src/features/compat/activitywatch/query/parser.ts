/** An expression of ActivityWatch's query language. */
export type Expression =
  | { kind: "literal"; value: string | number | boolean | null }
  | { kind: "name"; name: string }
  | { kind: "list"; items: Expression[] }
  | { kind: "dict"; entries: [string, Expression][] }
  | { kind: "call"; name: string; args: Expression[] };

/** An assignment of a value to a name. `RETURN` is the name of the result. */
export interface Statement {
  name: string;
  value: Expression;
}

/** The error of a query that can't be parsed or run. Its message is for the author of the query. */
export class QueryError extends Error {
  override name = "QueryError";
}

const MAX_DEPTH = 50;

/** Whitespace and comments; then a string, a number, a name or a sign. */
const TOKEN =
  /(?:\s|#[^\n]*(?:\n|$))*(?:(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<number>-?\d+(?:\.\d+)?)|(?<name>[A-Za-z_]\w*)|(?<sign>[=;,:()[\]{}])|(?<end>$))/sy;

interface Token {
  kind: "text" | "number" | "name" | "sign" | "end";
  text: string;
}

const CONSTANTS = new Map([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["None", null],
  ["null", null],
]);

/**
 * Parses the statements of a query, as ActivityWatch's servers do: `name = expression;` or `return expression;`.
 *
 * @throws QueryError
 */
export function parseQuery(source: string): Statement[] {
  const tokens = tokensOf(source);
  let place = 0;

  const peek = () => tokens[place] ?? END;
  const isSign = (sign: string) => peek().kind === "sign" && peek().text === sign;
  const next = () => {
    const token = peek();
    place++;
    return token;
  };
  const expect = (sign: string) => {
    if (!isSign(sign))
      throw new QueryError(`Expected ${sign}, but found ${peek().text || "the end of the query"}.`);
    place++;
  };

  /** Parses items with `one`, separated by commas, up to the sign `close`. */
  function listUntil<Item>(close: string, one: () => Item): Item[] {
    const items: Item[] = [];
    while (!isSign(close)) {
      items.push(one());
      if (!isSign(close)) expect(",");
    }
    expect(close);
    return items;
  }

  function expression(depth: number): Expression {
    if (depth > MAX_DEPTH) throw new QueryError("The query is nested too deeply.");
    const { kind, text } = next();
    const inner = () => expression(depth + 1);
    if (kind === "text") return { kind: "literal", value: unquote(text) };
    if (kind === "number") return { kind: "literal", value: Number(text) };
    if (kind === "sign" && text === "[") return { kind: "list", items: listUntil("]", inner) };
    if (kind === "sign" && text === "{") return { kind: "dict", entries: listUntil("}", () => entry(inner)) };
    if (kind !== "name") throw new QueryError(`Unexpected ${text || "end of the query"}.`);
    if (isSign("(")) {
      place++;
      return { kind: "call", name: text, args: listUntil(")", inner) };
    }
    const constant = CONSTANTS.get(text);
    return constant === undefined ? { kind: "name", name: text } : { kind: "literal", value: constant };
  }

  function entry(inner: () => Expression): [string, Expression] {
    const { kind, text } = next();
    if (kind !== "text") throw new QueryError("The keys of a dict must be strings.");
    expect(":");
    return [unquote(text), inner()];
  }

  function statement(): Statement {
    const { kind, text } = next();
    if (kind !== "name")
      throw new QueryError(`A statement must begin with a name, not with ${text || "nothing"}.`);
    const isReturn = text.toLowerCase() === "return";
    if (!isReturn || isSign("=")) expect("=");
    return { name: isReturn ? "RETURN" : text, value: expression(0) };
  }

  const statements: Statement[] = [];
  while (peek().kind !== "end") {
    if (isSign(";")) place++;
    else {
      statements.push(statement());
      if (peek().kind !== "end") expect(";");
    }
  }
  return statements;
}

const END: Token = { kind: "end", text: "" };

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (;;) {
    const at = TOKEN.lastIndex;
    const { groups = {} } = TOKEN.exec(source) ?? {};
    const [kind, text] = Object.entries(groups).find(([, found]) => found !== undefined) ?? [];
    if (kind === undefined)
      throw new QueryError(`The query can't be parsed at ${source.slice(at, at + 20).trim()}.`);
    if (kind === "end") return tokens;
    tokens.push({ kind: kind as Token["kind"], text: text ?? "" });
  }
}

/** Returns the text of a string. A backslash makes the next character literal, except in `\n` and `\t`. */
const unquote = (text: string) =>
  text.slice(1, -1).replace(/\\(.)/gs, (whole, character: string) => {
    if (character === "n") return "\n";
    if (character === "t") return "\t";
    // Escapes of regular expressions, such as \d, \w and \., are left unchanged.
    return `"'\\`.includes(character) ? character : whole;
  });
