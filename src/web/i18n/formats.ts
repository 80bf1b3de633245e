/** Returns a function that makes a format once for each list of arguments: making one takes milliseconds on a slow phone. */
export function keep<Args extends unknown[], Format>(
  make: (...args: Args) => Format,
): (...args: Args) => Format {
  const formats = new Map<string, Format>();
  return (...args) => {
    const key = JSON.stringify(args);
    const known = formats.get(key);
    if (known) return known;
    const format = make(...args);
    formats.set(key, format);
    return format;
  };
}

/** Returns the format of numbers for a language tag. */
export const numberFormat = keep(
  (tag: string, options?: Intl.NumberFormatOptions) => new Intl.NumberFormat(tag, options),
);

/** Returns the format of days and times for a language tag. */
export const dateFormat = keep(
  (tag: string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(tag, options),
);

/** Returns the format of times that have passed for a language tag. */
export const relativeFormat = keep((tag: string) => new Intl.RelativeTimeFormat(tag, { numeric: "auto" }));

/** Returns the format of the parts of a duration for a language tag. */
export const unitListFormat = keep((tag: string) => new Intl.ListFormat(tag, { type: "unit" }));

/** Returns the rules of plurals of a language. */
export const pluralRules = keep((language: string) => new Intl.PluralRules(language));
