import { z } from "zod";

/**
 * A whole number between `min` and `max`, or such a number as text. Text must be decimal digits, and a minus before them where `min` is below
 * 0: Number() also takes blanks, another base (0x10), exponents (1e3) and a plus, which are more likely to be mistyped than meant.
 */
export const wholeNumber = (min: number, max: number) =>
  z.preprocess(fromDigits, z.int({ error: sayDigits }).min(min).max(max));

const DIGITS = /^-?\d{1,16}$/;

/** Returns the number that decimal digits write, and anything else as it is. */
export const fromDigits = (value: unknown): unknown =>
  typeof value === "string" && DIGITS.test(value) ? Number(value) : value;

const sayDigits = ({ code, input }: { code?: string; input?: unknown }): string | undefined =>
  code === "invalid_type" && input !== undefined
    ? "must be a whole number in decimal digits, such as 5"
    : undefined;
