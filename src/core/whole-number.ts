import { z } from "zod";

/**
 * Returns the schema of a whole number from `min` to `max`, as a number or as text. Text must be decimal digits, with an optional minus:
 * Number() also accepts blanks, other bases (0x10), exponents (1e3) and a plus, which are more likely typing errors.
 */
export const wholeNumber = (min: number, max: number) =>
  z.preprocess(fromDigits, z.int({ error: explainDigits }).min(min).max(max));

const DIGITS = /^-?\d{1,16}$/;

/** Converts text of decimal digits to a number, and returns anything else unchanged. */
export const fromDigits = (value: unknown): unknown =>
  typeof value === "string" && DIGITS.test(value) ? Number(value) : value;

const explainDigits = ({ code, input }: { code?: string; input?: unknown }): string | undefined =>
  code === "invalid_type" && input !== undefined
    ? "must be a whole number in decimal digits, such as 5"
    : undefined;
