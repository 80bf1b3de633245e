/** What a number without a unit counts. */
export type Unit = "hours" | "minutes" | "seconds";

const SECONDS = { days: 86_400, hours: 3600, minutes: 60, seconds: 1 };

const NUMBER = String.raw`\d+(?:[.,]\d+)?`;
const CLOCK =
  /^(?:(\d+) days?,? )?(\d+):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?(?: ?(h|hrs?|hours?|min|minutes?))?$/;
const PARTS = new RegExp(`^(?:(${NUMBER}) ?([a-z]+)\\.?,? ?)+$`);
const PART = new RegExp(`(${NUMBER}) ?([a-z]+)`, "g");
const ISO = new RegExp(`^p(?:(${NUMBER})d)?(?:t(?:(${NUMBER})h)?(?:(${NUMBER})m)?(?:(${NUMBER})s)?)?$`);
const PLAIN = new RegExp(`^${NUMBER}$`);

/** The words for units, by their first letters. */
const UNITS: [RegExp, number][] = [
  [/^d(ays?)?$/, SECONDS.days],
  [/^(h|hrs?|hours?|std|stunden?)$/, SECONDS.hours],
  [/^(m|mins?|minutes?|minuten?)$/, SECONDS.minutes],
  [/^(s|secs?|seconds?|sek|sekunden?)$/, SECONDS.seconds],
];

/**
 * Returns the seconds of a length in the forms of trackers, or undefined for any other text: 1:18:25, 0:30 (hours and minutes), 18:25 min
 * (minutes and seconds), 1 day, 2:03:04, 1h 30m, 1.5 h, PT1H30M, and a number alone. That is of `unit`s; but one with a fraction
 * that makes up to a day of hours is of these, and so is any such number where seconds are counted, unless the column's name says its
 * unit.
 */
export function secondsOf(text: string, unit: Unit, isUnitNamed = false): number | undefined {
  const length = text.trim().replace(/\s+/g, " ").toLowerCase();
  const seconds = ofClock(length) ?? ofIso(length) ?? ofParts(length) ?? ofNumber(length, unit, isUnitNamed);
  return seconds !== undefined && seconds <= MAX_SECONDS ? Math.round(seconds) : undefined;
}

/**
 * Returns what a length may be, in seconds: first what `secondsOf` makes of it, then, of a number whose unit nothing says, what it is in
 * all units.
 */
export function readingsOf(text: string, unit: Unit, isUnitNamed: boolean): number[] {
  const likely = secondsOf(text, unit, isUnitNamed);
  if (likely === undefined) return [];
  if (isUnitNamed || !PLAIN.test(text.trim())) return [likely];
  const others = UNIT_NAMES.flatMap((name) => secondsOf(text, name, true) ?? []);
  return [likely, ...others];
}

const UNIT_NAMES = ["hours", "minutes", "seconds"] as const satisfies Unit[];

/** A thousand days: no entry is longer. */
const MAX_SECONDS = 1000 * SECONDS.days;

const numberOf = (text = "0") => Number(text.replace(",", "."));

function ofClock(length: string): number | undefined {
  const [found, days, first, second, third, unit = ""] = CLOCK.exec(length) ?? [];
  if (found === undefined) return undefined;
  const isOfMinutes = third === undefined && unit.startsWith("min");
  const whole = isOfMinutes ? SECONDS.minutes : SECONDS.hours;
  return (
    numberOf(days) * SECONDS.days +
    numberOf(first) * whole +
    (numberOf(second) * whole) / 60 +
    numberOf(third)
  );
}

function ofIso(length: string): number | undefined {
  const [found, days, hours, minutes, seconds] = ISO.exec(length) ?? [];
  if (found === undefined || /[pt]$/.test(length)) return undefined;
  return (
    numberOf(days) * SECONDS.days +
    numberOf(hours) * SECONDS.hours +
    numberOf(minutes) * SECONDS.minutes +
    numberOf(seconds)
  );
}

function ofParts(length: string): number | undefined {
  if (length.length > 100 || !PARTS.test(length)) return undefined;
  const parts = [...length.matchAll(PART)].map(([, count, word = ""]) => {
    const [, seconds = Number.NaN] = UNITS.find(([words]) => words.test(word)) ?? [];
    return numberOf(count) * seconds;
  });
  const sum = parts.reduce((total, part) => total + part, 0);
  return Number.isNaN(sum) ? undefined : sum;
}

function ofNumber(length: string, unit: Unit, isUnitNamed: boolean): number | undefined {
  // Where minutes or seconds are counted, 1,440 may be thousands or a fraction.
  if (!PLAIN.test(length) || (unit !== "hours" && /,\d{3}$/.test(length))) return undefined;
  const mayBeOfHours = unit === "seconds" || /[.,]/.test(length);
  const isOfHours = !isUnitNamed && mayBeOfHours && numberOf(length) <= 24;
  return numberOf(length) * SECONDS[isOfHours ? "hours" : unit];
}
