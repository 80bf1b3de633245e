import fc from "fast-check";
import type { OpenApiDocument, Schema } from "./document.ts";
import { extremeNumbers, extremeTexts } from "./extremes.ts";
import { HOSTILE_TEXTS, HOSTILE_VALUES } from "./hostile.ts";
import { isKnowable, placeholder } from "./placeholders.ts";

/** Limits where a schema has none, and the number of repeated items of an extreme list. */
const DEFAULTS = { minimum: -100, maximum: 10_000, items: 4, length: 60, twins: 7 };

/** Generators for the values of a schema. `name` is the field or parameter; some names have special values. */
export interface Values {
  /** Returns valid values. */
  value(schema: Schema, name: string): fc.Arbitrary<unknown>;
  /** Returns values that violate one rule of the schema, or of a part of it. */
  brokenValue(schema: Schema, name: string): fc.Arbitrary<unknown>;
}

/** Returns generators for the schemas of a document. Most `extreme` values lie at the limits of the schemas. */
export function valuesOf({ components: { schemas } }: OpenApiDocument, { extreme = false } = {}): Values {
  const resolve = (schema: Schema): Schema =>
    schema.$ref ? resolve(schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}) : schema;

  function value(given: Schema, name: string): fc.Arbitrary<unknown> {
    const schema = resolve(given);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const { anyOf, type } = schema;
    if (!anyOf && type === undefined) return fc.jsonValue({ maxDepth: 2 });
    const generated = fc.oneof(
      ...(anyOf?.map((one) => value(one, name)) ?? [type].flat().map((one) => ofType(one, schema, name))),
    );
    if (schema.example === undefined) return generated;
    // The service does not know the example of a token, for example.
    return fc.oneof({ arbitrary: generated, weight: isKnowable(name) ? 6 : 1 }, fc.constant(schema.example));
  }

  function ofType(type: string | undefined, schema: Schema, name: string): fc.Arbitrary<unknown> {
    const usual = usualOf(type, schema, name);
    return extreme ? orExtreme(usual, type, schema, name) : usual;
  }

  function usualOf(type: string | undefined, schema: Schema, name: string): fc.Arbitrary<unknown> {
    const { minimum: min = DEFAULTS.minimum, maximum: max = DEFAULTS.maximum } = schema;
    switch (type) {
      case "string":
        return textOf(schema, name);
      case "boolean":
        return fc.boolean();
      case "integer":
        return fc.oneof(
          { arbitrary: fc.integer({ min, max: Math.min(min + 10, max) }), weight: 3 },
          fc.integer({ min, max }),
          fc.constantFrom(min, max),
        );
      case "number":
        return fc.double({ min, max, noNaN: true });
      case "array": {
        const minLength = schema.minItems ?? 0;
        const maxLength = Math.max(minLength, Math.min(schema.maxItems ?? Infinity, DEFAULTS.items));
        return fc.array(value(schema.items ?? {}, name), { minLength, maxLength });
      }
      case "object":
        return objectOf(schema, name);
      default:
        return fc.constant(null);
    }
  }

  function objectOf({ properties, required = [], additionalProperties }: Schema, name: string) {
    if (properties) {
      const fields = Object.entries(properties).map(
        ([field, schema]) => [field, value(schema, field)] as const,
      );
      return fc.record(Object.fromEntries(fields), { requiredKeys: required });
    }
    const others = typeof additionalProperties === "object" ? additionalProperties : {};
    return fc.dictionary(fc.string(), value(others, name), { maxKeys: DEFAULTS.items });
  }

  function brokenValue(given: Schema, name: string): fc.Arbitrary<unknown> {
    const schema = resolve(given);
    const hostile = fc.constantFrom(...HOSTILE_VALUES, ...HOSTILE_TEXTS);
    if (schema.anyOf) return fc.oneof(hostile, ...schema.anyOf.map((one) => brokenValue(one, name)));
    if (schema.properties) return brokenObject(schema, schema.properties, name);
    const { minimum, maximum, maxLength, items } = schema;
    const ways: fc.Arbitrary<unknown>[] = [hostile];
    if (minimum !== undefined && maximum !== undefined)
      ways.push(fc.constantFrom(minimum - 1, maximum + 1, minimum + 0.5));
    if (maxLength !== undefined)
      ways.push(fc.constantFrom("x".repeat(maxLength + 1), "😀".repeat(maxLength)));
    if (items) ways.push(brokenValue(items, name).map((item) => [item]));
    return fc.oneof(...ways);
  }

  /** Generates an object with an invalid part, without a required part, or with an unknown part. */
  function brokenObject(schema: Schema, properties: Record<string, Schema>, name: string) {
    const whole = objectOf(schema, name);
    const withPart = (fields: string[], partOf: (field: string) => fc.Arbitrary<unknown>) =>
      fc
        .constantFrom(...fields)
        .chain((field) =>
          fc.tuple(whole, partOf(field)).map(([found, part]) => ({ ...found, [field]: part })),
        );
    const broken = withPart(Object.keys(properties), (field) => brokenValue(properties[field] ?? {}, field));
    const extended = withPart(["unknown", "__proto__"], () => fc.constantFrom(...HOSTILE_VALUES));
    const { required = [] } = schema;
    return fc.oneof(
      { arbitrary: broken, weight: 3 },
      extended,
      ...(required.length > 0 ? [withPart(required, () => fc.constant(undefined))] : []),
    );
  }

  return { value, brokenValue };
}

