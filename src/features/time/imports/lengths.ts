/** Unit of a number that is a length. */
export type Unit = "hours" | "minutes" | "seconds";

const SECONDS = { days: 86_400, hours: 3600, minutes: 60, seconds: 1 };

const NUMBER = String.raw`\d+(?:[.,]\d+)?`;
const CLOCK =
  /^(?:(\d+) days?,? )?(\d+):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?(?: ?(h|hrs?|hours?|min|minutes?))?$/;
const PARTS = new RegExp(`^(?:(${NUMBER}) ?([a-z]+)\\.?,? ?)+$`);
const PART = new RegExp(`(${NUMBER}) ?([a-z]+)`, "g");
const ISO = new RegExp(`^p(?:(${NUMBER})d)?(?:t(?:(${NUMBER})h)?(?:(${NUMBER})m)?(?:(${NUMBER})s)?)?$`);
const PLAIN = new RegExp(`^${NUMBER}$`);

/** Words for units, in English and German, with their seconds. */
const UNITS: [RegExp, number][] = [
  [/^d(ays?)?$/, SECONDS.days],
  [/^(h|hrs?|hours?|std|stunden?)$/, SECONDS.hours],
  [/^(m|mins?|minutes?|minuten?)$/, SECONDS.minutes],
  [/^(s|secs?|seconds?|sek|sekunden?)$/, SECONDS.seconds],
];

/**
 * Returns the seconds of a length in the forms of time trackers, or undefined for other text: 1:18:25, 0:30 (hours and minutes), 18:25 min
 * (minutes and seconds), "1 day, 2:03:04", 1h 30m, 1.5 h, PT1H30M, or a plain number. A plain number is in `unit`. However, unless the
 * name of the column has the unit, a number up to 24 is in hours if it has a fraction, or if `unit` is seconds.
 */
export function parseLength(text: string, unit: Unit, isUnitNamed = false): number | undefined {
  const length = text.trim().replace(/\s+/g, " ").toLowerCase();
  const seconds =
    parseClock(length) ?? parseIso(length) ?? parseParts(length) ?? parseNumber(length, unit, isUnitNamed);
  return seconds !== undefined && seconds <= MAX_SECONDS ? Math.round(seconds) : undefined;
}

/** Returns the possible seconds of a length: first those of `parseLength`, then, for a plain number without a named unit, those in each unit. */
export function findPossibleLengths(text: string, unit: Unit, isUnitNamed: boolean): number[] {
  const likely = parseLength(text, unit, isUnitNamed);
  if (likely === undefined) return [];
  if (isUnitNamed || !PLAIN.test(text.trim())) return [likely];
  const others = UNIT_NAMES.flatMap((name) => parseLength(text, name, true) ?? []);
  return [likely, ...others];
}

const UNIT_NAMES = ["hours", "minutes", "seconds"] as const satisfies Unit[];

/** Maximum length of an entry: a thousand days. */
const MAX_SECONDS = 1000 * SECONDS.days;

const parseDecimal = (text = "0") => Number(text.replace(",", "."));

function parseClock(length: string): number | undefined {
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
  const [found, days, hours, minutes, seconds] = ISO.exec(length) ?? [];
  if (found === undefined || /[pt]$/.test(length)) return undefined;
  return (
    parseDecimal(days) * SECONDS.days +
    parseDecimal(hours) * SECONDS.hours +
    parseDecimal(minutes) * SECONDS.minutes +
    parseDecimal(seconds)
  );
}

function parseParts(length: string): number | undefined {
  if (length.length > 100 || !PARTS.test(length)) return undefined;
  const parts = [...length.matchAll(PART)].map(([, count, word = ""]) => {
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
