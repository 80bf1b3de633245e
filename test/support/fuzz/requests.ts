import fc from "fast-check";
import {
  type OpenApiDocument,
  type Operation,
  operationsOf,
  type Parameter,
  type Schema,
} from "./document.ts";
import { EXTREME_HEADERS } from "./extremes.ts";
import {
  HOSTILE_BODIES,
  HOSTILE_HEADER_VALUES,
  HOSTILE_SEGMENTS,
  HOSTILE_TEXTS,
  MISSHAPEN_CREDENTIALS,
  OTHER_HEADERS,
} from "./hostile.ts";
import { isKnowable } from "./placeholders.ts";
import { type Values, valuesOf } from "./values.ts";

/** Senders of requests: `browser` is a user with cookies, `program` has a superuser's personal token. */
const ACTORS = ["anonymous", "user", "browser", "administrator", "superuser", "program"] as const;
export type Actor = (typeof ACTORS)[number];

/** Defects of a request. An extreme request is valid by its schemas. */
const FLAWS = [
  "path",
  "query",
  "header",
  "field",
  "body",
  "media type",
  "method",
  "credentials",
  "other header",
  "extreme",
] as const;
type Flaw = (typeof FLAWS)[number] | "none";

/** A request that may contain placeholders. */
export interface FuzzRequest {
  operation: Operation;
  actor: Actor;
  flaw: Flaw;
  method: string;
  target: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer> | undefined;
}

/** Returns one request for each operation, in random order; most of them have a flaw or are extreme. */
export function roundOfRequests(document: OpenApiDocument): fc.Arbitrary<FuzzRequest[]> {
  const values = valuesOf(document);
  const extremes = valuesOf(document, { extreme: true });
  const actor = fc.constantFrom(...ACTORS, "administrator" as const, "superuser" as const);
  const requests = operationsOf(document).map((operation) => {
    const requestWith = (flaw: Flaw) =>
      requestTo(flaw === "extreme" ? extremes : values, operation, actor, flaw);
    return fc.oneof(
      { arbitrary: requestWith("none"), weight: 7 },
      ...FLAWS.map((flaw) => ({ arbitrary: requestWith(flaw), weight: flaw === "extreme" ? 6 : 1 })),
    );
  });
  const order = fc.shuffledSubarray([...requests.keys()], { minLength: requests.length });
  return fc
    .tuple(order, fc.tuple(...requests))
    .map(([indexes, generated]) => indexes.flatMap((index) => generated[index] ?? []));
}

/** Senders of valid requests: mostly superusers, and others, since superusers own many records. */
const VALID_ACTORS = [
  ...Array.from({ length: 9 }, () => "superuser" as const),
  ...(["user", "browser", "administrator"] as const),
];

/**
 * Returns one request for each of `operations`, valid by the document: mostly of a superuser, or of a user if it takes a token that was mailed to the
 * caller, since superusers mail such tokens to others. Most of them have few optional parameters and fields, or documented examples, since
 * parameters can exclude or require each other in ways that no schema describes.
 */
export function validRequests(
  document: OpenApiDocument,
  operations: Operation[],
): fc.Arbitrary<FuzzRequest[]> {
  const values = valuesOf(document);
  return fc.tuple(
    ...operations.map((operation) => {
      const isForUser = !operation.isPublic && "token" in fieldsOf(document, operation);
      const actor = isForUser ? fc.constant("user" as const) : fc.constantFrom(...VALID_ACTORS);
      const few = fewOptions(document, operation);
      return fc
        .oneof(few, few, fc.constant(withExamples(document, operation)), fc.constant(operation))
        .chain((chosen) => requestTo(values, chosen, actor, "none"));
    }),
  );
}

/** Returns the operation with its required parameters and fields, and at most one other field. */
function fewOptions(document: OpenApiDocument, operation: Operation): fc.Arbitrary<Operation> {
  const names = Object.keys(fieldsOf(document, operation));
  const { required = [] } = schemaOf(document, operation);
  // Half of the records belong to an organization, which other operations require.
  const organization = names.includes("organization_id") ? names.map(() => "organization_id") : [];
  return fc.constantFrom("", ...names, ...organization).map((added) => ({
    ...operation,
    parameters: operation.parameters.filter((parameter) => parameter.in === "path" || parameter.required),
    body: bodyWith(document, operation, (name, schema) =>
      name === added || required.includes(name) ? schema : undefined,
    ),
  }));
}

