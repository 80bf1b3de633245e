/** A value in a query. */
interface Literal {
  value: string | number | boolean | null;
  /** The text as it is written, with only its quotes unescaped, if its backslashes may be escaped or not. */
  written?: string;
}

/** An expression of ActivityWatch's query language. */
export type Expression =
  | ({ kind: "literal" } & Literal)
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

/** Returns the pattern of whitespace and comments; then a string, a number, a name or a sign. `insideOf` is the pattern within two quotes. */
const tokenPattern = (insideOf: (quote: string) => string) =>
  new RegExp(
    String.raw`(?:\s|#[^\n]*(?:\n|$))*(?:(?<text>"${insideOf('"')}"|'${insideOf("'")}')|(?<number>-?\d+(?:\.\d+)?)|` +
      String.raw`(?<name>[A-Za-z_]\w*)|(?<sign>[=;,:()[\]{}])|(?<end>$))`,
    "sy",
  );

/**
 * Reads a string up to the quote that ends it. A quote after an escaped backslash does so only before a sign: ActivityWatch's pages don't
 * escape backslashes, so they write the expression `\"` with two of them.
 */
const TOKEN = tokenPattern(
  (quote) => String.raw`(?:[^${quote}\\]|\\.|(?<=\\\\)${quote}(?!\s*(?:[,;:)\]}]|$)))*`,
);

/**
 * Reads a string as ActivityWatch's servers do: a quote after a backslash never ends it. Backslashes in a row can be matched in one way
 * only, because a string without an end would otherwise take time that doubles with each of them.
 */
const TOKEN_OF_SERVERS = tokenPattern((quote) => String.raw`(?:[^${quote}\\]|\\+(?!\\)${quote}?)*`);

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
  try {
    return parse(tokensOf(source, TOKEN));
  } catch (error) {
    if (!(error instanceof QueryError && /\\\\["']/.test(source))) throw error;
    try {
      return parse(tokensOf(source, TOKEN_OF_SERVERS));
    } catch {
      throw error;
    }
  }
}

function parse(tokens: Token[]): Statement[] {
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
    if (kind === "text") return { kind: "literal", ...readText(text) };
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
    return [`${readText(text).value}`, inner()];
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

function tokensOf(source: string, pattern: RegExp): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  for (;;) {
    const at = pattern.lastIndex;
    const { groups = {} } = pattern.exec(source) ?? {};
    const [kind, text] = Object.entries(groups).find(([, found]) => found !== undefined) ?? [];
    if (kind === undefined)
      throw new QueryError(`The query can't be parsed at ${source.slice(at, at + 20).trim()}.`);
    if (kind === "end") return tokens;
    tokens.push({ kind: kind as Token["kind"], text: text ?? "" });
  }
}

/** Escapes that JSON or Python has too. */
const ESCAPES = /\\(?:[\\"'n]|[frtu])/g;

/**
 * Reads a string. ActivityWatch's servers, pages and Python client escape only the quotes in it, while JSON escapes each backslash too. A
 * string with an escape that JSON lacks, such as `\w`, is not JSON's.
 */
function readText(text: string): Literal {
  const [quote = ""] = text;
  const inner = text.slice(1, -1);
  const written = inner.replaceAll(`\\${quote}`, quote);
  const rest = inner.replace(ESCAPES, "");
  if (rest.includes("\\") || rest.includes(quote)) return { value: written };
  // Escapes of regular expressions, such as \r and \u, are left unchanged.
  const value = inner.replace(/\\([\\"'nt])/g, (_, character: string) =>
    character === "n" ? "\n" : character === "t" ? "\t" : character,
  );
  return inner.includes("\\\\") ? { value, written } : { value };
}
