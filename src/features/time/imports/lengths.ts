/** Unit of a number that is a length. */
export type Unit = "hours" | "minutes" | "seconds";

const SECONDS = { weeks: 604_800, days: 86_400, hours: 3600, minutes: 60, seconds: 1 };

const NUMBER = String.raw`\d+(?:[.,]\d+)?`;
const CLOCK =
  /^(?:(\d+) (?:days?|tage?),? )?(\d+):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?(?: ?(h|hrs?|hours?|std\.?|min|minutes?))?$/;
const HOURS_AND_MINUTES = /^(\d+) ?h ?([0-5]\d)$/;
const PARTS = new RegExp(`^(?:(${NUMBER}) ?([a-z]+)\\.?,? ?)+$`);
const PART = new RegExp(`(${NUMBER}) ?([a-z]+)`, "g");
const ISO = new RegExp(
  `^p(?:(${NUMBER})w)?(?:(${NUMBER})d)?(?:t(?:(${NUMBER})h)?(?:(${NUMBER})m)?(?:(${NUMBER})s)?)?$`,
);
const PLAIN = new RegExp(`^${NUMBER}$`);

/** Words for units, in English, German, French and Spanish, with their seconds. */
const UNITS: [RegExp, number][] = [
  [/^(w|wks?|weeks?|wochen?)$/, SECONDS.weeks],
  [/^(d|days?|tage?n?|j|jours?)$/, SECONDS.days],
  [/^(h|hrs?|hours?|std|stunden?|heures?|horas?)$/, SECONDS.hours],
  [/^(m|mins?|mn|minutes?|minuten?|minutos?)$/, SECONDS.minutes],
  [/^(s|secs?|seconds?|sek|sekunden?|secondes?|segundos?)$/, SECONDS.seconds],
];

/**
 * Returns the seconds of a length in the forms of time trackers, or undefined for other text: 1:18:25, 0:30 (hours and minutes), 18:25 min
 * (minutes and seconds), "1 day, 2:03:04", 1h 30m, 1h30, 1.5 h, PT1H30M, or a plain number. A plain number is in `unit`. However, unless the
 * name of the column has the unit, a number up to 24 is in hours if it has a fraction, or if `unit` is seconds.
 */
export function parseLength(text: string, unit: Unit, isUnitNamed = false): number | undefined {
  const length = normalize(text);
  const seconds =
    parseClock(length) ?? parseIso(length) ?? parseParts(length) ?? parseNumber(length, unit, isUnitNamed);
  return seconds !== undefined && seconds <= MAX_SECONDS ? Math.round(seconds) : undefined;
}

/** Returns the possible seconds of a length: first those of `parseLength`, then, for a plain number without a named unit, those in each unit. */
export function findPossibleLengths(text: string, unit: Unit, isUnitNamed: boolean): number[] {
  const likely = parseLength(text, unit, isUnitNamed);
  if (likely === undefined) return [];
  if (isUnitNamed || !PLAIN.test(normalize(text))) return [likely];
  const others = UNIT_NAMES.flatMap((name) => parseLength(text, name, true) ?? []);
  return [likely, ...others];
}

/** Returns a length in lower case, with single blanks, and with a digit before the fraction of its first number. */
const normalize = (text: string): string =>
  text
    .trim()
    .replace(/\s+/g, " ")
    .replace(/^[.,]\d/, "0$&")
    .toLowerCase();

const UNIT_NAMES = ["hours", "minutes", "seconds"] as const satisfies Unit[];

/** Maximum length of an entry: a thousand days. */
const MAX_SECONDS = 1000 * SECONDS.days;

const parseDecimal = (text = "0") => Number(text.replace(",", "."));

function parseClock(length: string): number | undefined {
  const [, hours, minutes] = HOURS_AND_MINUTES.exec(length) ?? [];
  if (hours !== undefined)
    return parseDecimal(hours) * SECONDS.hours + parseDecimal(minutes) * SECONDS.minutes;
  const [found, days, first, second, third, unit = ""] = CLOCK.exec(length) ?? [];
  if (found === undefined) return undefined;
  const isInMinutes = third === undefined && unit.startsWith("min");
  const whole = isInMinutes ? SECONDS.minutes : SECONDS.hours;
  return (
    parseDecimal(days) * SECONDS.days +
    parseDecimal(first) * whole +
    (parseDecimal(second) * whole) / 60 +
    parseDecimal(third)
  );
}

function parseIso(length: string): number | undefined {
  const [found, weeks, days, hours, minutes, seconds] = ISO.exec(length) ?? [];
  if (found === undefined || /[pt]$/.test(length)) return undefined;
  return (
    parseDecimal(weeks) * SECONDS.weeks +
    parseDecimal(days) * SECONDS.days +
    parseDecimal(hours) * SECONDS.hours +
    parseDecimal(minutes) * SECONDS.minutes +
    parseDecimal(seconds)
  );
}

function parseParts(length: string): number | undefined {
  const list = length.replace(/ (and|und|et|y) /g, " ");
  if (list.length > 100 || !PARTS.test(list)) return undefined;
  const parts = [...list.matchAll(PART)].map(([, count, word = ""]) => {
    const [, seconds = Number.NaN] = UNITS.find(([words]) => words.test(word)) ?? [];
    return parseDecimal(count) * seconds;
  });
  const sum = parts.reduce((total, part) => total + part, 0);
  return Number.isNaN(sum) ? undefined : sum;
}

function parseNumber(length: string, unit: Unit, isUnitNamed: boolean): number | undefined {
  // In minutes or seconds, the comma of 1,440 could separate thousands or a fraction.
  if (!PLAIN.test(length) || (unit !== "hours" && /,\d{3}$/.test(length))) return undefined;
  const canBeInHours = unit === "seconds" || /[.,]/.test(length);
  const isInHours = !isUnitNamed && canBeInHours && parseDecimal(length) <= 24;
  return parseDecimal(length) * SECONDS[isInHours ? "hours" : unit];
}