/** Returns the operation with its required parameters and fields, and with those that have examples, with these as their values. */
function withExamples(document: OpenApiDocument, operation: Operation): Operation {
  const exampleOf = (name: string, schema: Schema): Schema | undefined =>
    schema.example === undefined || isKnowable(name) ? undefined : { ...schema, enum: [schema.example] };
  const { required = [] } = schemaOf(document, operation);
  return {
    ...operation,
    parameters: operation.parameters.flatMap((parameter) => {
      const schema = exampleOf(parameter.name, parameter.schema);
      if (schema) return [{ ...parameter, required: true, schema }];
      return parameter.in === "path" || parameter.required ? [parameter] : [];
    }),
    body: bodyWith(
      document,
      operation,
      (name, schema) => exampleOf(name, schema) ?? (required.includes(name) ? schema : undefined),
    ),
  };
}

/** Returns the body of an operation with the fields for which `change` returns a schema. */
function bodyWith(
  document: OpenApiDocument,
  operation: Operation,
  change: (name: string, schema: Schema) => Schema | undefined,
): Operation["body"] {
  const { body } = operation;
  const schema = schemaOf(document, operation);
  if (!body || !schema.properties) return body;
  const properties: Record<string, Schema> = {};
  for (const [name, field] of Object.entries(schema.properties)) {
    const changed = change(name, field);
    if (changed) properties[name] = changed;
  }
  return { ...body, schema: { ...schema, properties } };
}

/** Returns the schema of an operation's body; an empty one without a body. */
function schemaOf({ components }: OpenApiDocument, { body }: Operation): Schema {
  const name = body?.schema.$ref?.split("/").at(-1);
  return (name === undefined ? body?.schema : components.schemas[name]) ?? {};
}

/** Returns the schemas of the fields of an operation's body by name. */
export const fieldsOf = (document: OpenApiDocument, operation: Operation) =>
  schemaOf(document, operation).properties ?? {};

const requestTo = (
  values: Values,
  operation: Operation,
  actor: fc.Arbitrary<Actor>,
  flaw: Flaw,
): fc.Arbitrary<FuzzRequest> =>
  fc
    .record({
      actor,
      method: flaw === "method" ? fc.constantFrom(...METHODS) : fc.constant(operation.method),
      path: pathOf(values, operation, flaw),
      query: queryOf(values, operation, flaw),
      headers: headersOf(values, operation, flaw),
      body: bodyOf(values, operation, flaw),
    })
    .map(({ path, query, headers, body, ...request }) => ({
      ...request,
      operation,
      flaw,
      target: path + query,
      headers: { ...mediaType(operation, flaw), ...headers },
      body: request.method === "GET" || request.method === "HEAD" ? undefined : body,
    }));

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const parametersIn = (place: Parameter["in"], { parameters }: Operation) =>
  parameters.filter((parameter) => parameter.in === place);

function pathOf(values: Values, operation: Operation, flaw: Flaw): fc.Arbitrary<string> {
  const segments = parametersIn("path", operation).map(({ name, schema }) =>
    (flaw === "path"
      ? fc.constantFrom(...HOSTILE_SEGMENTS)
      : values.value(schema, name).map((found) => encodeText(String(found)) || "x")
    ).map((segment) => [name, segment] as const),
  );
  return fc.tuple(...segments).map((found) => {
    const byName = new Map(found);
    return operation.path.replace(/\{(\w+)\}/g, (_, name: string) => byName.get(name) ?? "");
  });
}