function orExtreme(
  usual: fc.Arbitrary<unknown>,
  type: string | undefined,
  schema: Schema,
  name: string,
): fc.Arbitrary<unknown> {
  const { minItems = 0, maxItems = DEFAULTS.twins } = schema;
  const twins = Math.min(maxItems, DEFAULTS.twins);
  if (type === "array")
    return fc.oneof(
      usual,
      ...(twins > minItems
        ? [fc.tuple(usual, fc.nat(twins)).map(([items, more]) => repeated(items, Math.max(more, minItems)))]
        : []),
    );
  const isNumber = type === "integer" || type === "number";
  const found = isNumber
    ? extremeNumbers(schema, type === "integer")
    : type === "string"
      ? extremeTexts(schema, name)
      : [];
  return found.length > 0 ? fc.oneof({ arbitrary: fc.constantFrom(...found), weight: 2 }, usual) : usual;
}

/** Returns a list of `length` times the first of `items`; an empty list without items. */
const repeated = (items: unknown, length: number): unknown[] =>
  Array.isArray(items) && items.length > 0 ? Array.from({ length }, () => items[0]) : [];

function textOf(schema: Schema, name: string): fc.Arbitrary<string> {
  const fromKnown = fc.nat(1_000).map((index) => placeholder(name, index));
  if (schema.format === "uuid" || schema.format === "email") return fromKnown;
  const { format, pattern, minLength, maxLength } = schema;
  const key = JSON.stringify([format, pattern, minLength, maxLength]);
  const generated = texts.get(key) ?? newText(schema);
  texts.set(key, generated);
  return isKnowable(name) ? fc.oneof({ arbitrary: fromKnown, weight: 4 }, generated) : generated;
}

/** Generators of texts by their rules, cached because a pattern takes long to prepare. */
const texts = new Map<string, fc.Arbitrary<string>>();

function newText({
  format,
  pattern,
  minLength = 0,
  maxLength = DEFAULTS.length,
}: Schema): fc.Arbitrary<string> {
  if (format === "date-time") return dates.map((at) => at.toISOString());
  if (format === "date") return dates.map((at) => at.toISOString().slice(0, 10));
  if (format === "uri") return fc.webUrl();
  const lengths = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, DEFAULTS.length)) };
  if (pattern)
    return fc
      .stringMatching(new RegExp(pattern, "u"), { maxLength: lengths.maxLength })
      .filter(({ length }) => length >= minLength && length <= maxLength);
  return fc.oneof(
    fc.string(lengths),
    fc.string({ ...lengths, unit: "grapheme" }),
    fc.string({ ...lengths, unit: fc.constantFrom(..."abcdefghij") }),
    fc.constantFrom("x".repeat(minLength), "x".repeat(maxLength)),
  );
}

const dates = fc.date({ min: new Date("2020-01-01"), max: new Date("2027-01-01"), noInvalidDate: true });
