import type { Schema } from "./document.ts";

const ID = "00000000-0000-4000-8000-000000000000";

const DAYS = [
  "0000-01-01",
  "0001-01-01",
  "1899-12-31",
  "1900-01-01",
  "2024-02-29",
  "2199-12-31",
  "9999-12-31",
];

const TIMES = [
  "00:00:00Z",
  "23:59:59.999999Z",
  "23:59:59.9999999999Z",
  `00:00:00.${"9".repeat(100)}Z`,
  "00:00:00+23:59",
  "23:59:59-23:59",
  "12:00:00+16:00",
  "12:00:00-15:59",
  "00:00:00-00:00",
];

const INSTANTS = [
  ...DAYS.flatMap((day) => TIMES.map((time) => `${day}T${time}`)),
  "2016-12-31T23:59:60Z",
  "2026-01-01T00:00Z",
  "2026-01-01T00:00:00",
];

/** Keys of cursors that have, or nearly have, the format of the database. */
const KEYS = [
  "2026-02-30 00:00:00+00",
  "2026-01-01 00:00:00+16",
  "2026-01-01 00:00:00-15:59:59",
  "0000-01-01 00:00:00+00",
  "9999-12-31 23:59:59.999999+00",
  "2026-01-01 24:00:00+00",
  "infinity",
  "",
  "\ud7ff\u{10ffff}",
  "x".repeat(700),
];

const SORTS = ["created_at", "started_at", "occurred_at", "name", "username", "email"];

const CURSORS = SORTS.flatMap((sort) =>
  KEYS.map((key, index) =>
    Buffer.from(JSON.stringify([sort, key, ID, index % 2 === 0])).toString("base64url"),
  ),
);

/** Texts that are valid in every field with free text. */
const TEXTS = [
  "\u0001",
  "\u{10ffff}",
  "\ufffe",
  "\ufeff",
  "\u2028\u2029",
  "e\u0301\u0302\u0303",
  "\u0130\u0149\u1e9e\ufb03",
  "\u3164",
  "%_\\",
  "\\u0000",
  "a/b?c#d",
  "..",
  "1e999",
  "-0",
  "0x10",
  " 1 ",
  "+1",
  "00000000000000000001",
  "9007199254740993",
  "9223372036854775808",
  "infinity",
  "epoch",
  "now",
  "UTC+99:99",
  "<+99>99",
];

const NUMBERS = [
  0,
  -1,
  1,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32,
  Number.MAX_SAFE_INTEGER,
  -Number.MAX_SAFE_INTEGER,
];
const FRACTIONS = [Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324, 1e-7, 1e21, 0.1 + 0.2, 9.999_999_999e14];

const isWithin =
  ({ minimum = -Infinity, maximum = Infinity }: Schema) =>
  (value: number) =>
    value >= minimum && value <= maximum;

/** Returns numbers at the limits of `schema`, and at the limits of number types. */
export const extremeNumbers = (schema: Schema, isInteger: boolean): number[] => {
  const ends = [schema.minimum, schema.maximum].filter((end) => end !== undefined);
  const neighbors = [...ends.map((end) => end + 1), ...ends.map((end) => end - 1)];
  return [...ends, ...neighbors, ...NUMBERS, ...(isInteger ? [] : FRACTIONS)].filter(isWithin(schema));
};

/** Returns texts at the limits of `schema`: longest, shortest, first and last dates. */
export function extremeTexts(schema: Schema, name: string): string[] {
  const { format, pattern, example, minLength = 0, maxLength = 300 } = schema;
  if (name === "cursor") return CURSORS;
  if (format === "uuid") return [ID, "ffffffff-ffff-ffff-ffff-ffffffffffff", ID.toUpperCase()];
  if (format === "date-time") return INSTANTS;
  if (format === "date") return DAYS;
  const longest = ["x", "\u00e9", "\uffff"].map((letter) => letter.repeat(maxLength));
  const widest = "\u{1f600}".repeat(Math.floor(maxLength / 2));
  const candidates = [...longest, widest, "x".repeat(minLength), ...TEXTS, ...likeExample(example)];
  const isAllowed = (text: string) =>
    text.length >= minLength &&
    text.length <= maxLength &&
    (pattern === undefined || new RegExp(pattern, "u").test(text));
  return candidates.filter(isAllowed);
}

/** Returns lists like an example with commas or slashes: with repeated parts, with empty parts, and with extreme instants. */
function likeExample(example: unknown): string[] {
  if (typeof example !== "string") return [];
  return [",", "/"].flatMap((mark) => {
    const parts = example.split(mark);
    if (parts.length < 2) return /^\w+$/.test(example) && mark === "," ? [`${example},${example}`] : [];
    const [first = ""] = parts;
    const variants = [parts.map(() => first).join(mark), mark, `${example}${mark}`];
    const isOfInstants = !Number.isNaN(Date.parse(first));
    return isOfInstants
      ? [...variants, ...INSTANTS.map((instant) => `${instant}${mark}${instant}`)]
      : variants;
  });
}

/** Unusual but valid values of headers. */
export const EXTREME_HEADERS: Record<string, string[]> = {
  "If-Match": [
    "*",
    " * ",
    '"a", "b"',
    `"${"x".repeat(990)}"`,
    '"1",'.repeat(200),
    'W/"1", "1"',
    '""',
    ",",
    '"\\"',
  ],
  "If-None-Match": ["*", '"a", W/"b"', `"${"x".repeat(990)}"`, '""', ","],
  "Idempotency-Key": [`"${"k".repeat(253)}"`, '"\\""', "k", '"a b"', "0", "-0", '"~"'],
};