function queryOf(values: Values, operation: Operation, flaw: Flaw): fc.Arbitrary<string> {
  const known = parametersIn("query", operation);
  const valid = known.map(({ name, required, schema }) => {
    const given = values.value(schema, name).map((found) => [name, String(found)] as const);
    return required ? given : fc.option(given, { nil: undefined, freq: 2 });
  });
  const names = fc.constantFrom(...known.map(({ name }) => name), "unknown", "__proto__");
  const hostile = fc.tuple(names, fc.constantFrom(...HOSTILE_TEXTS));
  const others = flaw === "query" ? fc.array(hostile, { minLength: 1, maxLength: 3 }) : fc.constant([]);
  const isDoubled =
    flaw === "extreme" ? fc.integer({ min: 0, max: 9 }).map((nth) => nth === 0) : fc.constant(false);
  return fc.tuple(fc.tuple(...valid), others, isDoubled).map(([pairs, added, doubled]) => {
    const given = pairs.filter((pair) => pair !== undefined);
    const text = [...given, ...(doubled ? given : []), ...added]
      .map(([name, found]) => `${name}=${encodeText(found)}`)
      .join("&");
    return text && `?${text}`;
  });
}

function headersOf(values: Values, operation: Operation, flaw: Flaw): fc.Arbitrary<Record<string, string>> {
  const known = parametersIn("header", operation).map(({ name, schema }) => {
    const valid = name === "Idempotency-Key" ? idempotencyKeys : values.value(schema, name);
    const extremes = flaw === "extreme" ? (EXTREME_HEADERS[name] ?? []) : [];
    const fitting = extremes.length > 0 ? fc.oneof(valid, fc.constantFrom(...extremes)) : valid;
    const found = flaw === "header" ? fc.constantFrom(...HOSTILE_HEADER_VALUES) : fitting;
    return fc.option(
      found.map((text) => ({ [name]: toHeaderText(String(text)) })),
      { nil: {}, freq: 2 },
    );
  });
  return fc.tuple(...known, otherHeaders(flaw)).map((headers) => Object.assign({}, ...headers));
}

function otherHeaders(flaw: Flaw): fc.Arbitrary<Record<string, string>> {
  if (flaw === "credentials")
    return fc.constantFrom(...MISSHAPEN_CREDENTIALS.map((text) => ({ Authorization: text })));
  if (flaw === "other header")
    return fc.constantFrom(...OTHER_HEADERS.map(([name, text]) => ({ [name]: text })));
  return fc.constant({});
}

/** Idempotency keys: most are new, some are repeated. */
const idempotencyKeys = fc.oneof(
  { arbitrary: fc.uuid(), weight: 3 },
  fc.constantFrom('"one"', '"two"', "three"),
);

function bodyOf(values: Values, { body }: Operation, flaw: Flaw): fc.Arbitrary<FuzzRequest["body"]> {
  if (flaw === "body") return fc.oneof(fc.constantFrom(...HOSTILE_BODIES), fc.constant(undefined));
  if (!body) return fc.constant(undefined);
  if (body.type === "text/csv") return csvLike(String(body.schema.example), flaw);
  const generated = flaw === "field" ? values.brokenValue(body.schema, "") : values.value(body.schema, "");
  const written = generated.map((found) => JSON.stringify(found));
  return body.isRequired ? written : fc.option(written, { nil: undefined });
}

/** Returns CSV with rows of the example. With a flawed field, some cells have hostile texts. */
function csvLike(example: string, flaw: Flaw): fc.Arbitrary<string> {
  const [head = "", ...rows] = example.trim().split("\n");
  const hostile = fc.constantFrom(...HOSTILE_TEXTS).map((text) => `"${text.replaceAll('"', '""')}"`);
  const cell = (text: string) =>
    flaw === "field" ? fc.oneof({ arbitrary: fc.constant(text), weight: 4 }, hostile) : fc.constant(text);
  const row = fc
    .constantFrom(...rows)
    .chain((line) => fc.tuple(...line.split(",").map(cell)))
    .map((cells) => cells.join(","));
  return fc.array(row, { minLength: 1, maxLength: 5 }).map((lines) => [head, ...lines, ""].join("\n"));
}

function mediaType({ body }: Operation, flaw: Flaw): Record<string, string> {
  if (flaw === "media type") return { "Content-Type": "application/xml" };
  return body || flaw === "body" ? { "Content-Type": body?.type ?? "application/json" } : {};
}

/** Encodes a text for a URL, and replaces surrogates, which a URL cannot contain unpaired. */
const encodeText = (text: string) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));

/** Replaces the characters that a header cannot contain. */
const toHeaderText = (text: string) => text.replace(/[^\t\x20-\x7e\xa0-\xff]/g, "?").trim();
