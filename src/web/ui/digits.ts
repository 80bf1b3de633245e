const isDigit = (text: string): boolean => /^\p{Nd}$/u.test(text);

/** Returns the value of a digit of any script. Each script has its ten digits in a row. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && isDigit(String.fromCodePoint(code - value - 1))) value++;
  return value;
}

/** Returns a text with the digits of all scripts as 0 to 9. */
export const toPlainDigits = (text: string): string =>
  text
    .normalize("NFKC")
    .replaceAll(/\p{Nd}/gu, (digit) => String(/[0-9]/.test(digit) ? digit : digitValue(digit)));
